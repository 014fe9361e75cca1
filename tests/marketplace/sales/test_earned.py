"""A discount of the marketplace across stalls: who cancels the goods that earned it cancels it all."""

import pytest

from marketplace.payments.models import Payment
from marketplace.sales.domain import fulfil, ledger
from marketplace.sales.domain.discounts import PromotionLost, check_left
from marketplace.sales.domain.fulfil import MoveForbidden
from marketplace.sales.domain.reduce import cancel_lines_by_buyer
from marketplace.sales.models import PromotionUse, SellerOrder
from producers.models import StockRecord
from tests.factories.catalog import make_seller
from tests.factories.promotions import make_promotion
from tests.marketplace.sales.cases import buy_promoted, make_product

pytestmark = [pytest.mark.integration, pytest.mark.django_db, pytest.mark.usefixtures("frozen")]


@pytest.fixture
def promotion():
    """20 % off from 500.000 ₫ of goods, whichever stalls they come from."""
    return make_promotion(value=20, minimum=500_000, is_borne_by_marketplace=True)


@pytest.fixture
def parts(promotion) -> list[SellerOrder]:
    """Goods for 100.000 ₫ of one stall and for 400.000 ₫ of another."""
    small = make_product(make_seller(name="Chè Tân Cương"), price=100_000)
    large = make_product(make_seller(name="Mật ong Mường"), price=200_000)
    return buy_promoted(small, (large, 2))


def states() -> list[str]:
    return list(SellerOrder.objects.order_by("pk").values_list("state", flat=True))


def held() -> int:
    return sum(StockRecord.objects.values_list("num_allocated", flat=True))


def differences() -> list:
    return list(ledger.differences(SellerOrder.objects.all()))


@pytest.mark.parametrize("position", [0, 1])
def test_a_buyer_cancels_no_part_whose_discount_another_part_would_keep(parts, position):
    assert [part.discount_by_marketplace for part in parts] == [20_000, 80_000]
    other = parts[1 - position]
    with pytest.raises(PromotionLost, match=other.seller_name) as lost:
        fulfil.cancel_by_buyer(parts[position])
    assert (lost.value.others, states(), held()) == ([other], ["pending"] * 2, 3)
    assert not differences()


def test_all_parts_that_have_it_are_cancelled_together(parts):
    small, large = parts
    fulfil.cancel_by_buyer(large, also=[small], note="Đổi ý")
    assert (states(), held()) == (["cancelled"] * 2, 0)
    assert [part.events.last().note for part in parts] == ["Đổi ý"] * 2
    assert set(Payment.objects.values_list("due", flat=True)) == {0}
    assert PromotionUse.objects.get().given_back_at is not None
    assert not differences()


def test_together_or_not_at_all(parts):
    small, large = parts
    fulfil.confirm(small, actor=None)
    with pytest.raises(MoveForbidden):
        fulfil.cancel_by_buyer(large, also=[small])
    assert (states(), held()) == (["confirmed", "pending"], 3)


def test_the_part_that_is_taken_on_is_told_of_before_the_discount(parts):
    fulfil.confirm(parts[1], actor=None)
    with pytest.raises(MoveForbidden):
        fulfil.cancel_by_buyer(parts[1])


def test_what_is_left_is_enough(promotion):
    small = make_product(make_seller(), price=100_000)
    large = make_product(make_seller(), price=250_000)
    first, second = buy_promoted(small, (large, 2))
    fulfil.cancel_by_buyer(first)
    assert states() == ["cancelled", "pending"]
    second.refresh_from_db()
    assert (second.discount, differences()) == (100_000, [])


def test_what_a_seller_cancelled_is_not_held_against_the_buyer(promotion):
    third = make_product(make_seller(), price=150_000)
    small = make_product(make_seller(), price=50_000)
    large = make_product(make_seller(), price=400_000)
    first, second, last = buy_promoted(third, small, large)
    fulfil.cancel(last, actor=None, note="Hết hàng")
    fulfil.cancel_by_buyer(first)
    second.refresh_from_db()
    assert (second.state, second.discount > 0, differences()) == ("pending", True, [])


def test_the_last_part_that_stands_can_be_cancelled(parts):
    fulfil.cancel(parts[1], actor=None, note="Hết hàng")
    fulfil.cancel_by_buyer(parts[0])
    assert (states(), held(), differences()) == (["cancelled"] * 2, 0, [])


def test_who_cancels_some_goods_reads_whose_part_has_the_discount_too(parts):
    small, large = parts
    line = large.lines.get()
    with pytest.raises(PromotionLost, match=small.seller_name):
        cancel_lines_by_buyer(large, {line.pk: 1}, seen_total=large.total)


def test_free_delivery_is_earned_by_the_goods_of_all_parts_too():
    make_promotion(kind="delivery", value=0, minimum=500_000, is_borne_by_marketplace=True)
    first, second = buy_promoted(
        make_product(make_seller(), price=100_000), (make_product(make_seller(), price=200_000), 2)
    )
    assert first.delivery_discount > 0
    with pytest.raises(PromotionLost):
        fulfil.cancel_by_buyer(second)
    line = second.lines.get()
    with pytest.raises(PromotionLost, match=first.seller_name):
        cancel_lines_by_buyer(second, {line.pk: 1}, seen_total=second.total)
    fulfil.cancel_by_buyer(second, also=[first])
    assert (states(), differences()) == (["cancelled"] * 2, [])


def test_the_check_takes_a_fixed_number_of_queries(django_assert_num_queries):
    make_promotion(kind="delivery", value=0, minimum=1_000, is_borne_by_marketplace=True)
    make_promotion(value=20, minimum=1_000, is_borne_by_marketplace=True)
    for number in (1, 30):
        seller = make_seller()
        [part] = buy_promoted(*(make_product(seller) for _line in range(number)))
        line = part.lines.first()
        with django_assert_num_queries(5):
            check_left(part.order_id, {line.pk: 0})
