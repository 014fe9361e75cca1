"""Monthly statements: what they say, that an ended month stays, and what is taken away."""

import datetime
from io import BytesIO

import openpyxl
import pytest
from django.urls import reverse

from marketplace.payments import methods
from marketplace.sales.domain import fulfil, months
from marketplace.sales.models import FeeRate
from tests.factories.catalog import make_member, make_seller
from tests.factories.contact import deliver
from tests.factories.sellers import make_officer
from tests.marketplace.sales.cases import buy, make_product

pytestmark = [pytest.mark.integration, pytest.mark.django_db, pytest.mark.usefixtures("frozen")]

NOVEMBER, DECEMBER = months.Month(2026, 11), months.Month(2026, 12)
PRICE, DELIVERY = 120_000, 30_000
TOTAL = PRICE + DELIVERY


@pytest.fixture
def seller():
    return make_seller(name="HTX Bắc Sơn", slug="htx-bac-son")


@pytest.fixture
def product(seller):
    return make_product(seller, in_stock=60)


@pytest.fixture
def owner(client, seller):
    member = make_member(seller)
    client.force_login(member)
    return member


def month_page(name: str = "month", **kind: str) -> str:
    query = {"stall": "htx-bac-son", **kind}
    return reverse(f"producer_desk:{name}", args=[2026, 11], query=query)


def test_a_month_says_what_came_and_goes_on_into_the_next(seller, product, frozen):
    FeeRate.objects.create(valid_from="2026-01-01", hundredths=250, source="QĐ thử")
    first, second = deliver(buy(product)[0]), buy(product)[0]
    november = months.statement(months.book_of(seller), NOVEMBER)
    moved = november.moved
    assert (moved.goods, moved.delivery, moved.sold) == (2 * PRICE, 2 * DELIVERY, 2 * TOTAL)
    assert (moved.received, moved.refunded, moved.fee) == (TOTAL, 0, 3_000)
    assert [(each.opening, each.closing) for each in november.balances] == [
        (0, TOTAL),
        (0, TOTAL),
        (0, 0),
        (0, 0),
        (0, 3_000),
    ]
    frozen.shift(datetime.timedelta(days=10))
    methods.get("cod").refund(first.payments.get(), 40_000, way="cash", proof="", actor=None)
    fulfil.cancel(second, actor=None, note="Hết hàng")
    # What comes later is in the month in which it comes: the one that has ended stays as it was.
    assert months.statement(months.book_of(seller), NOVEMBER) == november
    december = months.statement(months.book_of(seller), DECEMBER)
    assert (december.moved.sold, december.moved.refunded, december.moved.fee) == (-190_000, 40_000, -1_000)
    assert [(each.opening, each.closing) for each in december.balances] == [
        (TOTAL, 0),
        (TOTAL, TOTAL),
        (0, 0),
        (0, 0),
        (3_000, 2_000),
    ]
    assert [month for month, _moved in months.months_of(months.book_of(seller))] == [DECEMBER, NOVEMBER]
    assert NOVEMBER.is_closed
    assert not DECEMBER.is_closed
    lines = list(months.all_order_lines(seller, DECEMBER))
    assert [(line.number, line.moved.sold) for line in lines] == [
        (first.number, -40_000),
        (second.number, -TOTAL),
    ]


def test_the_end_of_a_month_is_that_of_ha_noi(seller, product, frozen):
    frozen.move_to("2026-11-30T16:59:00+00:00")
    buy(product)
    frozen.shift(datetime.timedelta(minutes=2))
    buy(product)
    assert [month for month, _moved in months.months_of(months.book_of(seller))] == [DECEMBER, NOVEMBER]


def test_the_page_and_the_files_say_the_same(client, seller, product, owner):
    order = deliver(buy(product)[0])
    page = client.get(month_page()).content.decode()
    assert "150.000" in page
    assert reverse("producer_desk:order", args=[order.number]) in page
    sheet = client.get(month_page("month-take-away", kind="xlsx"))
    rows = list(openpyxl.load_workbook(BytesIO(sheet.getvalue())).active.values)
    assert list(rows[1]) == [order.number, TOTAL, TOTAL, 0, 0, 0]
    paper = client.get(month_page("month-take-away", kind="pdf"))
    assert paper["Content-Type"] == "application/pdf"
    assert paper.getvalue().startswith(b"%PDF")


@pytest.mark.parametrize(
    "year_and_month", [(2026, 13), (2026, 0), (0, 1), (2027, 1), (2**62, 1), (2026, 2**62)]
)
def test_a_month_that_is_none_or_has_not_begun_is_not_found(client, owner, year_and_month):
    assert client.get(reverse("producer_desk:month", args=year_and_month)).status_code == 404


def test_the_office_sees_all_sellers_and_takes_them_away(client, seller, product):
    buy(product)
    buy(make_product(make_seller(name="HTX An Hoà")))
    client.force_login(make_officer())
    page = client.get(reverse("office_desk:month", args=[2026, 11])).content.decode()
    assert page.index("HTX An Hoà") < page.index("HTX Bắc Sơn")
    assert "300.000" in page
    sheet = client.get(reverse("office_desk:month-take-away", args=[2026, 11]))
    rows = list(openpyxl.load_workbook(BytesIO(sheet.getvalue())).active.values)
    assert [row[0] for row in rows[1:]] == ["HTX An Hoà", "HTX Bắc Sơn"]
    assert {row[2] for row in rows[1:]} == {TOTAL}


@pytest.mark.parametrize("number", [1, 30])
def test_pages_take_a_fixed_number_of_queries(client, product, owner, django_assert_num_queries, number):
    for _time in range(number):
        buy(product)
    for name, queries in (("months", 6), ("month", 9)):
        url = month_page() if name == "month" else reverse("producer_desk:months")
        client.get(url)
        with django_assert_num_queries(queries):
            client.get(url)


@pytest.mark.parametrize("number", [1, 30])
def test_pages_of_the_office_take_a_fixed_number_of_queries(client, django_assert_num_queries, number):
    for _time in range(number):
        buy(make_product(make_seller()))
    client.force_login(make_officer())
    month = reverse("office_desk:month", args=[2026, 11])
    for url, queries in ((reverse("office_desk:months"), 5), (month, 7)):
        client.get(url)
        with django_assert_num_queries(queries):
            client.get(url)
