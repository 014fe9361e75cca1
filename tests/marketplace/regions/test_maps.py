import pytest

from marketplace.regions.domain import maps
from marketplace.regions.domain.maps import country_dots, province_dots
from marketplace.regions.models import Region

pytestmark = [pytest.mark.integration, pytest.mark.django_db]


@pytest.fixture(autouse=True)
def _forget_maps():
    maps.forget()
    yield
    maps.forget()


def province(key):
    return Region.objects.get(key=key)


def test_ha_noi_is_drawn_as_in_the_look(regions):
    drawn = province_dots(province("p-01"))
    assert (drawn.width, drawn.height, len(drawn.dots)) == (328, 382, 126)


def test_every_dot_lies_in_the_frame_of_every_province(regions):
    for one in Region.objects.current().provinces():
        drawn = province_dots(one)
        assert drawn.width == 328
        assert 160 < drawn.height < 680
        assert all(6 <= x <= drawn.width - 6 and 6 <= y <= drawn.height - 6 for x, y in drawn.dots)


def test_locate_is_where_the_dot_is_with_north_above_south(regions):
    drawn = province_dots(province("p-01"))
    soc_son, my_duc = Region.objects.get(key="c-00376"), Region.objects.get(key="c-10441")
    assert drawn.locate(soc_son) in drawn.dots
    assert drawn.locate(soc_son)[1] < drawn.locate(my_duc)[1]


def test_far_islands_stand_at_the_edge(regions):
    drawn = province_dots(province("p-56"))
    assert drawn.locate(Region.objects.get(name="Đặc khu Trường Sa"))[0] == 328 - 6


def test_no_place_without_a_centroid(regions):
    drawn = province_dots(province("p-01"))
    assert drawn.locate(Region.objects.get(key="fc-00577")) is None
    assert drawn.locate(None) is None


def test_a_province_without_communes_is_an_empty_map(db):
    lonely = Region.objects.create(
        key="p-99", kind="province", code="99", name="Tỉnh X", short_name="X", unit_type="tinh"
    )
    assert province_dots(lonely).dots == ()


def test_drawn_once_per_process(regions, django_assert_num_queries):
    one = province("p-01")
    with django_assert_num_queries(1):
        province_dots(one)
    with django_assert_num_queries(0):
        province_dots(one)


def test_the_country_is_drawn_with_far_fewer_dots_and_everything_lies_on_it(
    regions, django_assert_num_queries
):
    with django_assert_num_queries(1):
        drawn = country_dots()
    with django_assert_num_queries(0):
        assert country_dots() is drawn
    assert 300 < len(drawn.dots) < 1_000
    assert all(6 <= x <= drawn.width - 6 and 6 <= y <= drawn.height - 6 for x, y in drawn.dots)
    ha_noi, sai_gon = drawn.project(21.03, 105.85), drawn.project(10.78, 106.7)
    assert ha_noi[1] < sai_gon[1]
