"""Preparing products: what is kept at once, what goes to the office, what buyers see meanwhile."""

import pytest

from catalog.domain import banned, listings, photos, prepare
from catalog.domain.prepare import Offer, ProductMoved
from catalog.models import BannedWord, Listing, ListingCheck, Product
from producers.domain import stock
from producers.models import PriceChange
from tests.factories.catalog import make_category, make_picture, make_product, make_seller, make_user

pytestmark = [pytest.mark.integration, pytest.mark.django_db, pytest.mark.usefixtures("frozen")]

State = Listing.State


def values(product: Product, **changes) -> dict:
    return {name: getattr(product, name) for name in prepare.fields_of("food")} | changes


def begun(**offer) -> Product:
    return prepare.begin(
        make_seller(),
        category=make_category(8),
        values={"title": "Giò lụa", "ingredients": "Thịt lợn"},
        offer=Offer(**{"price": 90_000, "in_stock": 5, **offer}),
        actor=make_user(),
    )


def test_a_new_product_is_priced_and_counted_but_nobody_sees_it():
    product = begun()
    record = prepare.own_record(product)
    assert (int(record.price), record.num_in_stock) == (90_000, 5)
    assert (product.is_public, listings.state_of(product)) == (False, State.DRAFT)
    assert not Product.objects.listed().exists()
    assert "gio lua" in Product.objects.get().folded


def test_what_is_not_certified_is_not_sold_even_when_the_office_has_checked_it():
    product = begun()
    listings.approve(listings.submit(product, actor=None), actor=make_user())
    product.refresh_from_db()
    assert product.is_public
    assert not Product.objects.for_sale().exists()
    assert not Product.objects.get().can_buy


def test_price_and_stock_are_kept_at_once_and_a_name_goes_to_the_office():
    product = make_product(title="Chè búp")
    changed = values(product, title="Chè búp Tân Cương", ingredients="Chè")
    assert prepare.write(product, values=changed, offer=Offer(60_000, 7), actor=make_user())
    now = Product.objects.get()
    assert (now.title, now.ingredients, now.price, now.available) == ("Chè búp", "Chè", 60_000, 7)
    assert prepare.pending_of(now) == {"title": "Chè búp Tân Cương"}

    listings.approve(prepare.waiting_check(now), actor=make_user())
    now.refresh_from_db()
    assert (now.title, now.slug) == ("Chè búp Tân Cương", "che-bup-tan-cuong")


def test_a_name_that_is_again_the_public_one_waits_no_longer():
    product = make_product(title="Chè búp")
    offer = Offer(50_000, 10)
    prepare.write(product, values=values(product, title="Khác"), offer=offer)
    assert not prepare.write(product, values=values(product), offer=offer)
    assert prepare.waiting_check(product) is None


def test_a_name_and_pictures_wait_together():
    product = make_product(title="Chè búp")
    picture = make_picture(product)
    pictures = [{"original": picture.original.name, "width": 960, "height": 1200, "caption": "Đồi chè"}]
    listings.submit(product, actor=None, changes={"pictures": pictures})
    prepare.write(product, values=values(product, title="Khác"), offer=Offer(50_000, 10))
    assert prepare.pending_of(product) == {"title": "Khác", "pictures": pictures}


def test_what_waits_as_a_new_listing_is_sent_anew_when_it_changes():
    product = begun()
    first = listings.submit(product, actor=None)
    prepare.write(product, values=values(product, title="Giò bò"), offer=Offer(90_000, 5))
    second = prepare.waiting_check(product)
    assert second.pk != first.pk
    assert second.changes["title"] == "Giò bò"


def test_who_was_slower_is_told_and_nothing_is_kept():
    product = make_product(title="Chè búp")
    seen = prepare.mark(product, prepare.own_record(product))
    prepare.write(product, values=values(product), offer=Offer(70_000, 10), seen=seen)
    with pytest.raises(ProductMoved):
        prepare.write(product, values=values(product, title="Của tôi"), offer=Offer(1, 1), seen=seen)
    assert Product.objects.get().price == 70_000
    assert not ListingCheck.objects.exists()


def test_an_order_meanwhile_is_no_conflict():
    product = make_product()
    record = prepare.own_record(product)
    seen = prepare.mark(product, record)
    stock.take({record.pk: 3}, reference="x")
    prepare.write(product, values=values(product), offer=Offer(50_000, 12), seen=seen)
    assert Product.objects.get().available == 9


def test_a_count_below_the_open_orders_keeps_nothing():
    product = make_product()
    record = prepare.own_record(product)
    stock.take({record.pk: 4}, reference="x")
    with pytest.raises(stock.CountTooLow):
        prepare.write(product, values=values(product, ingredients="Mới"), offer=Offer(60_000, 3))
    now = Product.objects.get()
    assert (now.ingredients, now.price) == ("", 50_000)


def test_a_banned_word_is_refused_before_anything_is_kept():
    BannedWord.objects.create(word="thần dược", rule=BannedWord.Rule.REFUSED)
    product = begun()
    changed = values(product, title="Thần dược giò")
    with pytest.raises(banned.BannedWords):
        prepare.write(product, values=changed, offer=Offer(1_000, 1), send=True)
    assert Product.objects.get().title == "Giò lụa"


def test_each_change_of_price_is_kept_with_who_made_it():
    product, actor = make_product(), make_user()
    prepare.write(product, values=values(product), offer=Offer(60_000, 10), actor=actor)
    prepare.write(product, values=values(product), offer=Offer(None, 10), actor=actor)
    rows = list(PriceChange.objects.values_list("before", "price", "actor"))
    assert rows == [(60_000, None, actor.pk), (50_000, 60_000, actor.pk)]


def test_a_copy_is_a_draft_without_recognition_and_stock():
    product = make_product(title="Chè búp", pictured=True, ingredients="Chè")
    made = prepare.copy(product, actor=make_user())
    assert (made.ingredients, made.is_public) == ("Chè", False)
    assert made.title != product.title
    assert (made.certification, made.category, made.images.count()) == (None, product.category, 1)
    record = prepare.own_record(made)
    assert (int(record.price), record.num_in_stock) == (50_000, 0)


@pytest.mark.parametrize(
    ("set_number", "asked", "left_out"),
    [(8, "ingredients", "material"), (21, "material", "ingredients"), (26, "dates", "shelf_life")],
)
def test_the_set_says_what_is_asked(set_number, asked, left_out):
    names = prepare.fields_of(prepare.group_of(make_category(set_number)))
    assert asked in names
    assert left_out not in names


def test_what_was_taken_down_is_not_written_until_the_office_lifts_that():
    product = make_product(title="Chè búp")
    listings.close(product)
    with pytest.raises(listings.ListingMoved):
        prepare.write(product, values=values(product, title="Khác"), offer=Offer(50_000, 10))
    with pytest.raises(listings.ListingMoved):
        photos.arrange(product, [])
    assert Product.objects.get().title == "Chè búp"
