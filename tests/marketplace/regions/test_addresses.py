import pytest
from django.utils import translation

from marketplace.regions.domain.addresses import find_commune
from marketplace.regions.models import Region

pytestmark = [pytest.mark.integration, pytest.mark.django_db]


@pytest.fixture
def ha_noi(regions):
    return Region.objects.get(key="p-01")


@pytest.mark.parametrize(
    "text",
    [
        "Phường Hà Đông",
        "ha dong",
        "P. Hà Đông",
        "HÀ ĐÔNG",
        "Phường Hà Đông, Hà Nội",
        "Phường Hà Đông (trước là phường Vạn Phúc)",
    ],
)
def test_a_name_of_today_is_the_commune(ha_noi, text):
    assert find_commune(ha_noi, text).key == "c-09556"


def test_former_names_suggest_the_commune_of_today(ha_noi):
    suggestions = find_commune(ha_noi, "Vạn Phúc")
    with translation.override("en"):
        assert [suggestion.label for suggestion in suggestions] == [
            "Hà Đông Ward (formerly Vạn Phúc Ward)",
            "Nam Phù Commune (formerly Vạn Phúc Commune)",
            "Phúc Lộc Commune (formerly Vân Phúc Commune)",
        ]
    assert suggestions[0].region.key == "c-09556"


def test_the_label_names_units_in_vietnamese(ha_noi):
    (suggestion, *_) = find_commune(ha_noi, "Vạn Phúc")
    with translation.override("vi"):
        assert suggestion.label.startswith("Phường Hà Đông (")
        assert "phường Vạn Phúc" in suggestion.label


def test_a_former_name_is_never_taken_silently(ha_noi):
    assert isinstance(find_commune(ha_noi, "phường Vạn Phúc"), list)


def test_the_district_is_named_where_a_former_name_occurs_twice(regions):
    hai_phong = Region.objects.get(key="p-31")
    with translation.override("en"):
        labels = [suggestion.label for suggestion in find_commune(hai_phong, "Tân Phong")]
    assert labels == [
        "Tân An Commune (formerly Tân Phong Commune, Ninh Giang District)",
        "Kiến Hải Commune (formerly Tân Phong Commune, Kiến Thụy District)",
    ]


@pytest.mark.parametrize("text", ["", "   ", "zzz", "%", "(", "x" * 500])
def test_nothing_found(ha_noi, text):
    assert find_commune(ha_noi, text) == []


def test_names_that_begin_as_typed_come_first_and_there_are_at_most_eight(ha_noi):
    names = [suggestion.region.name for suggestion in find_commune(ha_noi, "Hà")]
    assert len(names) == 8
    assert names[:3] == ["Phường Hà Đông", "Phường Hồng Hà", "Phường Ngọc Hà"]


def test_other_provinces_do_not_show(regions):
    assert find_commune(Region.objects.get(key="p-19"), "Vạn Phúc") == []


@pytest.mark.parametrize("text", ["Vạn Phúc", "phu", "Tân Lập"])
def test_query_count(ha_noi, text, django_assert_num_queries):
    with django_assert_num_queries(2), translation.override("en"):
        [suggestion.label for suggestion in find_commune(ha_noi, text)]
