"""The desk's numbers: charts with their tables, files, and a fixed number of queries."""

import csv
import datetime

import pytest
from django.urls import reverse
from django.utils.translation import override

from marketplace.core.roles import TeamRole
from marketplace.desks import charts
from tests.factories.catalog import make_member, make_seller
from tests.marketplace.sales.cases import buy, make_product

pytestmark = [pytest.mark.integration, pytest.mark.django_db, pytest.mark.usefixtures("frozen")]

QUERIES = 12


@pytest.fixture
def seller():
    return make_seller(name="HTX Bắc Sơn")


@pytest.fixture
def owner(client, seller):
    person = make_member(seller)
    client.force_login(person)
    return person


def numbers(**query) -> str:
    return reverse("producer_desk:numbers", query=query)


def test_the_page_shows_sums_charts_and_tables(client, seller, owner):
    product = make_product(seller, title="Chè Bắc Sơn", in_stock=50)
    buy((product, 2))
    with override("en"):
        page = client.get(numbers())
    html = page.content.decode()
    assert page.context["total"].amount == 240_000
    assert html.count('<svg class="columns"') == 2
    assert html.count("<rect") == 2 * 30 + 2
    assert "on 24/11/2026" in page.context["sales_chart"].words or "24" in page.context["sales_chart"].words
    (row,) = page.context["products"]
    assert (row.title, row.pieces, row.share, row.stock.now) == ("Chè Bắc Sơn", 2, 100, 50)
    assert [each.name for each in page.context["provinces"]] == ["Thành phố Hà Nội"]


def test_an_empty_stall_has_an_empty_page(client, seller, owner):
    page = client.get(numbers())
    assert page.status_code == 200
    assert page.context["conversion"] is None
    assert page.context["sales_chart"].is_empty


@pytest.mark.parametrize("query", [{"first": "x"}, {"first": "2026-11-24", "last": "2026-11-20"}])
def test_days_that_make_no_sense_are_told(client, seller, owner, query):
    assert client.get(numbers(**query)).status_code == 422


@pytest.mark.parametrize(("what", "head"), [("ngay", 4), ("san-pham", 7), ("tinh", 3)])
def test_every_table_is_a_file(client, seller, owner, what, head):
    buy(make_product(seller, title="=Chè"))
    url = reverse("producer_desk:numbers-export", args=[what])
    lines = b"".join(client.get(url).streaming_content).decode("utf-8-sig").splitlines()
    assert [len(row) for row in csv.reader(lines)] == [head] * len(lines)
    assert len(lines) == (31 if what == "ngay" else 2)
    assert not any(line.startswith("=") for line in lines)
    assert client.get(reverse("producer_desk:numbers-export", args=["khac"])).status_code == 404


def test_a_writer_sees_no_numbers(client, seller):
    client.force_login(make_member(seller, TeamRole.WRITER))
    assert client.get(numbers()).status_code == 403


@pytest.mark.parametrize("rows", [1, 30])
def test_the_page_makes_as_many_queries_for_one_product_as_for_thirty(
    client, seller, owner, rows, django_assert_num_queries
):
    for _row in range(rows):
        buy(make_product(seller))
    client.get(numbers())
    with django_assert_num_queries(QUERIES):
        assert len(client.get(numbers()).context["products"]) == min(rows, 20)


# --- charts
def drawn(days: int) -> charts.Columns:
    last = datetime.date(2026, 11, 24)
    first = last - datetime.timedelta(days=days - 1)
    numbers = {first + datetime.timedelta(days=each): each for each in range(days)}
    return charts.columns("Tên", numbers, first, last, str)


@pytest.mark.parametrize(("days", "steps"), [(1, 1), (62, 62), (70, 11), (400, 58), (730, 25)])
def test_long_times_are_drawn_by_week_or_month_and_lose_nothing(days, steps):
    chart = drawn(days)
    assert len(chart.points) == len(chart.bars) == steps
    assert sum(point.value for point in chart.points) == days * (days - 1) // 2
    assert max((bar.height for bar in chart.bars), default=0) == (100 if days > 1 else 0)


@pytest.mark.unit
def test_the_shortest_bar_can_still_be_seen():
    assert (charts.share(1, 100_000), charts.share(0, 5), charts.share(5, 5), charts.share(0, 0)) == (
        1,
        0,
        100,
        0,
    )
