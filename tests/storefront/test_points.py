"""Points of sale as buyers see them: the list with its map, the page of one, their answers for machines."""

import datetime
import json

import pytest
from django.utils import translation

from marketplace.core import clock
from marketplace.regions.models import Region
from producers.domain import points
from producers.models import OpeningException, Partner, StockRecord
from storefront.point_list import distance_in_words, kilometres, near_of
from tests.factories.catalog import make_region
from tests.factories.points import make_point

pytestmark = [pytest.mark.integration, pytest.mark.django_db, pytest.mark.usefixtures("frozen", "regions")]

INDEX = "/en/diem-ban/"
TODAY = datetime.date(2026, 11, 24)
HA_NOI = "Thành phố Hà Nội"


def in_ha_noi(commune: str, **fields):
    return make_point(seller={"region": make_region(commune, province=HA_NOI)}, **fields)


def page_of(point) -> str:
    return f"{INDEX}{point.seller.slug}/"


def listed(response) -> list[str]:
    return [point.name for _name, rows in response.context["groups"] for point in rows]


def data_of(response) -> dict:
    scripts = response.text.split('<script type="application/ld+json">')[1:]
    found = [json.loads(each.partition("</script>")[0]) for each in scripts]
    return next((each for each in found if each["@type"] == "Store"), {})


# --- the list
def test_points_stand_under_their_provinces_the_one_with_the_most_first(client):
    make_point(name="Ở Thái Nguyên")
    for commune in ("Phường Hà Đông", "Xã Bát Tràng"):
        in_ha_noi(commune)

    response = client.get(INDEX)

    assert [name for name, _rows in response.context["groups"]] == ["Hà Nội", "Thái Nguyên"]
    assert "3 places to see and buy them." in response.text
    assert 'class="map marks"' in response.text


def test_an_empty_list_says_so(client):
    response = client.get(INDEX)
    assert response.status_code == 200
    assert "No point of sale has been entered yet" in response.text


@pytest.mark.parametrize(
    "text", ["Hồng Vân", "hong van", "Hà Đông", "ha dong", "Hợp tác xã rau", "12 Trần Phú"]
)
def test_found_by_name_place_operator_and_street_without_marks(client, text):
    in_ha_noi(
        "Phường Hà Đông", name="Điểm bán Hồng Vân", operator="Hợp tác xã Rau sạch", address="12 Trần Phú"
    )
    in_ha_noi("Xã Bát Tràng", name="Khác")

    assert listed(client.get(INDEX, {"q": text})) == ["Điểm bán Hồng Vân"]


def test_found_by_the_name_that_its_place_had(client):
    district = Region.objects.former().districts().get(name="Quận Long Biên")
    now = district.successors_now().first()
    make_point(name="Bên sông", seller={"region": now, "recorded_region": district})

    assert listed(client.get(INDEX, {"q": "quận long biên"})) == ["Bên sông"]
    assert listed(client.get(INDEX, {"region": district.key})) == ["Bên sông"]


def test_a_province_shows_its_own_map(client):
    in_ha_noi("Phường Hà Đông", name="Ở Hà Nội")
    make_point(name="Ở Thái Nguyên")

    response = client.get(INDEX, {"region": "p-01"})

    assert listed(response) == ["Ở Hà Nội"]
    assert "Points of sale in Hà Nội" in response.text


def test_only_what_is_open_now(client):
    make_point(name="Mở", hours=("08:00", "20:00"))
    make_point(name="Đóng", hours=("10:00", "20:00"))
    make_point(name="Không rõ")

    response = client.get(INDEX, {"open": "1"})

    assert listed(response) == ["Mở"]
    assert "Open now, until 20:00" in response.text


def test_the_nearest_come_first_from_a_position_or_a_place(client):
    far = make_point(name="Xa", latitude=10.8, longitude=106.7)
    near = make_point(name="Gần", latitude=21.03, longitude=105.85)

    from_here = client.get(INDEX, {"near": "21.0,105.8"})
    from_there = client.get(INDEX, {"near": Region.objects.get(name="Phường Hà Đông", is_former=False).key})

    for response in (from_here, from_there):
        assert listed(response) == [near.name, far.name]
    assert "6.2 km" in from_here.text
    assert "about" in from_there.text


def test_what_is_typed_as_a_commune_offers_what_is_near(client):
    response = client.get(INDEX, {"q": "ha dong"})
    key = Region.objects.get(name="Phường Hà Đông", is_former=False).key
    assert f"?near={key}" in response.text


@pytest.mark.parametrize(
    "query",
    [
        "near=x",
        "near=999,999",
        "near=\x00",
        "region=p-nowhere",
        "region=%00",
        "open=yes",
        "page=9999",
        "q=%25%5F%00",
        "near=91.5,200.1",
    ],
)
def test_what_cannot_be_is_no_error(client, query):
    make_point()
    assert client.get(f"{INDEX}?{query}").status_code == 200


def test_closed_and_suspended_ones_are_not_listed_and_their_pages_say_why(client):
    closed, suspended = make_point(name="Đã đóng"), make_point(name="Tạm dừng")
    points.close(closed, on=TODAY - datetime.timedelta(days=1), reason="Hết hạn thuê")
    Partner.objects.filter(pk=suspended.seller_id).update(state=Partner.State.SUSPENDED)

    assert listed(client.get(INDEX)) == []
    for point, words in ((closed, "is closed"), (suspended, "is suspended")):
        response = client.get(page_of(point))
        assert response.status_code == 200
        assert words in response.text
        assert "noindex" in response.text
        assert data_of(response) == {}


def test_stalls_and_points_do_not_answer_at_each_others_addresses(client):
    point = make_point()
    assert client.get(f"/gian-hang/{point.seller.slug}/").status_code == 404
    stall = Partner.objects.create(name="Gian", slug="gian", code="gian")
    assert client.get(f"/diem-ban/{stall.slug}/").status_code == 404


@pytest.mark.parametrize("count", [1, 30])
def test_as_many_queries_however_many_there_are(client, django_assert_num_queries, count):
    for number in range(count):
        in_ha_noi("Phường Hà Đông", name=f"Điểm {number}", hours=("08:00", "20:00"))
    for path, number in ((INDEX, 8), (f"{INDEX}?near=21.0,105.8", 8), (f"{INDEX}?q=diem&open=1", 9)):
        client.get(path)
        with django_assert_num_queries(number):
            client.get(path)
    with django_assert_num_queries(1):
        client.get("/diem-ban/vi-tri.json")


def test_positions_for_a_map_with_tiles(client):
    point = make_point(name="Gần", latitude=21.03, longitude=105.85)
    make_point(name="Không rõ", seller={"region": None})

    found = client.get("/diem-ban/vi-tri.json").json()

    assert found == {"points": [[21.03, 105.85, "Gần", point.get_absolute_url(), False]]}


def test_tiles_only_where_a_server_of_them_is_set(client, settings):
    make_point()
    assert "leaflet" not in client.get(INDEX).text
    settings.TILES_URL = "https://tiles.example.org/{z}/{x}/{y}.png"
    page = client.get(INDEX).text
    assert "leaflet/leaflet" in page
    assert 'data-tiles="https://tiles.example.org/{z}/{x}/{y}.png"' in page
    assert 'class="map marks"' in page


# --- the page of one
def test_a_page_tells_what_is_known_and_no_more(client):
    point = in_ha_noi("Phường Hà Đông", name="Điểm bán Vạn Phúc", opened_year=2023)

    page = client.get(page_of(point)).text

    assert "The hours are not in the source." in page
    assert "not in the source data" in page
    assert "2023" in page
    assert "The exact position is not known" in page
    assert "openstreetmap" not in page


def test_hours_and_holidays(client):
    point = make_point(hours=("08:00", "20:00"), latitude=21.0, longitude=105.8)
    OpeningException.objects.create(point=point, first_day=TODAY, last_day=TODAY, occasion="Ngày hội làng")
    OpeningException.objects.create(
        point=point, first_day=datetime.date(2020, 1, 1), last_day=datetime.date(2020, 1, 2)
    )

    response = client.get(page_of(point))

    assert "Closed now, opens on Wednesday at 08:00" in response.text
    assert "Ngày hội làng" in response.text
    assert "2020" not in response.text
    assert "openstreetmap" in response.text


def test_described_for_machines(client):
    point = make_point(hours=("08:00", "20:00"), latitude=21.0, longitude=105.8, operator="HTX Mẫu")

    described = data_of(client.get(page_of(point)))

    assert described["geo"] == {"@type": "GeoCoordinates", "latitude": 21.0, "longitude": 105.8}
    assert described["openingHoursSpecification"][0] == {
        "@type": "OpeningHoursSpecification",
        "opens": "08:00",
        "closes": "20:00",
        "dayOfWeek": "https://schema.org/Monday",
    }
    assert described["address"]["addressRegion"] == "Tỉnh Thái Nguyên"


def test_an_approximate_position_is_not_told_to_machines(client):
    point = in_ha_noi("Phường Hà Đông")
    assert "geo" not in data_of(client.get(page_of(point)))


@pytest.mark.parametrize("count", [1, 30])
def test_neighbours_and_as_many_queries(client, django_assert_num_queries, count):
    point = in_ha_noi("Phường Hà Đông", name="Đây", hours=("08:00", "20:00"))
    for _number in range(count):
        in_ha_noi("Phường Hà Đông", hours=("08:00", "20:00"))
    path = page_of(point)
    client.get(path)

    with django_assert_num_queries(12):
        response = client.get(path)

    assert len(response.context["nearby"]) == min(count, 4)


def test_kept_for_a_minute_only_because_it_closes(client, settings, frozen):
    settings.PAGE_CACHE = True
    point = make_point(hours=("08:00", "09:01"))
    path = page_of(point)
    assert "Open now, until 09:01" in client.get(path).text
    frozen.shift(90)
    assert "Closed now" in client.get(path).text


def test_found_among_the_results_of_a_search(client):
    make_point(name="Điểm bán Hồng Vân")
    page = client.get("/en/tim-kiem/", {"q": "hồng vân"}).text
    assert "Điểm bán Hồng Vân" in page


def test_a_point_sells_nothing_online():
    assert not StockRecord.objects.exists()
    assert make_point().seller not in Partner.objects.public()


# --- distances
def test_distances():
    ha_noi, sai_gon = near_of("21.028,105.854"), near_of("10.777,106.695")
    assert round(kilometres(ha_noi, sai_gon)) == 1143
    assert near_of("a,b") is near_of("") is None


@pytest.mark.parametrize(
    ("distance", "words"),
    [(0.004, "50 m"), (0.83, "850 m"), (1.24, "1.2 km"), (9.96, "10.0 km"), (57.4, "57 km")],
)
def test_distances_in_words(distance, words):
    with translation.override("en"):
        assert distance_in_words(distance, is_approximate=False) == words
        assert distance_in_words(distance, is_approximate=True) == f"about {words}"


def test_the_clock_is_the_one_of_ha_noi():
    assert clock.now().astimezone(clock.HA_NOI).hour == 9
