"""The office's list of what sellers owe buyers back."""

import pytest
from django.urls import reverse
from django.utils.translation import override

from marketplace.payments import methods
from marketplace.payments.models import Payment
from marketplace.sales.domain import fulfil
from tests.factories.catalog import make_seller, make_user
from tests.factories.payments import make_account
from tests.factories.sellers import make_officer
from tests.marketplace.sales.cases import buy, make_product

pytestmark = [pytest.mark.integration, pytest.mark.django_db, pytest.mark.usefixtures("frozen")]

QUERIES = 6


@pytest.fixture
def officer(client):
    person = make_officer()
    client.force_login(person)
    return person


@pytest.fixture
def product(settings):
    settings.PAYMENT_METHODS = ["vietqr"]
    seller = make_seller(name="HTX Bắc Sơn")
    make_account(seller)
    return make_product(seller, in_stock=100)


def owe(product) -> Payment:
    """What was paid for an order that is cancelled then."""
    [seller_order] = buy(product, method="vietqr")
    payment = seller_order.payments.get()
    methods.get("vietqr").confirm(payment, None)
    fulfil.cancel(seller_order, actor=None, note="Hết hàng")
    payment.refresh_from_db()
    return payment


def url(text: str = "") -> str:
    with override("en"):
        return f"{reverse('office_desk:refunds-owed')}?q={text}"


def listed(client, text: str = "") -> list[Payment]:
    return [payment for payment, _order, _method in client.get(url(text)).context["rows"]]


def test_what_is_owed_longest_comes_first_until_it_has_gone_back(client, officer, product, frozen):
    first, second = buy(product, method="vietqr")[0], owe(product)
    assert listed(client) == [second]
    frozen.shift(24 * 3600)
    later = first.payments.get()
    methods.get("vietqr").confirm(later, None)
    fulfil.cancel(first, actor=None, note="Hết hàng")
    assert listed(client) == [second, later]

    def give_back(amount: int) -> None:
        methods.get("vietqr").refund(second, amount, way="transfer", proof="FT1", actor=None)

    give_back(second.refund_owed - 1)
    assert listed(client) == [second, later]
    give_back(1)
    assert listed(client) == [later]
    second.refresh_from_db()
    assert second.owed_since is None


def test_a_row_names_order_seller_sum_way_and_day(client, officer, product):
    payment = owe(product)
    page = client.get(url()).content.decode().replace("\xa0", " ")
    with override("en"):
        order = reverse("office_desk:order", args=[payment.reference])
    for words in (f'href="{order}"', "HTX Bắc Sơn", "150.000 ₫", "Bank transfer", "owed since"):
        assert words in page


@pytest.mark.parametrize(
    ("text", "found"), [("bac son", 1), ("Sơn  HTX", 1), ("Thái", 0), ("\x00", 1), ("_", 0)]
)
def test_sellers_are_found_by_words_of_their_name(client, officer, product, text, found):
    owe(product)
    assert len(listed(client, text)) == found


def test_a_payment_without_an_order_stands_there_too(client, officer, product):
    payment = methods.get("vietqr").start("OTHER-1", 50_000, product.stockrecords.get().partner)
    methods.get("vietqr").confirm(payment, None)
    methods.get("vietqr").cancel(payment, None)
    assert listed(client) == [payment]
    assert "OTHER-1" in client.get(url()).content.decode()


@pytest.mark.parametrize("rows", [1, 30])
def test_the_list_takes_a_fixed_number_of_queries(client, officer, product, django_assert_num_queries, rows):
    for _number in range(rows):
        owe(product)
    client.get(url("son"))
    with django_assert_num_queries(QUERIES):
        assert len(listed(client, "son")) == rows


def test_nobody_but_the_office_sees_it(client, product):
    client.force_login(make_user())
    assert client.get(url()).status_code == 404
