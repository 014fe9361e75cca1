import pytest

from marketplace.regions.models import Region
from search.names import patterns
from search.suggestions import Kind, suggestions
from tests.factories.catalog import make_product, make_region, make_seller

pytestmark = [pytest.mark.integration, pytest.mark.django_db, pytest.mark.usefixtures("frozen")]


def found(text: str, kind: Kind) -> list[str]:
    return [each.label for each in suggestions(text) if each.kind == kind]


def test_words_may_stand_in_any_order_and_the_last_be_begun():
    make_product(title="Trà sen Tây Hồ")
    make_product(title="Bún khô")
    assert found("ho tay tra s", Kind.PRODUCT) == ["Trà sen Tây Hồ"]


def test_former_places_with_products_are_suggested_under_their_old_names(regions):
    then = Region.objects.get(name="Phường Vạn Phúc", parent__name="Quận Hà Đông", is_former=True)
    now = Region.objects.get(name="Phường Hà Đông", is_former=False)
    make_product(region=now, recorded_region=then)
    assert found("van phuc", Kind.REGION) == ["Phường Vạn Phúc"]
    assert found("ha dong", Kind.REGION) == ["Phường Hà Đông"]


def test_former_districts_with_products_and_former_provinces_are_suggested(regions):
    then = Region.objects.get(name="Xã Canh Nậu", parent__name="Huyện Thạch Thất", is_former=True)
    now = Region.objects.get(name="Xã Tây Phương", is_former=False)
    make_product(region=now, recorded_region=then)
    assert found("thach that", Kind.REGION) == ["Huyện Thạch Thất"]
    assert found("huyen ba vi", Kind.REGION) == []
    assert found("huyen", Kind.REGION) == []
    assert found("bac kan", Kind.REGION) == ["Tỉnh Bắc Kạn"]
    assert found("thai nguyen", Kind.REGION) == ["Tỉnh Thái Nguyên"]


def test_communes_without_products_are_not_suggested(regions):
    make_region("Xã Quýt")
    assert found("quyt", Kind.REGION) == []


def test_sellers_without_products_are_not_suggested():
    make_seller(name="Quýt")
    make_product(seller=make_seller(name="Quýt hồng"))
    assert found("quyt", Kind.PRODUCER) == ["Quýt hồng"]


@pytest.mark.unit
def test_patterns_begin_words_and_are_few():
    assert patterns("Trà  SEN!") == {"word_0": " tra", "word_1": " sen"}
    assert len(patterns("a " * 50)) == 8
    assert patterns("%") == {}
