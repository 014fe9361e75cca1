"""Whatever happens to an order's money, in any order and more than once, the sums add up."""

import hypothesis.strategies as st
import pytest
from django.db import transaction
from hypothesis import settings
from hypothesis.extra.django import TestCase
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from marketplace.core.exceptions import Refused
from marketplace.payments.domain import transfers
from marketplace.payments.methods import VietQR
from marketplace.payments.models import Payment, PaymentEvent, Refund, Transfer
from tests.factories.catalog import make_seller, make_user
from tests.factories.payments import make_owed, told

pytestmark = [pytest.mark.integration, pytest.mark.sqlite]

AMOUNTS = st.sampled_from([1, 50_000, 99_999, 100_000, 150_000, 400_000])
SOURCES = st.sampled_from([Transfer.Source.FILE, Transfer.Source.NOTIFICATION])
State = Transfer.State


class Crash(Exception):
    """The process dies before the transaction ends."""


class Money(RuleBasedStateMachine):
    """Two orders of one seller; each act may be refused, told again, or die at its end."""

    def __init__(self):
        super().__init__()
        self.sent = transaction.atomic()
        self.sent.__enter__()
        self.told, self.came_in, self.given_back = [], 0, 0

    @initialize()
    def orders(self):
        self.seller, self.actor = make_seller(), make_user()
        self.payments = [make_owed(100_000, seller=self.seller), make_owed(50_000, seller=self.seller)]

    def payment(self, which: int) -> Payment:
        return Payment.objects.get(pk=self.payments[which % 2].pk)

    def act(self, act, *, dies: bool = False):
        """Do it as a request would: whole, or not at all; None where it was refused."""
        try:
            with transaction.atomic():
                result = act()
                if dies:
                    raise Crash
        except (Refused, Crash):
            return None
        return result

    def note(self, what, source, *, dies: bool):
        noted = self.act(lambda: transfers.note(self.seller, what, source), dies=dies)
        if noted is not None and noted.is_new:
            self.came_in += what.amount

    @rule(which=st.integers(0, 1), amount=AMOUNTS, source=SOURCES, named=st.booleans(), dies=st.booleans())
    def money_comes(self, which, amount, source, named, dies):
        content = self.payment(which).transfer_request.code if named else "khong ro"
        what = told(None, amount, content=content, bank_reference=f"FT{len(self.told)}")
        self.told.append(what)
        self.note(what, source, dies=dies)

    @precondition(lambda self: self.told)
    @rule(which=st.integers(0, 99), source=SOURCES)
    def told_again_or_late(self, which, source):
        self.note(self.told[which % len(self.told)], source, dies=False)

    @rule(which=st.integers(0, 1), amount=AMOUNTS, seen=st.booleans())
    def noted_by_hand(self, which, amount, seen):
        payment = self.payment(which)
        received = payment.received if seen else payment.received + 1
        made = self.act(
            lambda: transfers.note_by_hand(
                self.seller,
                payment,
                amount=amount,
                booked_on=payment.created_at.date(),
                seen_received=received,
                actor=self.actor,
            )
        )
        assert made is None or seen
        self.came_in += amount if made is not None else 0

    @rule(which=st.integers(0, 1), amount=AMOUNTS, dies=st.booleans())
    def refunded(self, which, amount, dies):
        payment = self.payment(which)
        given = self.act(
            lambda: VietQR().refund(payment, amount, way="transfer", proof="", actor=self.actor), dies=dies
        )
        self.given_back += amount if given is not None else 0

    @rule(which=st.integers(0, 1))
    def cancelled(self, which):
        payment = self.payment(which)
        self.act(lambda: VietQR().cancel(payment, None))

    @rule(which=st.integers(0, 1), amount=st.sampled_from([0, 10_000, 40_000]))
    def reduced(self, which, amount):
        payment = self.payment(which)
        self.act(lambda: VietQR().reduce(payment, amount, None))

    @rule(
        which=st.integers(0, 99),
        order=st.integers(0, 1),
        act=st.sampled_from(["match", "look_again", "mark_to_refund", "set_aside", "note_refund"]),
        dies=st.booleans(),
    )
    def decided(self, which, order, act, dies):
        found = list(Transfer.objects.order_by("pk"))
        if not found:
            return
        transfer = found[which % len(found)]
        arguments = {"actor": self.actor, "note": "FT"}
        also = (self.payment(order),) if act == "match" else ()
        self.act(lambda: getattr(transfers, act)(transfer, *also, **arguments), dies=dies)

    @invariant()
    def the_sums_add_up(self):
        if not hasattr(self, "payments"):
            return
        all_transfers = list(Transfer.objects.all())
        assert sum(each.amount for each in all_transfers) == self.came_in
        matched = sum(each.amount for each in all_transfers if each.state == State.MATCHED)
        left = sum(each.amount for each in all_transfers if each.state != State.MATCHED)
        payments = list(Payment.objects.all())
        assert sum(each.received for each in payments) == matched
        assert sum(each.refunded for each in payments) == self.given_back
        # What the sellers keep, what they owe back, what went back, what belongs to no order: nothing else.
        kept = sum(each.kept - each.refund_owed for each in payments)
        owed_back = sum(each.refund_owed for each in payments)
        assert self.came_in == kept + owed_back + self.given_back + left
        for payment in payments:
            assert payment.kept - payment.refund_owed <= payment.due <= payment.amount
            assert not (payment.outstanding and payment.refund_owed)

    @invariant()
    def the_histories_tell_the_sums(self):
        for payment in Payment.objects.all():
            events = list(PaymentEvent.objects.filter(payment=payment))
            assert sum(event.moved for event in events) == payment.kept
            assert events[-1].state == payment.state
            refunds = Refund.objects.filter(payment=payment)
            assert sum(refund.amount for refund in refunds) == payment.refunded
        for transfer in Transfer.objects.all():
            assert transfer.steps.last().state == transfer.state

    def teardown(self):
        transaction.set_rollback(True)
        self.sent.__exit__(None, None, None)


class TestMoney(Money.TestCase, TestCase):
    settings = settings(max_examples=25, stateful_step_count=20, deadline=None)
