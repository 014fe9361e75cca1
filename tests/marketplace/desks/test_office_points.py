"""The office's desk: points of sale in numbers."""

import datetime

import pytest
from django.urls import reverse

from producers.domain import counter, point_numbers, reservations
from producers.domain.acts import By
from producers.domain.counter import Item
from tests.factories.catalog import make_product, make_region, make_seller
from tests.factories.points import make_point
from tests.factories.sellers import make_officer
from tests.factories.shelves import PRICE, make_shelf

pytestmark = [pytest.mark.integration, pytest.mark.django_db, pytest.mark.usefixtures("frozen")]

QUERIES = {"point": 7, "commune": 7, "producer": 7, "silent": 5}


@pytest.fixture
def officer(client):
    client.force_login(make_officer())


def sell(record, quantity):
    return counter.sell(record.partner.point, [Item(record.pk, quantity)], paid_by="cash", by=By())


def told(group: str) -> list[tuple]:
    return [(row.name, row.in_stock, row.sold, row.amount) for row in point_numbers.numbers_by(group)]


def test_stock_and_sales_by_point_commune_and_producer(frozen):
    here, there = make_region("Phường Tây Hồ", province="Thành phố Hà Nội"), make_region()
    first = make_point(name="Điểm A", seller={"region": here})
    second, third = (make_point(name=name, seller={"region": there}) for name in ("Điểm B", "Điểm C"))
    maker = make_seller(name="HTX Chè")
    records = [
        make_shelf(point=point, product=make_product(seller=maker)) for point in (first, second, third)
    ]
    sell(records[2], 9)
    frozen.shift(datetime.timedelta(days=31))
    sale = sell(records[0], 4)
    counter.take_back(sale, {records[0].pk: 1}, paid_by="cash", by=By())
    held = reservations.reserve(second, "o-1", [(records[1].pk, 2, PRICE)])
    reservations.collect(held, by=By())

    assert told("point") == [
        ("Điểm A", 7, 3, 3 * PRICE),
        ("Điểm B", 8, 2, 2 * PRICE),
        ("Điểm C", 1, 0, 0),
    ]
    assert told("commune") == [(here.name, 7, 3, 3 * PRICE), (there.name, 9, 2, 2 * PRICE)]
    assert told("producer") == [("HTX Chè", 16, 5, 5 * PRICE)]
    assert [row.name for row in point_numbers.silent_points()] == ["Điểm C"]


def test_a_point_that_never_recorded_anything_comes_first(frozen):
    make_shelf(point=make_point(name="Điểm A"))
    make_point(name="Điểm B")
    frozen.shift(datetime.timedelta(days=8))
    assert [row.name for row in point_numbers.silent_points()] == ["Điểm B", "Điểm A"]
    assert point_numbers.open_points() == 2


@pytest.mark.parametrize("by", QUERIES)
@pytest.mark.parametrize("count", [1, 30])
def test_the_page_asks_the_same_for_one_point_and_for_thirty(
    client, officer, django_assert_num_queries, frozen, by, count
):
    product = make_product()
    for _number in range(count):
        make_shelf(point=make_point(), product=product)
    frozen.shift(datetime.timedelta(days=8))
    with django_assert_num_queries(QUERIES[by]):
        page = client.get(reverse("office_desk:points"), {"by": by})
    assert page.status_code == 200
    assert len(page.context["page"].object_list) == (1 if by in ("commune", "producer") else count)


def test_an_odd_question_shows_the_points(client, officer):
    page = client.get(reverse("office_desk:points"), {"by": "x\x00", "page": "-3"})
    assert page.context["chosen"] == "point"
    assert page.context["missing"] == 30
