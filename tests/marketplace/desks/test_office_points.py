"""The office's desk: points of sale in numbers."""

import datetime

import pytest
from django.urls import reverse

from marketplace.core import clock
from marketplace.regions.models import Region
from producers.domain import counter, point_numbers, point_targets, reservations
from producers.domain.acts import By
from producers.domain.counter import Item
from tests.factories.catalog import make_product, make_region, make_seller
from tests.factories.points import make_point
from tests.factories.sellers import make_officer
from tests.factories.shelves import PRICE, make_shelf

pytestmark = [pytest.mark.integration, pytest.mark.django_db, pytest.mark.usefixtures("frozen")]

QUERIES = {"point": 8, "commune": 8, "producer": 8, "silent": 6}


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


def test_the_target_holds_from_its_plan_on_and_says_which(client, officer, frozen):
    page = client.get(reverse("office_desk:points"))
    assert "145/KH-UBND" in page.text
    assert point_targets.target_now().missing(31) == 0
    frozen.move_to(datetime.datetime(2021, 12, 31, tzinfo=clock.HA_NOI))
    assert point_targets.target_now() is None


def test_only_real_open_points_of_the_plans_province_count_for_its_target(client, officer):
    here, there = make_region("Phường Tây Hồ", province="Thành phố Hà Nội"), make_region()
    for place, more in ((here, {}), (here.parent, {}), (there, {}), (here, {"is_fictional": True})):
        make_point(seller={"region": place, **more})
    make_point(seller={"region": here}, opened_on=clock.today() + datetime.timedelta(days=1))
    page = client.get(reverse("office_desk:points")).context
    assert (page["opened"], page["counted"], page["missing"]) == (4, 2, 28)


def test_a_point_that_opened_lately_is_not_silent(frozen):
    make_point(name="Điểm mới", opened_on=clock.today() - datetime.timedelta(days=6))
    make_point(name="Sắp mở", opened_on=clock.today() + datetime.timedelta(days=6))
    assert point_numbers.silent_points() == []
    frozen.shift(datetime.timedelta(days=1))
    assert [row.name for row in point_numbers.silent_points()] == ["Điểm mới"]


def test_points_of_a_former_district_alone_on_the_page_and_in_the_file(client, officer, regions):
    communes = Region.objects.current().communes()
    here, there = (
        make_point(name=name, seller={"region": communes.get(name=place)})
        for name, place in (("Điểm A", "Phường Tây Hồ"), ("Điểm B", "Phường Hà Đông"))
    )
    product = make_product()
    sell(make_shelf(point=here, product=product), 3)
    make_shelf(point=there, product=product)
    page = client.get(reverse("office_desk:points"))
    district = next(each for each in page.context["asked"].districts if each.name == "Quận Tây Hồ")
    asked = {"by": "point", "district": district.key}
    page = client.get(reverse("office_desk:points"), asked)
    assert [row.name for row in page.context["page"]] == ["Điểm A"]
    file = client.get(reverse("office_desk:points-export"), asked)
    lines = b"".join(file.streaming_content).decode("utf-8-sig").splitlines()
    assert lines[1:] == [f"Điểm A,7,3,{3 * PRICE}"]
    workbook = client.get(reverse("office_desk:points-export"), {**asked, "kind": "xlsx"})
    assert b"".join(workbook.streaming_content).startswith(b"PK")
    workbook.close()


def test_the_silent_points_as_a_file_and_an_odd_district(client, officer, frozen):
    make_point(name="Điểm A")
    asked = {"by": "silent", "district": "x\x00"}
    file = client.get(reverse("office_desk:points-export"), asked)
    assert b"".join(file.streaming_content).decode("utf-8-sig").splitlines()[1:] == ["Điểm A,"]
