"""Transfers that do not come: a reminder, then the goods are let go; money that comes later is owed back."""

import datetime

import pytest
from django.utils.translation import override

from marketplace.core import clock
from marketplace.notifications.kinds import KINDS
from marketplace.payments import methods
from marketplace.payments.models import Payment
from marketplace.sales.domain import fulfil, ledger, unpaid
from marketplace.sales.domain.place import UnknownMethod
from marketplace.sales.models import SellerOrder
from marketplace.sales.paying import paying
from producers.domain import bank_accounts
from producers.models import StockRecord
from tests.factories.catalog import make_seller, make_user
from tests.factories.payments import come_in, make_account
from tests.marketplace.sales.cases import buy, make_product
from tests.tasks import waiting

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

TOTAL = 150_000


@pytest.fixture(autouse=True)
def _transfers_are_offered(settings):
    settings.PAYMENT_METHODS = ["cod", "vietqr"]


@pytest.fixture
def seller(frozen):
    seller = make_seller()
    make_account(seller)
    return seller


@pytest.fixture
def product(seller):
    return make_product(seller)


@pytest.fixture
def seller_order(product):
    return buy(product, method="vietqr")[0]


def hours(frozen, number: float) -> None:
    frozen.shift(datetime.timedelta(hours=number))


def allocated() -> int:
    return StockRecord.objects.get().num_allocated or 0


def test_the_buyer_is_reminded_once_and_then_the_goods_are_let_go(seller_order, frozen):
    assert (unpaid.remind_due(), unpaid.release_overdue(), allocated()) == (0, 0, 1)
    hours(frozen, 12)
    assert (unpaid.remind_due(), unpaid.remind_due()) == (1, 0)
    hours(frozen, 12)
    assert (unpaid.release_overdue(), unpaid.release_overdue()) == (1, 0)
    seller_order.refresh_from_db()
    assert (seller_order.state, allocated()) == ("cancelled", 0)
    assert seller_order.events.last().note
    assert seller_order.payments.get().state == "cancelled"


def test_money_after_the_release_is_owed_back(seller_order, frozen):
    hours(frozen, 24)
    unpaid.release_overdue()
    payment = seller_order.payments.get()
    come_in(payment)
    assert (payment.state, payment.refund_owed) == ("cancelled", TOTAL)
    seller_order.refresh_from_db()
    assert seller_order.state == "cancelled"


def test_who_has_paid_is_neither_reminded_nor_cancelled(seller_order, frozen):
    come_in(seller_order.payments.get(), TOTAL)
    hours(frozen, 13)
    assert unpaid.remind_due() == 0
    hours(frozen, 24)
    assert unpaid.release_overdue() == 0


def told(kind: str) -> list[dict]:
    """The facts of the news of this kind that wait to be told."""
    return [args[-1] if name == "mail_guest" else args[2] for name, args in waiting() if args[0] == kind]


def texts(kind: str) -> list[str]:
    with override("en"):
        return [KINDS[kind].text_of(facts) for facts in told(kind)]


def test_who_has_paid_a_part_is_reminded_of_the_rest_once(seller_order, frozen):
    come_in(seller_order.payments.get(), 1_000)
    hours(frozen, 12)
    assert (unpaid.remind_due(), unpaid.remind_due()) == (1, 0)
    [text] = texts("payment_due")
    assert text.startswith("1.000\xa0₫ have come in, 149.000\xa0₫ are missing. Please pay the rest by")


def test_a_part_payment_holds_the_goods_as_long_again_and_no_longer(seller_order, frozen):
    payment = seller_order.payments.get()
    come_in(payment, 1_000)
    hours(frozen, 24)
    assert (unpaid.release_overdue(), unpaid.release_overdue()) == (0, 0)
    request = payment.transfer_request
    request.refresh_from_db()
    assert request.due_at - payment.created_at == datetime.timedelta(hours=48)
    for kind in ("payment_extended", "payment_awaited"):
        [text] = texts(kind)
        assert text.startswith("1.000\xa0₫ have come in")
        assert "26 Nov 2026" in text
    hours(frozen, 23.9)
    assert (unpaid.release_overdue(), unpaid.remind_due(), allocated()) == (0, 0, 1)
    hours(frozen, 0.1)
    assert (unpaid.release_overdue(), unpaid.release_overdue()) == (1, 0)
    seller_order.refresh_from_db()
    payment.refresh_from_db()
    assert (seller_order.state, allocated()) == ("cancelled", 0)
    assert (payment.state, payment.refund_owed) == ("cancelled", 1_000)
    assert "1.000" in seller_order.events.last().note
    assert len(told("refund_owed")) == 1
    assert not list(ledger.differences(SellerOrder.objects.all()))


def test_the_extension_counts_from_when_it_is_told(seller_order, frozen):
    """A task that did not run for days takes no time from the buyer."""
    payment = seller_order.payments.get()
    come_in(payment, 1_000)
    hours(frozen, 100)
    assert (unpaid.release_overdue(), unpaid.release_overdue()) == (0, 0)
    payment.transfer_request.refresh_from_db()
    assert payment.transfer_request.due_at == clock.now() + datetime.timedelta(hours=24)


def test_the_rest_that_comes_during_the_extension_keeps_the_order(seller_order, frozen):
    payment = seller_order.payments.get()
    come_in(payment, 1_000)
    hours(frozen, 24)
    unpaid.release_overdue()
    hours(frozen, 20)
    come_in(payment, TOTAL - 1_000, bank_reference="FT2")
    hours(frozen, 100)
    assert unpaid.release_overdue() == 0
    seller_order.refresh_from_db()
    assert (seller_order.state, payment.state, allocated()) == ("pending", "paid", 1)


def test_another_part_during_the_extension_gives_no_more_time(seller_order, frozen):
    payment = seller_order.payments.get()
    come_in(payment, 1_000)
    hours(frozen, 24)
    unpaid.release_overdue()
    come_in(payment, 2_000, bank_reference="FT2")
    hours(frozen, 24)
    assert unpaid.release_overdue() == 1
    payment.refresh_from_db()
    assert payment.refund_owed == 3_000


def test_what_was_sent_paid_in_part_is_left_to_the_seller(seller_order, frozen):
    come_in(seller_order.payments.get(), 1_000)
    for act in (fulfil.confirm, fulfil.pack, fulfil.ship):
        act(seller_order, actor=None)
    hours(frozen, 100)
    assert (unpaid.remind_due(), unpaid.release_overdue()) == (0, 0)
    assert not told("payment_extended")


def test_what_was_sent_unpaid_is_left_to_the_seller(seller_order, frozen):
    for act in (fulfil.confirm, fulfil.pack, fulfil.ship, fulfil.deliver):
        act(seller_order, actor=None)
    assert seller_order.payments.get().state == "awaiting"
    hours(frozen, 25)
    assert unpaid.release_overdue() == 0


def test_cash_on_delivery_has_no_deadline(product, frozen):
    buy(product)
    hours(frozen, 100)
    assert (unpaid.remind_due(), unpaid.release_overdue()) == (0, 0)


def test_a_paid_order_that_is_cancelled_is_owed_back(seller_order):
    payment = seller_order.payments.get()
    come_in(payment)
    fulfil.cancel(seller_order, actor=None, note="Hết hàng")
    payment.refresh_from_db()
    assert (payment.state, payment.refund_owed) == ("cancelled", TOTAL)


def test_a_seller_without_an_account_takes_no_transfers(product, seller):
    bank_accounts.remove_account(seller, actor=make_user())
    with pytest.raises(UnknownMethod):
        buy(product, method="vietqr")


def test_the_account_is_shown_only_while_something_is_owed(seller_order):
    found = paying([seller_order])[seller_order.number]
    assert (found.code.account, found.code.amount) == ("1033193343", TOTAL)
    assert found.code.words == found.request.code
    come_in(found.payment, 100_000)
    assert paying([seller_order])[seller_order.number].code.amount == 50_000
    come_in(found.payment, 50_000, bank_reference="FT2")
    found = paying([seller_order])[seller_order.number]
    assert (found.request, found.account, found.code) == (None, None, None)


def test_news_goes_to_seller_and_buyer(seller_order, frozen):
    before = len(waiting())
    come_in(seller_order.payments.get(), 200_000)
    told = [args[0] for name, args in waiting()[before:] if name in ("tell", "mail_guest")]
    assert sorted(told) == ["money_in", "payment_in", "refund_owed"]
    hours(frozen, 0)


def test_a_method_that_is_switched_off_goes_on_for_what_was_begun(seller_order, settings):
    settings.PAYMENT_METHODS = ["cod"]
    payment = Payment.objects.get()
    come_in(payment)
    assert payment.state == "paid"
    methods.get(payment.method).refund(payment, 1_000, way="transfer", proof="", actor=None)
    assert payment.state == "partly_refunded"
