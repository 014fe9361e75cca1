"""Whatever Stripe tells of an order's cards, in any order, again, late or wrong, the sums add up."""

import itertools
import json
import time

import hypothesis.strategies as st
import pytest
from django.db import transaction
from django.test import override_settings
from hypothesis import settings
from hypothesis.extra.django import TestCase
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from marketplace.core.exceptions import Refused
from marketplace.payments.domain import stripe_events
from marketplace.payments.methods import Stripe
from marketplace.payments.models import Payment, PaymentEvent, StripeDispute, StripeRefund, StripeSession
from tests.factories.payments import make_owed_by_card, make_visit
from tests.services.stripe_proxy import KEY, SECRET, signed

pytestmark = [pytest.mark.integration, pytest.mark.sqlite]

AMOUNTS = st.sampled_from([1, 40_000, 99_999, 100_000, 250_000])


class Crash(Exception):
    """The process dies before the transaction ends."""


class Cards(RuleBasedStateMachine):
    """One order that is paid by card, on one visit or on several; Stripe tells, we send money back."""

    def __init__(self):
        super().__init__()
        self.sent = transaction.atomic()
        self.sent.__enter__()
        self.configured = override_settings(STRIPE_KEY=KEY, STRIPE_WEBHOOK_SECRETS=[SECRET])
        self.configured.enable()
        self.told, self.numbers = [], itertools.count(1)

    @initialize()
    def order(self):
        self.payment = make_owed_by_card(100_000)
        self.visits = [make_visit(self.payment, identifier="cs_1", state="ended"), None]
        self.visits[1] = make_visit(self.payment, identifier="cs_2")

    def tell(self, kind, thing, *, account="", dies=False):
        body = json.dumps(
            {
                "id": f"evt_{next(self.numbers)}",
                "type": kind,
                "created": int(time.time()),
                "account": account or self.visits[0].account.identifier,
                "data": {"object": {"currency": "vnd", **thing}},
            }
        ).encode()
        self.told.append(body)
        self.take(body, dies=dies)

    def take(self, body, *, dies=False):
        try:
            with transaction.atomic():
                stripe_events.take(body, signed(body))
                if dies:
                    raise Crash
        except Crash:
            self.take(body)

    def names(self, which):
        visit = self.visits[which]
        return {"ocop_session": str(visit.pk), "ocop_order": visit.payment.reference}

    @rule(which=st.integers(0, 1), amount=st.sampled_from([100_000, 99_999]), dies=st.booleans())
    def visit_is_paid(self, which, amount, dies):
        thing = {
            "id": f"cs_{which + 1}",
            "payment_status": "paid",
            "amount_total": amount,
            "payment_intent": f"pi_{which}",
            "metadata": self.names(which),
        }
        self.tell("checkout.session.completed", thing, dies=dies)

    @rule(which=st.integers(0, 1), account=st.sampled_from(["", "acct_other"]), dies=st.booleans())
    def intent_succeeds(self, which, account, dies):
        thing = {"id": f"pi_{which}", "amount_received": 100_000, "metadata": self.names(which)}
        self.tell("payment_intent.succeeded", thing, account=account, dies=dies)

    @rule(which=st.integers(0, 1), amount=AMOUNTS, number=st.integers(0, 3), dies=st.booleans())
    def seller_gives_back(self, which, amount, number, dies):
        thing = {
            "id": f"re_{which}_{number}_{amount}",
            "amount": amount,
            "status": "succeeded",
            "payment_intent": f"pi_{which}",
        }
        self.tell("refund.created", thing, dies=dies)

    @rule(which=st.integers(0, 99), status=st.sampled_from(["pending", "succeeded", "failed"]))
    def refund_moves(self, which, status):
        rows = list(StripeRefund.objects.select_related("session").exclude(identifier__startswith="dp"))
        if rows:
            row = rows[which % len(rows)]
            thing = {
                "id": row.identifier or f"re_own_{row.pk}",
                "amount": row.amount,
                "status": status,
                "payment_intent": row.session.intent,
                "metadata": {"ocop_refund": str(row.pk)},
            }
            self.tell("refund.updated", thing)

    @rule(which=st.integers(0, 1), status=st.sampled_from(["needs_response", "won", "lost"]))
    def bank_disputes(self, which, status):
        thing = {
            "id": f"dp_{which}",
            "amount": 100_000,
            "status": status,
            "payment_intent": f"pi_{which}",
            "created": 1_700_000_000,
        }
        self.tell("charge.dispute.updated", thing)

    @rule(which=st.integers(0, 999))
    def told_again(self, which):
        if self.told:
            self.take(self.told[which % len(self.told)])

    @rule(amount=AMOUNTS, way=st.sampled_from(["card", "cash"]))
    def we_give_back(self, amount, way):
        self.act(lambda payment: Stripe().refund(payment, amount, way=way, proof="", actor=None))

    @rule(amount=st.sampled_from([0, 30_000, 60_000]))
    def order_changes(self, amount):
        self.act(lambda payment: Stripe().reduce(payment, amount, None))

    def act(self, act):
        try:
            with transaction.atomic():
                act(Payment.objects.get(pk=self.payment.pk))
        except Refused:
            pass

    @invariant()
    def the_sums_add_up(self):
        if not hasattr(self, "payment"):
            return
        payment = Payment.objects.get(pk=self.payment.pk)
        paid = StripeSession.objects.filter(paid_at__isnull=False)
        assert payment.received == sum(session.amount for session in paid)
        assert all(session.intent == f"pi_{session.attempt - 1}" for session in paid)
        failed = StripeRefund.objects.filter(state="failed")
        given = sum(refund.amount for refund in payment.refunds.all())
        assert payment.refunded == given - sum(row.amount for row in failed)
        for session in paid:
            assert sum(row.amount for row in session.refunds.exclude(state="failed")) <= 2 * session.amount
        assert payment.due <= payment.amount
        assert (payment.owed_since is not None) == (payment.refund_owed > 0)
        assert not (payment.outstanding and payment.refund_owed)

    @invariant()
    def what_a_bank_took_is_counted_or_lost(self):
        for dispute in StripeDispute.objects.filter(status="lost").select_related("refund"):
            counted = dispute.refund.amount if dispute.refund else 0
            assert (dispute.closed_at is not None, counted + dispute.loss) == (True, dispute.amount)

    @invariant()
    def the_history_tells_the_sums(self):
        if not hasattr(self, "payment"):
            return
        payment = Payment.objects.get(pk=self.payment.pk)
        events = list(PaymentEvent.objects.filter(payment=payment))
        assert sum(event.moved for event in events) == payment.kept
        assert events[-1].state == payment.state

    def teardown(self):
        self.configured.disable()
        transaction.set_rollback(True)
        self.sent.__exit__(None, None, None)


class TestCards(Cards.TestCase, TestCase):
    settings = settings(max_examples=25, stateful_step_count=20, deadline=None)
