"""Buyers choose a pack on the product's page, and confirm their age for alcohol."""

import datetime

import pytest
from django.urls import reverse
from oscar.apps.basket.models import Line

from catalog.domain import clear, prepare, variants
from catalog.domain.prepare import Offer
from marketplace.core import clock
from marketplace.sales.domain.place import AgeNotConfirmed
from marketplace.sales.models import Placement
from tests.factories.catalog import make_category, make_picture, make_product
from tests.marketplace.sales.cases import Purchase, make_basket
from tests.storefront.shopping import answer, consent, fill_basket

pytestmark = [pytest.mark.integration, pytest.mark.django_db, pytest.mark.usefixtures("frozen")]


def make_variant(product, name="1 kg", price=95_000, stock=4):
    made = variants.add(product, variant=name)
    prepare.put_on_offer(made, Offer(price, stock))
    return made


def spirits(**fields):
    product = make_product(set_number=14, **fields)
    ends_on = clock.today() + datetime.timedelta(days=30)
    clear.clear(product.producer, make_category(14), ends_on=ends_on, paper="Giấy phép")
    return type(product).objects.for_cards().get(pk=product.pk)


# --- choosing a pack
def test_the_page_offers_the_packs_that_are_sold(client):
    product = make_product(title="Chè búp", variant="500 g")
    make_variant(product)
    make_variant(product, "2 kg", stock=0)
    make_variant(product, "Chưa bán", price=None)
    packs = client.get(product.get_absolute_url()).context["packs"]
    assert [(pack.variant, pack.can_buy) for pack in packs] == [
        ("500 g", True),
        ("1 kg", True),
        ("2 kg", False),
    ]


def test_a_product_without_other_packs_shows_no_choice(client):
    product = make_product()
    assert client.get(product.get_absolute_url()).context["packs"] == []


def test_the_pack_that_was_chosen_lies_in_the_basket(client):
    product = make_product(title="Chè búp")
    made = make_variant(product)
    make_picture(product)
    client.post(reverse("basket:add", args=[product.pk]), {"pack": made.pk, "quantity": 2})
    line = Line.objects.get()
    assert (line.product, line.quantity, line.stockrecord.price) == (made, 2, 95_000)
    page = client.get(reverse("basket:summary"))
    assert "Chè búp, 1 kg" in page.content.decode()
    assert page.context["quote"].lines[0].product.picture is not None


def test_without_a_choice_it_is_the_product_itself(client):
    product = make_product()
    make_variant(product)
    client.post(reverse("basket:add", args=[product.pk]), {"quantity": 1})
    assert Line.objects.get().product == product


@pytest.mark.parametrize("pack", ["x", "9" * 30, "foreign"])
def test_a_pack_of_another_product_is_refused(client, pack):
    product = make_product()
    pack = make_product().pk if pack == "foreign" else pack
    client.post(reverse("basket:add", args=[product.pk]), {"pack": pack, "quantity": 1})
    assert not Line.objects.exclude(product=product).exists()


def test_a_pack_is_bought_under_its_own_name():
    product = make_product(title="Chè búp")
    made = make_variant(product)
    order = Purchase(make_basket(type(product).objects.for_cards().get(pk=made.pk))).place()
    line = order.seller_orders.get().lines.get()
    assert (line.title, line.unit_price, line.stars) == ("Chè búp, 1 kg", 95_000, 3)
    assert prepare.own_record(made).net_stock_level == 3
    assert prepare.own_record(product).net_stock_level == 10


# --- alcohol
def test_alcohol_asks_the_age_and_keeps_that_it_was_confirmed(client):
    basket = fill_basket(client, spirits())
    answer(client, basket)
    review = client.get("/en/thanh-toan/xem-lai/")
    assert "18 years old" in review.content.decode()
    place = reverse("checkout:place")
    refused = client.post(place, consent(review))
    assert refused.status_code == 422
    assert list(refused.context["form"].errors) == ["adult"]
    assert not Placement.objects.exists()
    client.post(place, {**consent(review), "adult": "on"})
    assert Placement.objects.get().age_confirmed == 18


def test_other_goods_ask_for_no_age(client):
    basket = fill_basket(client, make_product())
    answer(client, basket)
    review = client.get("/en/thanh-toan/xem-lai/")
    assert "years old" not in review.content.decode()
    client.post(reverse("checkout:place"), consent(review))
    assert Placement.objects.get().age_confirmed is None


def test_no_way_around_the_form_sells_alcohol_without_the_age():
    with pytest.raises(AgeNotConfirmed):
        Purchase(make_basket(spirits())).place()
    assert not Placement.objects.exists()


def test_alcohol_of_a_seller_that_is_not_cleared_says_why(client):
    product = make_product(set_number=14)
    assert "cleared" in client.get(f"/en{product.get_absolute_url()}").context["not_for_sale"]
