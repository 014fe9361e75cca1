"""Stock: what each act changes, that its movements say the same, and what is refused."""

import pytest
from django.contrib.auth.models import AnonymousUser
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from producers.domain import stock
from producers.domain.stock import CountTooLow, NotAllocated, NotEnoughStock, Shelf, Shortage
from producers.models import StockMovement, StockRecord
from tests.factories.catalog import make_product, make_seller, make_user

pytestmark = [pytest.mark.integration, pytest.mark.django_db]


@pytest.fixture
def record() -> StockRecord:
    return make_product(stock=10).stock_record


def shelf_of(record: StockRecord) -> Shelf:
    record.refresh_from_db()
    return Shelf(record.num_in_stock, record.num_allocated)


def movements_of(record: StockRecord) -> list[tuple[str, int, str]]:
    return list(record.movements.values_list("kind", "quantity", "reference"))


OPENING = ("received", 10, "opening")


def test_taking_allocates_and_leaves_the_shelf(record):
    person = make_user()

    stock.take({record.pk: 4}, reference="261124-ABCDE", actor=person)

    assert shelf_of(record) == Shelf(in_stock=10, allocated=4)
    assert movements_of(record) == [OPENING, ("taken", -4, "261124-ABCDE")]
    assert record.movements.last().actor == person


def test_a_guest_is_nobody_in_the_movements(record):
    stock.take({record.pk: 1}, reference="x", actor=AnonymousUser())

    assert record.movements.last().actor is None


def test_the_last_one_can_be_taken_and_none_after_it(record):
    stock.take({record.pk: 10}, reference="x")

    with pytest.raises(NotEnoughStock) as refusal:
        stock.take({record.pk: 1}, reference="y")

    assert refusal.value.shortages == [Shortage(record.pk, wanted=1, available=0)]
    assert shelf_of(record) == Shelf(in_stock=10, allocated=10)
    assert movements_of(record) == [OPENING, ("taken", -10, "x")]


def test_all_or_nothing_is_taken_and_only_what_is_short_is_named(record):
    other = make_product(stock=3).stock_record

    with pytest.raises(NotEnoughStock) as refusal:
        stock.take({record.pk: 8, other.pk: 4}, reference="x")

    assert refusal.value.shortages == [Shortage(other.pk, wanted=4, available=3)]
    assert shelf_of(record) == Shelf(10, 0)
    assert shelf_of(other) == Shelf(3, 0)
    assert StockMovement.objects.filter(kind="taken").count() == 0


def test_a_record_that_is_gone_is_short(record):
    with pytest.raises(NotEnoughStock) as refusal:
        stock.take({record.pk + 1000: 2}, reference="x")

    assert refusal.value.shortages == [Shortage(record.pk + 1000, wanted=2, available=0)]


def test_giving_back_undoes_taking(record):
    stock.take({record.pk: 4}, reference="x")

    stock.give_back({record.pk: 4}, reference="x")

    assert shelf_of(record) == Shelf(10, 0)
    assert movements_of(record) == [OPENING, ("taken", -4, "x"), ("given back", 4, "x")]


def test_goods_handed_over_leave_the_shelf(record):
    stock.take({record.pk: 4}, reference="x")

    stock.hand_over({record.pk: 4}, reference="x")

    assert shelf_of(record) == Shelf(6, 0)
    assert stock.shelf_by_movements(record) == Shelf(6, 0)


@pytest.mark.parametrize("act", [stock.give_back, stock.hand_over])
def test_what_was_not_taken_cannot_leave(record, act):
    stock.take({record.pk: 2}, reference="x")

    with pytest.raises(NotAllocated):
        act({record.pk: 3}, reference="x")

    assert shelf_of(record) == Shelf(10, 2)
    assert movements_of(record) == [OPENING, ("taken", -2, "x")]


def test_a_count_sets_the_shelf_and_writes_the_difference(record):
    stock.take({record.pk: 2}, reference="x")

    stock.correct(record, 7, reference="count")

    assert (record.num_in_stock, record.num_allocated) == (7, 2)
    assert movements_of(record)[-1] == ("corrected", -3, "count")


def test_a_count_that_finds_the_same_writes_nothing(record):
    stock.correct(record, 10)

    assert movements_of(record) == [OPENING]


def test_a_count_below_what_orders_have_taken_is_refused(record):
    stock.take({record.pk: 6}, reference="x")

    with pytest.raises(CountTooLow) as refusal:
        stock.correct(record, 5)

    assert refusal.value.allocated == 6
    assert shelf_of(record) == Shelf(10, 6)


@pytest.mark.parametrize("quantity", [0, -1])
def test_quantities_that_are_not_positive_are_mistakes(record, quantity):
    for act in (stock.take, stock.give_back, stock.hand_over, stock.receive_many):
        with pytest.raises(ValueError, match="positive"):
            act({record.pk: quantity}, reference="x")
    assert shelf_of(record) == Shelf(10, 0)


@pytest.mark.parametrize("count", [1, 30])
def test_taking_costs_the_same_for_one_record_and_for_thirty(django_assert_num_queries, count):
    seller = make_seller()
    wanted = {make_product(seller=seller).stock_record.pk: 1 for _number in range(count)}

    # savepoint, lock, update, movements, release
    with django_assert_num_queries(5):
        stock.take(wanted, reference="x")


ACTS = st.lists(
    st.tuples(
        st.sampled_from(["take", "give back", "hand over", "receive", "correct"]),
        st.integers(min_value=1, max_value=12),
    ),
    max_size=12,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=ACTS)
def test_whatever_happens_in_any_order_the_movements_make_the_shelf(record, acts):
    before = shelf_of(record)
    expected_in_stock, expected_allocated = before.in_stock, before.allocated

    for act, quantity in acts:
        try:
            if act == "take":
                stock.take({record.pk: quantity}, reference="x")
                expected_allocated += quantity
            elif act == "give back":
                stock.give_back({record.pk: quantity}, reference="x")
                expected_allocated -= quantity
            elif act == "hand over":
                stock.hand_over({record.pk: quantity}, reference="x")
                expected_allocated -= quantity
                expected_in_stock -= quantity
            elif act == "receive":
                stock.receive(record, quantity)
                expected_in_stock += quantity
            else:
                stock.correct(record, quantity)
                expected_in_stock = quantity
        except (NotEnoughStock, NotAllocated, CountTooLow):
            pass

    now = shelf_of(record)
    assert now == Shelf(expected_in_stock, expected_allocated)
    assert now == stock.shelf_by_movements(record)
    assert 0 <= now.allocated <= now.in_stock
