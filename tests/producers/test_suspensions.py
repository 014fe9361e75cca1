"""Suspending stalls: at once on an authority's request, else after five days' notice."""

import datetime

import pytest

from catalog.models import Product
from marketplace.core import clock
from marketplace.core.exceptions import Refused
from producers.domain import suspensions
from producers.domain.duties import duty
from producers.domain.suspensions import SuspensionMoved
from producers.housekeeping import begin_due_suspensions
from producers.models import Partner, Suspension
from tests.factories.catalog import make_product, make_seller
from tests.factories.sellers import make_officer

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

Ground = Suspension.Ground
AUTHORITY = {"ground": Ground.AUTHORITY, "authority": "Đội QLTT số 1", "reference": "12/QLTT"}


@pytest.fixture
def stall():
    seller = make_seller()
    make_product(seller=seller)
    return seller


def order(stall, **fields) -> Suspension:
    return suspensions.order(
        stall, **{"ground": Ground.OFFICE, "reason": "Ba đơn không gửi", "actor": make_officer(), **fields}
    )


def test_an_authoritys_request_is_due_within_24_hours_and_closes_the_stall_at_once(frozen, stall):
    received = clock.now() - datetime.timedelta(hours=3)
    suspension = order(stall, received_at=received, **AUTHORITY)
    assert suspension.due_at - received == datetime.timedelta(hours=24)
    suspensions.begin(suspension, actor=suspension.recorded_by)
    stall.refresh_from_db()
    assert stall.state == Partner.State.SUSPENDED
    assert not Product.objects.listed().exists()


def test_the_offices_own_decision_waits_five_days(frozen, stall):
    suspension = order(stall)
    assert suspension.begins_at - suspension.notice_at == datetime.timedelta(days=5)
    with pytest.raises(Refused):
        suspensions.begin(suspension, actor=suspension.recorded_by)
    frozen.shift(datetime.timedelta(days=5) - datetime.timedelta(seconds=1))
    assert begin_due_suspensions.func() == 0
    frozen.shift(datetime.timedelta(seconds=1))
    assert (begin_due_suspensions.func(), begin_due_suspensions.func()) == (1, 0)
    stall.refresh_from_db()
    assert stall.state == Partner.State.SUSPENDED


def test_an_authoritys_request_is_never_carried_out_by_the_clock(frozen, stall):
    suspension = order(stall, **AUTHORITY)
    frozen.shift(datetime.timedelta(days=2))
    assert begin_due_suspensions.func() == 0
    assert suspension.is_overdue


def test_lifting_opens_the_stall_unless_another_suspension_holds_it(frozen, stall):
    first, second = (order(stall, **AUTHORITY) for _number in range(2))
    for each in (first, second):
        suspensions.begin(each, actor=each.recorded_by)
    suspensions.lift(first, actor=first.recorded_by, reason="Đã nộp giấy tờ")
    stall.refresh_from_db()
    assert stall.state == Partner.State.SUSPENDED
    suspensions.lift(second, actor=first.recorded_by, reason="Đã nộp giấy tờ")
    stall.refresh_from_db()
    assert stall.state == Partner.State.OPEN
    with pytest.raises(SuspensionMoved):
        suspensions.lift(second, actor=first.recorded_by, reason="Lần nữa")


def test_a_notice_that_is_called_off_suspends_nothing(frozen, stall):
    suspension = order(stall)
    suspensions.lift(suspension, actor=suspension.recorded_by, reason="Đã gửi hàng")
    frozen.shift(datetime.timedelta(days=6))
    assert begin_due_suspensions.func() == 0
    stall.refresh_from_db()
    assert stall.state == Partner.State.OPEN


def test_the_hours_are_data_with_their_act():
    assert [
        (duty(topic, clock.now()).hours, duty(topic, clock.now()).article)
        for topic in ("take down", "suspend", "notice")
    ] == [(24, "17.1c"), (24, "18.2"), (120, "18.2")]
