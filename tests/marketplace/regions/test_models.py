import pytest

from marketplace.regions.models import Region

pytestmark = [pytest.mark.integration, pytest.mark.django_db]


def region(key):
    return Region.objects.labelled().get(key=key)


@pytest.mark.parametrize(
    ("key", "label", "name_en"),
    [
        ("p-01", "Thành phố Hà Nội", "Hà Nội"),
        ("c-09556", "Phường Hà Đông, Hà Nội", "Hà Đông Ward, Hà Nội"),
        (
            "fc-09886",
            "phường Dương Nội, quận Hà Đông, Hà Nội",
            "Dương Nội Ward, Hà Đông District, Hà Nội",
        ),
        ("fd-018", "huyện Gia Lâm, Hà Nội", "Gia Lâm District, Hà Nội"),
        ("fd-760", "quận 1, Hồ Chí Minh", "District 1, Hồ Chí Minh"),
        ("fp-06", "tỉnh Bắc Kạn", "Bắc Kạn Province"),
    ],
)
def test_labels(regions, key, label, name_en):
    assert (region(key).label, region(key).name_en) == (label, name_en)


def test_bac_kan_is_in_thai_nguyen_now(regions):
    assert [r.key for r in region("fp-06").successors_now()] == ["p-19"]


def test_a_divided_commune_lists_its_default_successor_first(regions):
    assert [r.name for r in region("fc-00583").successors_now()] == [
        "Xã Bát Tràng",
        "Phường Long Biên",
        "Xã Gia Lâm",
    ]


def test_a_current_unit_succeeds_itself(regions):
    assert [r.key for r in region("c-00577").successors_now()] == ["c-00577"]


def test_gia_lam_then_is_found_in_the_communes_of_now(regions):
    assert sorted(r.name for r in Region.objects.within(region("fd-018"))) == [
        "Phường Long Biên",
        "Phường Phúc Lợi",
        "Xã Bát Tràng",
        "Xã Gia Lâm",
        "Xã Phù Đổng",
        "Xã Thuận An",
    ]


@pytest.mark.parametrize(
    ("key", "communes"),
    [("p-01", 126), ("c-00577", 1), ("fp-06", 37), ("fp-75-2025", 95), ("ep-46", 40), ("fp-46", 40)],
)
def test_within(regions, key, communes):
    place = region(key)
    found = list(Region.objects.within(place))
    assert len(found) == communes
    assert {r.is_current for r in found} == {True}


def test_within_is_one_query_for_any_unit(regions, django_assert_num_queries):
    for key in ("p-01", "fd-018", "fp-06"):
        place = region(key)
        with django_assert_num_queries(1):
            list(Region.objects.within(place))


@pytest.mark.parametrize("text", ["Bát Tràng", "bat trang", "BÁT  tràng", "trang bat", "xa bat tr"])
def test_matching_ignores_case_marks_and_order(regions, text):
    assert list(Region.objects.current().matching(text).values_list("key", flat=True)) == ["c-00577"]


def test_labels_of_many_cost_one_query(regions, django_assert_num_queries):
    for number in (1, 24):
        with django_assert_num_queries(1):
            labels = [r.label for r in Region.objects.former().communes().labelled()[:number]]
        assert len(labels) == number


def test_current_and_former_divide_all(regions):
    assert Region.objects.current().count() == 34 + 3321
    assert Region.objects.current().filter(valid_to__isnull=False).count() == 0
    assert Region.objects.current().count() + Region.objects.former().count() == Region.objects.count()
