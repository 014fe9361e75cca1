"""What a promotion may be called."""

import pytest

from catalog.models import BannedWord
from marketplace.sales.domain import promotions
from marketplace.sales.domain.promotions import WrongPromotion
from marketplace.sales.models import Promotion
from tests.factories.catalog import make_seller, make_user
from tests.factories.promotions import make_promotion, terms

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("rule", BannedWord.Rule)
def test_no_word_that_the_office_looks_for_stands_in_the_name_of_a_sellers_promotion(rule):
    BannedWord.objects.create(word="thần dược", rule=rule)
    made = make_promotion(make_seller())

    for act in (
        lambda: make_promotion(make_seller(), title="Tuần lễ than duoc"),
        lambda: promotions.change(made, terms(title="Thần dược giảm giá"), actor=make_user()),
    ):
        with pytest.raises(WrongPromotion, match="thần dược") as refusal:
            act()
        assert refusal.value.name == "title"
    assert [each.title for each in Promotion.objects.for_rows()] == ["Mừng mùa chè"]


def test_a_code_is_no_such_word_and_stays_where_the_word_came_later():
    made = make_promotion(make_seller(), code="THUOC10")
    BannedWord.objects.create(word="thuốc")

    with pytest.raises(WrongPromotion, match="thuốc") as refusal:
        make_promotion(make_seller(), code="thuoc-20")
    assert refusal.value.name == "code"
    promotions.change(made, terms(title="Mùa hè", code="THUOC10"), actor=make_user())
    assert [each.title for each in Promotion.objects.for_rows()] == ["Mùa hè"]


def test_the_office_may_write_them():
    BannedWord.objects.create(word="thuốc")

    assert make_promotion(title="Cây thuốc Việt Nam", code="THUOC").title == "Cây thuốc Việt Nam"
