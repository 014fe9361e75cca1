"""A buyer's orders: who may open which, the confirmation, and cancelling a seller's part."""

import datetime

import pytest
from django.test import Client
from oscar.apps.order.models import Order

from marketplace.sales import links
from marketplace.sales.domain import fulfil
from producers.models import StockRecord
from tests.factories.catalog import make_product, make_seller, make_user
from tests.factories.promotions import make_promotion
from tests.storefront.shopping import fill_basket, log_in, place, words

pytestmark = [pytest.mark.integration, pytest.mark.django_db, pytest.mark.usefixtures("frozen")]

HISTORY = "/en/tai-khoan/don-hang/"


@pytest.fixture
def products():
    art, farm = make_seller(name="Hợp tác xã Vụn ART", phone="024 3825 0000"), make_seller(name="Hòa Xá")
    return [
        make_product(seller=art, title="Tranh ghép vải", price=480_000, stars=4),
        (make_product(seller=farm, title="Bưởi Diễn", price=46_000), 4),
    ]


@pytest.fixture
def guest_order(client, products) -> Order:
    return place(client, fill_basket(client, *products))


@pytest.fixture
def person():
    return make_user(first_name="Nguyễn Thị Lan", phone="+84912345678")


@pytest.fixture
def own_order(person, products) -> Order:
    """An order that was placed by somebody with an account, in a browser of their own."""
    browser = Client()
    log_in(browser, person)
    return place(browser, fill_basket(browser, *products, owner=person))


def guest_page(order, token=None) -> str:
    return f"{HISTORY}{order.number}/{token or links.guest_link_token(order)}/"


def page_of(order) -> str:
    return f"{HISTORY}{order.number}/"


def cancel_page(order, part=0, page=page_of) -> str:
    seller_order = order.seller_orders.order_by("pk")[part]
    return f"{page(order)}huy/{seller_order.number}/"


def states(order) -> list[str]:
    return list(order.seller_orders.order_by("pk").values_list("state", flat=True))


# --- who may open it
def test_a_guest_opens_the_order_by_its_link(client, guest_order):
    response = Client().get(guest_page(guest_order))
    page = words(response)
    assert response.status_code == 200
    for part in (
        "Tranh ghép vải",
        "4 × 46.000\xa0₫",
        "OCOP 4 stars",
        "Waiting for the seller",
        "024 3825 0000",
        "Số 8, ngõ 99",
        "0912 345 678",
        "Cash on delivery",
    ):
        assert part in page
    assert '<meta name="robots" content="noindex">' in page
    assert "no-store" in response["Cache-Control"]


def test_a_forged_link_says_that_it_opens_nothing(guest_order, own_order):
    tokens = ["x", links.guest_link_token(guest_order)[::-1], links.guest_link_token(own_order)]
    for token in tokens:
        response = Client().get(guest_page(guest_order, token))
        assert response.status_code == 404
        assert "This link opens no order." in words(response)
        assert "Tranh ghép vải" not in words(response)


def test_a_link_opens_no_other_order(guest_order, own_order):
    response = Client().get(guest_page(own_order, links.guest_link_token(guest_order)))
    assert response.status_code == 404


def test_the_number_alone_opens_nothing(client, guest_order):
    response = Client().get(page_of(guest_order))
    assert response.status_code == 302
    assert response.url.startswith("/en/tai-khoan/dang-nhap/?next=")


def test_the_buyer_opens_the_order_by_account(client, person, own_order):
    log_in(client, person)
    response = client.get(page_of(own_order))
    assert response.status_code == 200
    assert "Tranh ghép vải" in words(response)


def test_orders_of_others_are_not_found(client, guest_order, own_order):
    log_in(client, make_user())
    for order in (guest_order, own_order):
        for path in (page_of(order), f"{page_of(order)}ban-xac-nhan.pdf", cancel_page(order)):
            response = client.get(path)
            assert response.status_code == 404
            assert "Your account has no order of this number." in words(response)


def test_an_order_of_a_guest_is_not_given_to_an_account_of_the_same_address(client, guest_order):
    person = make_user(email=guest_order.placement.buyer_email)
    log_in(client, person)
    assert client.get(page_of(guest_order)).status_code == 404
    assert guest_order.number not in words(client.get(HISTORY))


# --- the page
def test_a_new_order_is_thanked_for_and_an_older_one_named(client, guest_order, frozen):
    assert "Ordered from 2 sellers" in words(client.get(guest_page(guest_order)))
    frozen.shift(datetime.timedelta(minutes=31))
    page = words(client.get(guest_page(guest_order)))
    assert "Ordered from" not in page
    assert f"<h1>Order {guest_order.number}</h1>" in page


def test_a_buyer_without_mail_is_told_to_keep_the_link(client, products):
    order = place(client, fill_basket(client, *products), email="")
    assert "Keep the address of this page" in words(client.get(guest_page(order)))


def test_each_part_shows_its_own_state(client, guest_order):
    fulfil.confirm(guest_order.seller_orders.order_by("pk")[0], actor=None)
    response = client.get(guest_page(guest_order))
    assert [part["order"].state for part in response.context["parts"]] == ["confirmed", "pending"]
    assert [part["kind"] for part in response.context["parts"]] == ["ok", "new"]
    assert words(response).count("Cancel this part") == 1


@pytest.mark.parametrize("lines", [1, 30])
@pytest.mark.parametrize("by_account", [False, True])
def test_the_page_takes_a_fixed_number_of_queries(client, django_assert_num_queries, lines, by_account):
    owner = make_user() if by_account else None
    browser = Client()
    if owner:
        log_in(browser, owner)
    seller = make_seller()
    basket = fill_basket(browser, *[make_product(seller=seller) for _number in range(lines)], owner=owner)
    order = place(browser, basket)
    browser.get(HISTORY)
    with django_assert_num_queries(11 if by_account else 10):
        assert browser.get(page_of(order) if by_account else guest_page(order)).status_code == 200


# --- the confirmation
@pytest.mark.parametrize("language", ["", "/en"])
def test_the_confirmation_is_downloaded_by_link(guest_order, language):
    response = Client().get(f"{guest_page(guest_order).replace('/en', language, 1)}ban-xac-nhan.pdf")
    assert response.status_code == 200
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == f'attachment; filename="{guest_order.number}.pdf"'
    assert b"".join(response.streaming_content).startswith(b"%PDF-")


def test_the_confirmation_is_downloaded_by_account(client, person, own_order):
    log_in(client, person)
    response = client.get(f"{page_of(own_order)}ban-xac-nhan.pdf")
    assert response.status_code == 200
    assert b"".join(response.streaming_content).startswith(b"%PDF-")


def test_a_forged_link_downloads_nothing(guest_order):
    assert Client().get(f"{guest_page(guest_order, 'x')}ban-xac-nhan.pdf").status_code == 404


# --- cancelling
def test_a_guest_cancels_one_part(client, guest_order):
    path = cancel_page(guest_order, 1, guest_page)
    page = words(client.get(path))
    assert "Hòa Xá" in page
    assert "Other sellers' parts of the order stay as they are." in page
    assert states(guest_order) == ["pending", "pending"]

    response = client.post(path, {"reason": "Đặt nhầm"})

    assert (response.status_code, response.url) == (302, guest_page(guest_order))
    assert states(guest_order) == ["pending", "cancelled"]
    assert guest_order.seller_orders.order_by("pk")[1].events.last().note == "Đặt nhầm"
    assert list(StockRecord.objects.order_by("pk").values_list("num_allocated", flat=True)) == [1, 0]
    page = words(client.get(response.url))
    assert "The order to Hòa Xá is cancelled." in page


def test_the_buyer_cancels_by_account(client, person, own_order):
    log_in(client, person)
    assert client.post(cancel_page(own_order), {}).status_code == 302
    assert states(own_order) == ["cancelled", "pending"]
    assert own_order.seller_orders.order_by("pk")[0].events.last().actor == person


def test_a_part_that_the_seller_has_taken_on_stays(client, guest_order):
    path = cancel_page(guest_order, 0, guest_page)
    fulfil.confirm(guest_order.seller_orders.order_by("pk")[0], actor=None)
    assert client.get(path).url == guest_page(guest_order)

    response = client.post(path, {"reason": ""})

    page = words(response)
    assert response.status_code == 409
    assert "so this step is not possible" in page
    assert "024 3825 0000" in page
    assert states(guest_order) == ["confirmed", "pending"]


def test_cancelling_twice_is_cancelled_once(client, guest_order):
    path = cancel_page(guest_order, 0, guest_page)
    assert [client.post(path, {}).status_code for _time in range(2)] == [302, 302]
    assert guest_order.seller_orders.order_by("pk")[0].events.count() == 2


@pytest.fixture
def promoted_order(client, products) -> Order:
    """20 % off for goods of both stalls, which neither holds enough of alone."""
    make_promotion(value=20, minimum=600_000, is_borne_by_marketplace=True)
    return place(client, fill_basket(client, *products))


def test_a_discount_across_stalls_is_cancelled_with_both_parts(client, promoted_order):
    first, second = promoted_order.seller_orders.order_by("pk")
    path = cancel_page(promoted_order, 0, guest_page)

    response = client.post(path, {"reason": "Đổi ý"})

    page = words(response)
    assert response.status_code == 409
    assert "Please cancel the whole part, that of Hòa Xá as well" in page
    assert "Đổi ý" in response.text
    assert f'value="{second.number}"' in response.text
    assert states(promoted_order) == ["pending", "pending"]

    response = client.post(path, {"reason": "Đổi ý", "also": [second.number]})

    assert response.status_code == 302
    assert states(promoted_order) == ["cancelled", "cancelled"]
    assert f"The order to {first.seller_name}, Hòa Xá is cancelled." in words(client.get(response.url))


def test_who_has_the_other_part_already_is_named(client, promoted_order):
    fulfil.confirm(promoted_order.seller_orders.order_by("pk")[0], actor=None)

    response = client.post(cancel_page(promoted_order, 1, guest_page), {})

    page = words(response)
    assert response.status_code == 409
    assert "These sellers have taken the order on." in page
    assert "024 3825 0000" in page


def test_parts_of_other_orders_are_not_cancelled_along(client, guest_order, own_order):
    other = own_order.seller_orders.first()
    assert client.post(cancel_page(guest_order, 0, guest_page), {"also": [other.number]}).status_code == 200
    assert states(guest_order) == states(own_order) == ["pending", "pending"]


def test_nobody_else_cancels(client, guest_order, own_order):
    log_in(client, make_user())
    forged = cancel_page(guest_order, 0, lambda order: guest_page(order, "x"))
    for path in (cancel_page(own_order), cancel_page(guest_order), forged):
        assert client.post(path, {}).status_code == 404
    other = own_order.seller_orders.order_by("pk")[0]
    assert client.post(f"{guest_page(guest_order)}huy/{other.number}/", {}).status_code == 404
    assert states(own_order) == states(guest_order) == ["pending", "pending"]


def test_cancelling_takes_a_fixed_number_of_queries(django_assert_num_queries):
    for lines in (1, 30):
        browser, seller = Client(), make_seller()
        basket = fill_basket(browser, *[make_product(seller=seller) for _number in range(lines)])
        path = cancel_page(place(browser, basket), 0, guest_page)
        with django_assert_num_queries(43):
            assert browser.post(path, {}).status_code == 302


# --- the history
def test_the_history_lists_the_accounts_orders(client, person, own_order):
    log_in(client, person)
    page = words(client.get(HISTORY))
    assert f"Order {own_order.number}" in page
    assert "Tranh ghép vải; Bưởi Diễn" in page


def test_an_empty_history_shows_the_way_on(client, person):
    log_in(client, person)
    assert "No orders yet" in words(client.get(HISTORY))


def test_the_history_needs_an_account(client):
    response = client.get(HISTORY)
    assert (response.status_code, response.url) == (302, f"/en/tai-khoan/dang-nhap/?next={HISTORY}")


@pytest.mark.parametrize("orders", [1, 21])
@pytest.mark.parametrize(("path", "queries"), [(HISTORY, 8), ("/en/tai-khoan/", 9)])
def test_the_history_takes_a_fixed_number_of_queries(
    client, person, django_assert_num_queries, orders, path, queries
):
    log_in(client, person)
    product = make_product(stock=100)
    for _number in range(orders):
        place(client, fill_basket(client, product, owner=person))
    client.get(HISTORY)
    with django_assert_num_queries(queries):
        response = client.get(path)
    assert words(response).count("Order 2") == min(orders, 20 if path == HISTORY else 3)
    if path == HISTORY:
        assert response.context["page"].paginator.num_pages == (1 if orders == 1 else 2)
