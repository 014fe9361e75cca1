"""Buyers choose a pack on the product's page, and confirm their age for alcohol."""

import datetime

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse
from oscar.apps.basket.models import Line

from catalog.domain import clear, prepare
from catalog.models import Product
from marketplace.core import clock
from marketplace.core.models import PublicChange
from marketplace.sales.domain.place import AgeNotConfirmed
from marketplace.sales.models import Placement
from producers.domain import stock
from producers.models import StockRecord
from search.scope import Tree
from storefront.cards import cards
from tests.factories.catalog import make_category, make_picture, make_product, make_variant
from tests.factories.points import make_point
from tests.factories.shelves import PRICE, bring
from tests.marketplace.sales.cases import Purchase, make_basket
from tests.storefront.shopping import answer, consent, fill_basket

pytestmark = [pytest.mark.integration, pytest.mark.django_db, pytest.mark.usefixtures("frozen")]


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


def test_the_page_names_the_price_that_lists_show(client):
    product = make_product(variant="500 g", price=50_000, stock=0)
    make_variant(product, "1 kg", price=95_000)
    make_variant(product, "2 kg", price=180_000)
    response = client.get(f"/en{product.get_absolute_url()}")
    page = BeautifulSoup(response.content, "html.parser")
    assert page.find(class_="price").get_text() == "from 95.000\u00a0₫1 kg"
    assert [offer["price"] for offer in response.context["described"]["offers"]] == [50_000, 95_000, 180_000]


# --- what lists say of several packs
def card_of(product):
    return cards([product.pk], Tree.load())[0]


def test_a_card_says_the_lowest_price_of_the_packs_that_can_be_bought():
    product = make_product(price=90_000)
    make_variant(product, "200 g", price=40_000)
    make_variant(product, "100 g", price=25_000, stock=0)
    make_variant(product, "Chưa bán", price=None)
    card = card_of(product)
    assert (card.price, card.is_lowest, card.unit_label) == (40_000, True, "200 g")
    assert (card.has_packs, card.can_buy, card.available) == (True, True, 4)


@pytest.mark.parametrize(("price", "number"), [(90_000, 4), (120_000, 0)])
def test_it_is_no_lowest_price_where_nothing_that_can_be_bought_costs_more(price, number):
    product = make_product(price=90_000, variant="500 g")
    make_variant(product, price=price, stock=number)
    card = card_of(product)
    assert (card.price, card.is_lowest, card.unit_label, card.has_packs) == (90_000, False, "500 g", True)


def test_a_product_is_sold_out_where_every_pack_is():
    product = make_product(price=90_000, stock=0)
    variant = make_variant(product, price=60_000, stock=1)
    assert (card_of(product).is_sold_out, card_of(product).price) == (False, 60_000)
    stock.take({prepare.own_record(variant).pk: 1}, reference="o-1")
    card = card_of(product)
    assert (card.is_sold_out, card.price, card.is_lowest) == (True, 60_000, True)


def test_a_pack_that_is_hidden_says_nothing_in_lists():
    product = make_product(price=90_000)
    variant = make_variant(product, price=40_000)
    Product.objects.filter(pk=variant.pk).update(is_public=False)
    card = card_of(product)
    assert (card.price, card.has_packs) == (90_000, False)


def test_what_is_booked_by_date_has_the_price_of_its_dates():
    product = make_product(set_number=26, price=90_000, stock=0)
    make_variant(product, price=40_000)
    card = card_of(product)
    assert (card.price, card.has_packs, card.is_in_stock) == (90_000, False, False)


def test_a_product_whose_first_pack_is_not_sold_shows_another():
    product = make_product(price=None)
    make_variant(product, price=40_000)
    card = card_of(product)
    assert (card.price, card.is_lowest, card.has_packs, card.can_buy) == (40_000, False, True, True)


def test_a_card_on_a_points_shelf_is_of_what_lies_there(client):
    product, point = make_product(), make_point()
    make_variant(product, price=40_000)
    bring(point, product, 3)
    (card,) = client.get(point.get_absolute_url()).context["cards"]
    assert (card.price, card.has_packs, card.is_lowest) == (PRICE, False, False)


def test_a_points_page_shows_each_pack_that_lies_there(client):
    product, point = make_product(title="Chè Shan", price=90_000), make_point()
    large, hidden = make_variant(product, "1 kg", price=400_000), make_variant(product, "2 kg", price=700_000)
    for pack, price in ((product, 95_000), (large, 420_000), (hidden, 720_000)):
        bring(point, pack, 3, price=price)
    Product.objects.filter(pk=hidden.pk).update(is_public=False)
    page = client.get(point.get_absolute_url())
    assert [(card.display_title, card.price) for card in page.context["cards"]] == [
        ("Chè Shan", 95_000),
        ("Chè Shan, 1 kg", 420_000),
    ]
    assert {card.url for card in page.context["cards"]} == {product.get_absolute_url()}
    card = page.context["cards"][1]
    client.post(card.basket_url, {"shelf": card.shelf, "quantity": 1})
    line = Line.objects.get()
    assert (line.product, line.stockrecord.partner) == (large, point.seller)


@pytest.mark.parametrize("count", [1, 30])
def test_cards_take_two_queries_however_many_packs(count, django_assert_num_queries):
    products = [make_product(price=90_000) for _number in range(count)]
    for product in products:
        make_variant(product, price=40_000)
        make_variant(product, "2 kg", price=180_000)
    tree = Tree.load()
    with django_assert_num_queries(2):
        made = cards([product.pk for product in products], tree)
    assert [card.price for card in made] == count * [40_000]


@pytest.mark.parametrize(
    "change",
    [
        lambda variant: StockRecord.objects.filter(product=variant).update(price=1_000),
        lambda variant: stock.take({prepare.own_record(variant).pk: 1}, reference="o-1"),
        lambda variant: Product.objects.filter(pk=variant.pk).update(is_public=False),
        lambda variant: make_variant(variant.parent, "2 kg"),
    ],
)
def test_a_change_of_a_pack_moves_the_version_of_kept_pages(change):
    variant = make_variant(make_product())
    version = PublicChange.objects.version()
    change(variant)
    assert PublicChange.objects.version() > version


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
