"""Payments: what is owed, each step once, and which ways to pay there are."""

import pytest
from django.db import DatabaseError, IntegrityError

from marketplace.payments import methods
from marketplace.payments.methods import CashOnDelivery, PaymentMoved, UnknownMethod
from marketplace.payments.models import Payment, PaymentEvent
from tests.factories.catalog import make_seller, make_user
from tests.factories.payments import make_account

pytestmark = [pytest.mark.integration, pytest.mark.django_db]


def test_cash_on_delivery_is_always_there():
    assert [method.code for method in methods.available(make_seller(), "vi")] == ["cod"]
    assert methods.get("cod").code == CashOnDelivery.code


def test_who_sends_only_what_is_paid_takes_no_cash_once_there_is_an_account():
    seller = make_seller(is_prepaid_only=True)
    assert [method.code for method in methods.available(seller, "vi")] == ["cod"]
    make_account(seller)
    assert [method.code for method in methods.available(seller, "vi")] == ["vietqr"]


def test_a_method_that_does_not_exist_is_refused():
    with pytest.raises(UnknownMethod):
        methods.get("cheque")


def test_a_payment_starts_awaited():
    payment = CashOnDelivery().start("261124-ABCDE-1", 150_000, make_seller())

    assert (payment.reference, payment.method, payment.amount, payment.state) == (
        "261124-ABCDE-1",
        "cod",
        150_000,
        "awaiting",
    )
    assert [event.state for event in payment.events.all()] == ["awaiting"]


@pytest.mark.parametrize(("step", "state"), [("confirm", "paid"), ("cancel", "cancelled")])
def test_a_step_is_written_with_who_took_it(step, state):
    payment, person = CashOnDelivery().start("r", 1_000, make_seller()), make_user()

    event = getattr(CashOnDelivery(), step)(payment, person)

    assert (event.state, event.actor) == (state, person)
    assert payment.state == Payment.objects.get().state == state


@pytest.mark.parametrize(
    ("first", "second"), [("confirm", "confirm"), ("cancel", "cancel"), ("cancel", "confirm")]
)
def test_a_step_is_taken_once(first, second):
    method = CashOnDelivery()
    payment = method.start("r", 1_000, make_seller())
    getattr(method, first)(payment, None)
    state = payment.state

    with pytest.raises(PaymentMoved):
        getattr(method, second)(Payment.objects.get(), None)

    assert Payment.objects.get().state == state
    assert payment.events.count() == 2


def test_one_reference_has_one_open_payment():
    method = CashOnDelivery()
    method.start("r", 1_000, make_seller())

    with pytest.raises(IntegrityError):
        method.start("r", 1_000, make_seller())


def test_after_a_cancelled_payment_another_can_be_started():
    method = CashOnDelivery()
    method.cancel(method.start("r", 1_000, make_seller()), None)

    assert method.start("r", 2_000, make_seller()).amount == 2_000


def test_what_was_paid_and_then_cancelled_is_owed_back():
    method = CashOnDelivery()
    payment = method.start("r", 1_000, make_seller())
    method.confirm(payment, None)
    method.cancel(payment, None)

    assert (payment.state, payment.refund_owed, payment.outstanding) == ("cancelled", 1_000, 0)
    method.refund(payment, 1_000, way="transfer", proof="FT1", actor=None)
    assert (payment.state, payment.refund_owed) == ("refunded", 0)
    assert [event.moved for event in payment.events.all()] == [0, 1_000, 0, -1_000]


def test_what_is_reduced_after_payment_is_owed_back():
    method = CashOnDelivery()
    payment = method.start("r", 1_000, make_seller())
    method.confirm(payment, None)
    method.reduce(payment, 300, None)

    assert (payment.state, payment.amount, payment.refund_owed) == ("overpaid", 700, 300)


@pytest.mark.parametrize("change", [lambda rows: rows.update(note="Khác"), lambda rows: rows.get().save()])
def test_the_database_refuses_to_change_what_happened(change):
    CashOnDelivery().start("r", 1_000, make_seller())

    with pytest.raises(DatabaseError, match="never changed"):
        change(PaymentEvent.objects)
