"""Listings: what buyers see changes only when the office has approved it."""

import datetime

import pytest

from catalog.domain import listings, takedowns
from catalog.domain.banned import BannedWords, words_in
from catalog.domain.listings import ListingMoved
from catalog.domain.takedowns import TakeDownMoved
from catalog.models import BannedWord, Listing, ListingCheck, Product
from marketplace.core import clock
from marketplace.core.exceptions import Refused
from tests.factories.catalog import make_picture, make_product, make_region
from tests.factories.sellers import make_officer

pytestmark = [pytest.mark.integration, pytest.mark.django_db, pytest.mark.usefixtures("frozen")]

State = Listing.State


@pytest.fixture
def officer():
    return make_officer()


@pytest.fixture
def draft():
    product = make_product(title="Chè búp", is_public=False)
    listings.begin(product, actor=None)
    return product


def fresh(product) -> Product:
    return Product.objects.get(pk=product.pk)


# --- a new listing
def test_a_new_listing_shows_when_the_office_has_approved_it(draft, officer):
    assert listings.state_of(draft) == State.DRAFT
    check = listings.submit(draft, actor=None)
    assert (listings.state_of(draft), fresh(draft).is_public) == (State.WAITING, False)
    assert check.kind == ListingCheck.Kind.NEW

    listings.approve(check, actor=officer)
    assert (listings.state_of(draft), fresh(draft).is_public) == (State.APPROVED, True)
    assert Product.objects.listed().filter(pk=draft.pk).exists()


def test_what_is_sent_back_has_a_reason_and_is_sent_again(draft, officer):
    check = listings.submit(draft, actor=None)
    with pytest.raises(Refused):
        listings.send_back(check, actor=officer, reason="  ")
    listings.send_back(check, actor=officer, reason="Thiếu ảnh nhãn.")
    assert listings.state_of(draft) == State.SENT_BACK
    again = listings.submit(draft, actor=None)
    listings.approve(again, actor=officer)
    assert [each.state for each in draft.listing_checks.order_by("pk")] == ["sent back", "approved"]


def test_what_changed_after_it_was_sent_is_not_approved_unseen(draft, officer):
    check = listings.submit(draft, actor=None)
    Product.objects.filter(pk=draft.pk).update(title="Thuốc tiên")
    with pytest.raises(ListingMoved):
        listings.approve(check, actor=officer)
    assert not fresh(draft).is_public


def test_sending_again_takes_the_place_of_what_waits(draft, officer):
    first = listings.submit(draft, actor=None)
    second = listings.submit(draft, actor=None)
    with pytest.raises(ListingMoved):
        listings.approve(first, actor=officer)
    assert list(ListingCheck.objects.waiting()) == [second]


# --- changes of what buyers see
def test_buyers_see_the_old_name_until_the_new_one_is_approved(officer):
    product = make_product(title="Chè Tân Cương")
    assert listings.state_of(product) == State.APPROVED
    asked = {"title": "Chè Tân Cương thượng hạng", "description": "Hái một tôm hai lá."}
    to_check = listings.to_check(product, asked)
    assert to_check == {"title": "Chè Tân Cương thượng hạng"}

    check = listings.submit(product, actor=None, changes=to_check)
    assert (fresh(product).title, fresh(product).is_public) == ("Chè Tân Cương", True)
    listings.approve(check, actor=officer)
    changed = fresh(product)
    assert (changed.title, changed.slug) == ("Chè Tân Cương thượng hạng", "che-tan-cuong-thuong-hang")
    assert "thuong hang" in changed.folded
    assert check.before == {"title": "Chè Tân Cương"}


def test_a_change_that_is_sent_back_leaves_the_listing_as_it_was(officer):
    product = make_product(title="Chè Tân Cương")
    check = listings.submit(product, actor=None, changes={"title": "Chè số một"})
    listings.send_back(check, actor=officer, reason="Không nêu “số một”.")
    assert (fresh(product).title, listings.state_of(product)) == ("Chè Tân Cương", State.APPROVED)


def test_an_origin_and_pictures_are_applied_when_they_are_approved(officer):
    product, region = make_product(), make_region()
    old = make_picture(product)
    pictures = [
        {
            "original": "products/moi-960.webp",
            "width": 960,
            "height": 720,
            "caption": "Vườn",
            "kind": "photo",
        },
        {"original": old.original.name, "width": 960, "height": 1200, "caption": ""},
    ]
    changes = listings.to_check(product, {"region": region.pk, "pictures": pictures})
    listings.approve(listings.submit(product, actor=None, changes=changes), actor=officer)
    names = list(product.images.order_by("display_order").values_list("original", "caption"))
    assert names == [("products/moi-960.webp", "Vườn"), (old.original.name, "")]
    assert fresh(product).region == region
    # The same once more is no change.
    assert listings.to_check(fresh(product), {"region": region.pk, "pictures": pictures}) == {}


# --- the seller's own hiding
def test_the_seller_hides_and_shows_again():
    product = make_product()
    listings.hide(product, actor=None)
    assert (fresh(product).is_public, listings.state_of(product)) == (False, State.HIDDEN)
    with pytest.raises(ListingMoved):
        listings.hide(product, actor=None)
    listings.show(product, actor=None)
    assert fresh(product).is_public


def test_a_draft_cannot_be_shown_by_its_seller(draft):
    with pytest.raises(ListingMoved):
        listings.show(draft, actor=None)
    assert not fresh(draft).is_public


# --- banned words
@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Chữa bệnh dạ dày", True),
        ("CHỮA   BỆNH!", True),
        ("chua benh", True),
        ("chứa bệnh", False),
        ("chữa bệnhh", False),
        ("chữa lành, bệnh", False),
    ],
)
def test_a_word_is_found_with_its_marks_or_without_any(text, found):
    BannedWord.objects.create(word="Chữa bệnh")
    assert bool(words_in([text])) is found


def test_a_refused_word_is_told_at_once_and_a_marked_one_is_shown_to_the_office(draft):
    BannedWord.objects.create(word="ngà voi", rule=BannedWord.Rule.REFUSED)
    BannedWord.objects.create(word="thần dược", rule=BannedWord.Rule.MARKED)
    Product.objects.filter(pk=draft.pk).update(description="Thần dược cho mọi nhà")
    assert listings.submit(fresh(draft), actor=None).marks == ["thần dược"]
    Product.objects.filter(pk=draft.pk).update(description="Vòng ngà voi")
    with pytest.raises(BannedWords):
        listings.submit(fresh(draft), actor=None)


def test_a_text_with_a_listed_word_goes_to_the_office_before_it_shows():
    BannedWord.objects.create(word="thần dược")
    product = make_product()
    assert listings.to_check(product, {"description": "Thơm ngon"}) == {}
    assert listings.to_check(product, {"description": "Thần dược"}) == {"description": "Thần dược"}


# --- take-downs
def order(product, officer, **fields):
    wanted = {"ground": "authority", "authority": "Cục ATTP", "reason": "Nghi hàng giả", "actor": officer}
    return takedowns.order(product, **{**wanted, **fields})


def test_a_request_is_due_24_hours_after_it_came(frozen, officer):
    product = make_product()
    received = clock.now() - datetime.timedelta(hours=5)
    take_down = order(product, officer, received_at=received)
    assert take_down.due_at - received == datetime.timedelta(hours=24)
    frozen.shift(datetime.timedelta(hours=19))
    assert not take_down.is_overdue
    frozen.shift(datetime.timedelta(seconds=1))
    assert take_down.is_overdue
    takedowns.carry_out(take_down, actor=officer)
    assert take_down.was_late


def test_a_listing_that_was_taken_down_is_gone_until_that_is_lifted(officer):
    product = make_product()
    waiting = listings.submit(product, actor=None, changes={"title": "Tên khác"})
    take_down = order(product, officer)
    takedowns.carry_out(take_down, actor=officer)
    assert (fresh(product).is_public, listings.state_of(product)) == (False, State.TAKEN_DOWN)
    for act in (
        lambda: listings.show(product, actor=None),
        lambda: listings.submit(product, actor=None, changes={"title": "Tên khác"}),
        lambda: listings.approve(waiting, actor=officer),
    ):
        with pytest.raises(ListingMoved):
            act()
    with pytest.raises(TakeDownMoved):
        takedowns.carry_out(take_down, actor=officer)
    takedowns.lift(take_down, actor=officer, reason="Kết quả kiểm nghiệm đạt")
    assert (fresh(product).is_public, listings.state_of(product)) == (True, State.APPROVED)


def test_two_take_downs_are_both_lifted_before_it_shows(officer):
    product = make_product()
    first, second = order(product, officer), order(product, officer)
    for each in (first, second):
        takedowns.carry_out(each, actor=officer)
    takedowns.lift(first, actor=officer, reason="Xong")
    assert not fresh(product).is_public
    takedowns.lift(second, actor=officer, reason="Xong")
    assert fresh(product).is_public
