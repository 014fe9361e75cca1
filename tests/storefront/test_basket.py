"""The basket: what goes in, what changes, what is refused, and how many queries that takes."""

import pytest
from django.conf import settings
from django.urls import reverse
from oscar.apps.basket.models import Basket
from oscar.apps.offer.models import Benefit, Condition, ConditionalOffer, Range

from catalog.models import Product
from producers.models import Partner, StockRecord
from tests.factories.catalog import make_product, make_seller, make_user
from tests.storefront.shopping import fill_basket, line_of, log_in, quantities, words

pytestmark = [pytest.mark.integration, pytest.mark.django_db, pytest.mark.usefixtures("frozen")]

PAGE = "/en/gio-hang/"
UPDATE = "/en/gio-hang/cap-nhat/"
HTMX = {"headers": {"HX-Request": "true"}}


def add(client, product, quantity="1", **more):
    data = {} if quantity is None else {"quantity": quantity}
    extra = {"headers": more.pop("headers")} if "headers" in more else {}
    return client.post(f"/en/gio-hang/them/{product.pk}/", data | more, **extra)


# --- the page
def test_an_empty_basket_shows_the_way_on(client):
    response = client.get(PAGE)
    assert response.status_code == 200
    assert "Nothing in it yet" in words(response)
    assert 'href="/en/san-pham/"' in words(response)


def test_each_seller_is_a_parcel_with_its_delivery_and_sum(client):
    art = make_seller(name="Hợp tác xã Vụn ART", delivery_charge=20_000, free_delivery_from=800_000)
    farm = make_seller(name="Hợp tác xã Hòa Xá", delivery_charge=32_000)
    fill_basket(
        client,
        make_product(seller=art, title="Tranh ghép vải", price=480_000),
        make_product(seller=art, title="Túi vải", price=215_000),
        (make_product(seller=farm, title="Bưởi Diễn", price=46_000), 4),
    )

    response = client.get(PAGE)

    lots = [lot for lot, _rows, _free_from in response.context["lots"]]
    assert [(lot.seller.name, lot.delivery_charge, lot.total) for lot in lots] == [
        ("Hợp tác xã Vụn ART", 20_000, 715_000),
        ("Hợp tác xã Hòa Xá", 32_000, 216_000),
    ]
    page = words(response)
    assert "6 items, 2 sellers." in page
    assert "you get 2 parcels" in page
    assert "105.000\xa0₫ more, and delivery is free" in page
    assert "931.000\xa0₫" in page


def test_delivery_is_free_from_the_sellers_sum_on(client):
    seller = make_seller(delivery_charge=20_000, free_delivery_from=100_000)
    fill_basket(client, (make_product(seller=seller, price=50_000), 2))
    page = words(client.get(PAGE))
    assert "Free delivery" in page
    assert "more, and delivery is free" not in page


@pytest.mark.parametrize("lines", [1, 30])
@pytest.mark.parametrize("person", [None, "a buyer"])
def test_the_page_takes_a_fixed_number_of_queries(client, django_assert_num_queries, lines, person):
    owner = make_user() if person else None
    sellers = [make_seller(), make_seller()]
    products = [make_product(seller=sellers[number % 2], pictured=True) for number in range(lines)]
    fill_basket(client, *products, owner=owner)
    if owner:
        log_in(client, owner)
    client.get(PAGE)
    with django_assert_num_queries(10 if owner else 8):
        response = client.get(PAGE)
    assert len(response.context["quote"].lines) == lines


def test_an_empty_basket_takes_few_queries(client, django_assert_max_num_queries):
    with django_assert_max_num_queries(2):
        client.get(PAGE)


def test_an_offer_makes_the_basket_cheaper(client):
    everything = Range.objects.create(name="Tất cả", includes_all_products=True)
    ConditionalOffer.objects.create(
        name="Giảm 10%",
        condition=Condition.objects.create(range=everything, type=Condition.COUNT, value=1),
        benefit=Benefit.objects.create(range=everything, type=Benefit.PERCENTAGE, value=10),
    )
    product = make_product(seller=make_seller(delivery_charge=0), price=100_000)
    basket = fill_basket(client, (product, 2))
    assert client.get(PAGE).context["quote"].total == 180_000
    answered = client.post(UPDATE, {names(basket, product)[0]: "3"}, **HTMX)
    assert answered.context["quote"].total == 270_000


def test_nobody_keeps_the_page(client):
    assert "no-store" in client.get(PAGE)["Cache-Control"]


# --- adding
def test_a_product_goes_into_the_basket(client):
    product = make_product(title="Miến dong")
    response = add(client, product, "3")
    assert (response.status_code, response.url) == (302, PAGE)
    assert quantities(Basket.objects.get()) == [3]
    assert "Miến dong is in your basket." in words(client.get(PAGE))


def test_adding_again_adds_up(client):
    product = make_product()
    add(client, product, "3")
    add(client, product, "4")
    assert quantities(Basket.objects.get()) == [7]


def test_htmx_gets_words_for_the_corner_and_the_header_renews_its_count(client):
    product = make_product(title="Miến dong")
    response = add(client, product, "2", **HTMX)
    assert response.status_code == 200
    assert "basket-changed" in response["HX-Trigger"]
    assert "Miến dong is in your basket." in words(response)
    assert "<html" not in words(response)


@pytest.mark.parametrize(
    ("quantity", "message"),
    [
        ("-1", "The quantity must be at least 1."),
        ("0", "The quantity must be at least 1."),
        ("1000000000", "Only 10 of Miến dong are left."),
        ("9" * 40, "Only 10 of Miến dong are left."),
        ("abc", "Please write the quantity as a whole number."),
        ("1.5", "Please write the quantity as a whole number."),
        ("", "Please write how many you want."),
        (None, "Please write how many you want."),
    ],
)
@pytest.mark.parametrize("way", [{}, HTMX])
def test_a_bad_quantity_is_refused_in_words(client, quantity, message, way):
    product = make_product(title="Miến dong", stock=10)
    response = add(client, product, quantity, **way)
    assert response.status_code == 422
    assert message in words(response)
    assert Basket.objects.count() == 0


def test_a_refused_quantity_stays_in_its_box(client):
    product = make_product(stock=10)
    response = add(client, product, "11", next="/en/san-pham/")
    page = words(response)
    assert 'name="quantity" value="11"' in page
    assert 'name="next" value="/en/san-pham/"' in page
    assert f'action="{reverse("basket:add", args=[product.pk])}"' in page
    assert f'<a href="{product.get_absolute_url()}"' in page


def test_what_is_in_the_basket_counts_against_the_stock(client):
    product = make_product(title="Miến dong", stock=10)
    add(client, product, "8")
    response = add(client, product, "3")
    assert response.status_code == 422
    assert "Only 10 of Miến dong are left, and your basket holds 8 already." in words(response)
    assert quantities(Basket.objects.get()) == [8]


def test_one_order_has_an_upper_limit(client):
    product = make_product(stock=20_000)
    response = add(client, product, "10001")
    assert response.status_code == 422
    assert "One order can hold at most 10.000 items." in words(response)
    assert add(client, product, "10000").status_code == 302


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"set_number": 14}, "Rượu is not sold online at present."),
        ({"price": None}, "Rượu is not sold online at present."),
        ({"stock": 0}, "Rượu is sold out."),
    ],
)
def test_what_is_not_sold_is_refused(client, fields, message):
    product = make_product(title="Rượu", **fields)
    response = add(client, product)
    assert response.status_code == 422
    assert message in words(response)
    assert Basket.objects.count() == 0


def test_an_unknown_product_is_not_found(client):
    for number in (987654, 10**18, 2**63, 10**30):
        response = client.post(f"/en/gio-hang/them/{number}/", {"quantity": "1"})
        assert response.status_code == 404
        assert "This product is no longer here." in words(response)


def test_a_product_that_was_never_recognised_is_unknown(client):
    product = make_product(recognised=False, title="Bí mật")
    response = add(client, product)
    assert response.status_code == 404
    assert "Bí mật" not in words(response)


def test_opening_the_address_of_adding_shows_the_product(client):
    product = make_product()
    response = client.get(f"/en/gio-hang/them/{product.pk}/")
    assert (response.status_code, response.url) == (302, product.get_absolute_url())


@pytest.mark.parametrize(
    ("wanted", "target"),
    [
        ("/en/san-pham/?stars=4", "/en/san-pham/?stars=4"),
        ("https://evil.example/", PAGE),
        ("//evil.example/", PAGE),
        ("javascript:alert(1)", PAGE),
        ("", PAGE),
    ],
)
def test_only_addresses_of_the_shop_are_gone_to(client, wanted, target):
    assert add(client, make_product(), next=wanted).url == target


@pytest.mark.parametrize("before", [1, 30])
def test_adding_takes_a_fixed_number_of_queries(client, django_assert_num_queries, before):
    seller = make_seller()
    fill_basket(client, *[make_product(seller=seller) for _number in range(before)])
    product = make_product(seller=seller)
    with django_assert_num_queries(12):
        add(client, product, **HTMX)


# --- changing
@pytest.fixture
def two(client):
    seller = make_seller()
    first = make_product(seller=seller, title="Miến dong", price=60_000, stock=10)
    second = make_product(seller=seller, title="Mật ong", price=120_000, stock=10)
    return fill_basket(client, (first, 2), (second, 3)), first, second


def names(basket, *products):
    return [f"quantity-{line_of(basket, product).pk}" for product in products]


def test_quantities_change_together(client, two):
    basket, first, second = two
    one, other = names(basket, first, second)
    response = client.post(UPDATE, {one: "5", other: "1"})
    assert (response.status_code, response.url) == (302, PAGE)
    assert quantities(basket) == [5, 1]
    assert "Your basket has been updated." in words(client.get(PAGE))


@pytest.mark.parametrize(
    ("quantity", "message"),
    [
        ("-1", "The quantity must be at least 1."),
        ("0", "The quantity must be at least 1."),
        ("1000000000", "Only 10 of Miến dong are left."),
        ("abc", "Please write the quantity as a whole number."),
        ("", "Please write how many you want."),
    ],
)
@pytest.mark.parametrize("way", [{}, HTMX])
def test_a_bad_change_changes_nothing_and_keeps_what_was_typed(client, two, quantity, message, way):
    basket, first, second = two
    one, other = names(basket, first, second)
    response = client.post(UPDATE, {one: quantity, other: "7"}, **way)
    page = words(response)
    assert response.status_code == 422
    assert message in page
    assert f'name="{one}" value="{quantity}"' in page
    assert f'name="{other}" value="7"' in page
    assert quantities(basket) == [2, 3]


def test_htmx_gets_the_basket_alone(client, two):
    basket, first, second = two
    one, other = names(basket, first, second)
    response = client.post(UPDATE, {one: "4", other: "3"}, **HTMX)
    page = words(response)
    assert page.strip().startswith('<div id="basket">')
    assert "<html" not in page
    assert "600.000\xa0₫" in page
    assert "basket-changed" in response["HX-Trigger"]


def test_a_line_is_taken_out_and_the_other_change_kept(client, two):
    basket, first, second = two
    one, other = names(basket, first, second)
    client.post(UPDATE, {one: "2", other: "6", "remove": str(line_of(basket, first).pk)})
    assert quantities(basket) == [6]


def test_the_last_line_leaves_an_empty_basket(client):
    product = make_product()
    basket = fill_basket(client, product)
    response = client.post(UPDATE, {"remove": str(line_of(basket, product).pk)}, **HTMX)
    assert "Nothing in it yet" in words(response)


def test_lines_of_other_baskets_cannot_be_touched(client, two):
    other = Basket.objects.create()
    other.strategy = two[0].strategy
    product = make_product()
    other.add_product(product, 2)
    line = line_of(other, product)
    client.post(UPDATE, {"remove": str(line.pk), f"quantity-{line.pk}": "5"})
    assert quantities(other) == [2]
    assert quantities(two[0]) == [2, 3]


def test_a_basket_that_is_gone_has_nothing_to_change(client, two):
    basket, first, second = two
    sent = dict.fromkeys(names(basket, first, second), "5")
    basket.submit()
    response = client.post(UPDATE, sent, **HTMX)
    assert response.status_code == 200
    assert "Nothing in it yet" in words(response)
    assert quantities(basket) == [2, 3]


def test_the_limit_of_an_order_holds_for_changes(client):
    product = make_product(stock=20_000)
    basket = fill_basket(client, product)
    response = client.post(UPDATE, {names(basket, product)[0]: "10001"})
    assert response.status_code == 422
    assert "One order can hold at most 10.000 items." in words(response)
    assert quantities(basket) == [1]


@pytest.mark.parametrize("lines", [1, 30])
def test_changing_takes_a_fixed_number_of_queries(client, django_assert_num_queries, lines):
    seller = make_seller()
    products = [make_product(seller=seller) for _number in range(lines)]
    basket = fill_basket(client, *products)
    data = dict.fromkeys(names(basket, *products), "2")
    with django_assert_num_queries(14):
        client.post(UPDATE, data, **HTMX)
    assert quantities(basket) == [2] * lines


def test_opening_the_address_of_updating_shows_the_basket(client):
    response = client.get(UPDATE)
    assert (response.status_code, response.url) == (302, PAGE)


# --- lines that cannot be bought any more
def vanish(product):
    Product.objects.filter(pk=product.pk).update(is_public=False)


def close_stall(product):
    Partner.objects.filter(pk=product.producer_id).update(state=Partner.State.CLOSED)


@pytest.mark.parametrize("happens", [vanish, close_stall])
def test_a_line_that_is_no_longer_for_sale_is_named_and_kept(client, happens):
    gone, stays = make_product(title="Miến dong"), make_product(title="Mật ong", price=120_000)
    basket = fill_basket(client, (gone, 2), stays)
    happens(gone)

    response = client.get(PAGE)

    page = words(response)
    assert response.status_code == 200
    assert "Miến dong is no longer for sale." in page
    assert "Please remove it, or come back when it is there again." in page
    assert 'href="/en/thanh-toan/"' not in page
    assert response.context["quote"].total == 150_000
    assert quantities(basket) == [2, 1]


def test_a_line_that_is_sold_out_is_named(client):
    product = make_product(title="Miến dong", stock=3)
    fill_basket(client, product)
    StockRecord.objects.update(num_allocated=3)
    assert "Miến dong is sold out." in words(client.get(PAGE))


def test_a_line_of_too_many_can_be_lowered_to_what_is_left(client):
    product = make_product(title="Miến dong", stock=10)
    basket = fill_basket(client, (product, 8))
    StockRecord.objects.update(num_allocated=7)
    page = words(client.get(PAGE))
    assert "Only 3 of Miến dong are left." in page
    assert "Take 3" in page
    line = line_of(basket, product)
    response = client.post(UPDATE, {f"quantity-{line.pk}": "8", "take": str(line.pk)})
    assert response.status_code == 302
    assert quantities(basket) == [3]


def test_another_line_can_change_beside_one_of_too_many(client, two):
    basket, first, second = two
    StockRecord.objects.filter(product=first).update(num_allocated=9)
    one, other = names(basket, first, second)
    assert client.post(UPDATE, {one: "2", other: "4"}).status_code == 302
    assert quantities(basket) == [2, 4]


# --- logging in
def test_a_guests_basket_joins_the_accounts(client):
    person, product, own = make_user(), make_product(), make_product()
    fill_basket(client, (own, 1), owner=person)
    add(client, product, "2")
    client.post("/en/tai-khoan/dang-nhap/", {"email": person.email, "password": "a password for tests"})
    client.get(PAGE)
    basket = Basket.objects.get(owner=person, status="Open")
    assert sorted(basket.lines.values_list("product", "quantity")) == sorted([(product.pk, 2), (own.pk, 1)])
    assert client.cookies[settings.OSCAR_BASKET_COOKIE_OPEN].value == ""
