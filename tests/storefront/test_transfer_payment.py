"""Paying by transfer as a buyer sees it: the code, the same in words, and who may see them."""

import json
import re

import pytest
from django.test import Client
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import override

from marketplace.payments.deadlines import deadline_now
from marketplace.sales import links
from marketplace.sales.domain import unpaid
from marketplace.sampledata.office import LEGAL
from tests.factories.catalog import make_product, make_seller, make_user
from tests.factories.payments import come_in, make_account
from tests.storefront.shopping import fill_basket, log_in, place

pytestmark = [pytest.mark.integration, pytest.mark.django_db, pytest.mark.usefixtures("frozen")]

ACCOUNT = "1033193343"


@pytest.fixture(autouse=True)
def _transfers_are_offered(settings):
    settings.PAYMENT_METHODS = ["cod", "vietqr"]


@pytest.fixture
def sellers():
    art, farm = make_seller(name="Hợp tác xã Vụn ART"), make_seller(name="Hòa Xá")
    make_account(art)
    return art, farm


@pytest.fixture
def order(client, sellers):
    art, farm = sellers
    products = [make_product(seller=art, price=480_000), make_product(seller=farm, price=46_000)]
    return place(client, fill_basket(client, *products), **{f"payment-{art.pk}": "vietqr"})


@pytest.fixture
def part(order):
    return order.seller_orders.order_by("pk").first()


def page_of(order, language: str = "/en") -> str:
    return f"{language}/tai-khoan/don-hang/{order.number}/{links.guest_link_token(order)}/"


def code_of(order, part) -> str:
    return f"{page_of(order)}tra-tien/{part.number}/ma.png"


@pytest.mark.parametrize("language", ["", "/en"])
def test_the_order_shows_the_code_and_the_same_in_words(client, order, part, language):
    page = client.get(page_of(order, language))
    payment = part.payments.get()
    text = page.content.decode()
    for words in (ACCOUNT, "HTX BAC SON", "Vietcombank", payment.transfer_request.code, "ma.png"):
        assert words in text
    assert text.count(ACCOUNT) == 1
    with override(language.strip("/") or "vi"):
        for moment in (payment.transfer_request.due_at, payment.transfer_request.remind_at):
            assert date_format(localtime(moment), "SHORT_DATETIME_FORMAT") in text
    code = client.get(code_of(order, part))
    assert (code.status_code, code["Content-Type"]) == (200, "image/png")
    assert "no-store" in code["Cache-Control"]
    assert code.content.startswith(b"\x89PNG")


def test_what_is_typed_into_a_banks_app_can_be_copied(client, order, part):
    text = client.get(page_of(order)).content.decode()
    for label, copied in (("Amount", str(part.total)), ("Content", ""), ("Account number", "")):
        assert re.search(
            rf'data-copy="{copied}" data-done="Copied" hidden>.*?<span class="sr">: {label}<', text
        )


def test_once_it_is_paid_nobody_sees_the_account(client, order, part):
    come_in(part.payments.get(), 100_000)
    assert ACCOUNT in client.get(page_of(order)).content.decode()
    come_in(part.payments.get(), part.total - 100_000, bank_reference="FT2")
    text = client.get(page_of(order)).content.decode()
    assert ACCOUNT not in text
    assert "Paid" in text
    assert client.get(code_of(order, part)).status_code == 404


def test_who_has_paid_a_part_reads_what_becomes_of_the_rest(client, order, part, frozen):
    come_in(part.payments.get(), 1_000)
    assert "the goods are held once more for as long" in client.get(page_of(order)).text
    frozen.shift(24 * 3600)
    unpaid.release_overdue()
    assert "the seller owes you back what came" in client.get(page_of(order)).text


def test_strangers_see_neither_page_nor_code(order, part):
    stranger = Client()
    log_in(stranger, make_user())
    forged = code_of(order, part).replace(links.guest_link_token(order), "x")
    assert stranger.get(forged).status_code == 404
    assert (
        stranger.get(f"/en/tai-khoan/don-hang/{order.number}/tra-tien/{part.number}/ma.png").status_code
        == 404
    )


def test_the_other_seller_s_part_has_no_code(client, order):
    cash = order.seller_orders.order_by("pk").last()
    assert client.get(code_of(order, cash)).status_code == 404
    assert client.get(code_of(order, cash).replace(cash.number, "x")).status_code == 404


def test_money_that_is_owed_back_is_said(client, order, part):
    come_in(part.payments.get(), part.total + 20_000)
    assert "The seller owes you 20.000" in client.get(page_of(order)).content.decode()


def test_a_seller_without_an_account_is_not_paid_by_transfer(client, sellers):
    _art, farm = sellers
    basket = fill_basket(client, make_product(seller=farm, price=46_000))
    page = client.get("/en/thanh-toan/").content.decode()
    assert "VietQR" not in page
    assert basket.lines.count() == 1


def test_the_checkout_and_the_terms_say_until_when_a_transfer_is_awaited(client, sellers):
    deadline = deadline_now()
    fill_basket(client, make_product(seller=sellers[0], price=46_000))
    page = client.get("/en/thanh-toan/").content.decode()
    within = (
        f"within {deadline.pay_within_hours} hours. After {deadline.remind_after_hours} hours we remind you"
    )
    assert within in page
    [terms] = [each for each in json.loads(LEGAL.read_text()) if each["kind"] == "payment"]
    newest = terms["editions"][-1]
    for language, unit in (("vi", "giờ"), ("en", "hours")):
        for hours in (deadline.pay_within_hours, deadline.remind_after_hours):
            assert f"{hours} {unit}" in newest[language]["text"]


@pytest.mark.parametrize("count", [1, 4])
def test_the_checkout_asks_as_much_for_many_sellers_as_for_one(client, count, django_assert_max_num_queries):
    sellers = [make_seller() for _number in range(count)]
    for number, seller in enumerate(sellers):
        make_account(seller, number=f"10331933{number:02}")
    fill_basket(client, *[make_product(seller=seller) for seller in sellers])
    with django_assert_max_num_queries(200) as asked:
        client.get("/en/thanh-toan/")
    accounts_asked = [each["sql"] for each in asked.captured_queries if "partner_bankaccount" in each["sql"]]
    assert len(accounts_asked) == 1
