"""The same news of a card, the same button and the same money back, by many at once."""

import json
from collections import Counter

import pytest
from django.test import Client
from django.urls import reverse

from marketplace.payments import methods
from marketplace.payments.domain import stripe_events, stripe_refunds, stripe_sessions
from marketplace.payments.methods import RefundTooLarge
from marketplace.payments.models import Payment, Refund, StripeEvent, StripeRefund, StripeSession
from marketplace.sales.domain.reduce import cancel_lines
from tests.concurrency.crowd import at_once
from tests.factories.catalog import make_member, make_seller
from tests.factories.payments import make_owed_by_card, make_paid_visit, make_stripe_account, make_visit
from tests.factories.sellers import make_officer
from tests.marketplace.sales.cases import buy, make_product
from tests.services.stripe_proxy import REFUNDS, SESSIONS, signed

pytestmark = [pytest.mark.concurrency, pytest.mark.django_db(transaction=True)]

CROWD = 6


def paid(session: StripeSession, stripe) -> tuple[bytes, ...]:
    """Two messages of Stripe's about one charge."""
    names = {"ocop_session": str(session.pk), "ocop_order": session.payment.reference}
    things = [
        (
            "checkout.session.completed",
            {
                "id": session.identifier,
                "payment_status": "paid",
                "amount_total": session.amount,
                "currency": "vnd",
                "payment_intent": "pi_1",
                "metadata": names,
            },
        ),
        (
            "payment_intent.succeeded",
            {"id": "pi_1", "amount_received": session.amount, "currency": "vnd", "metadata": names},
        ),
    ]
    account = session.account.identifier
    return tuple(json.dumps(stripe.event(kind, thing, account)).encode() for kind, thing in things)


def test_what_many_tell_of_one_charge_counts_once(stripe):
    session = make_visit(make_owed_by_card())
    bodies = paid(session, stripe)

    results = at_once(
        CROWD, lambda place: stripe_events.take(bodies[place % 2], signed(bodies[place % 2])).identifier
    )

    assert len(set(results)) == 2
    assert StripeEvent.objects.count() == 2
    payment = Payment.objects.get()
    assert (payment.state, payment.received, payment.events.count()) == ("paid", session.amount, 2)


def test_many_clicks_open_one_page(stripe):
    payment = make_owed_by_card()

    results = at_once(
        CROWD,
        lambda place: (
            stripe_sessions.visit(
                Payment.objects.get(pk=payment.pk), language="vi", return_url="https://example.org/"
            ).pk
        ),
    )

    opened = [each for each in results if isinstance(each, int)]
    assert len(set(opened)) == StripeSession.objects.count() == len(stripe.made(SESSIONS)) == 1


def test_money_goes_back_once_however_many_send_it(stripe):
    payment = make_owed_by_card(150_000)
    make_paid_visit(payment)

    def refund(place: int):
        own = Payment.objects.get(pk=payment.pk)
        return methods.get("stripe").refund(own, 100_000, way="card", proof="", actor=None)

    results = at_once(CROWD, refund)

    assert Counter(type(each) for each in results) == {Refund: 1, RefundTooLarge: CROWD - 1}
    row = StripeRefund.objects.get()
    at_once(CROWD, lambda place: stripe_refunds.send_one.func(row.pk))
    assert [each["amount"] for each in stripe.made(REFUNDS)] == [100_000]
    payment.refresh_from_db()
    assert payment.refunded == 100_000


def test_what_is_owed_for_a_part_goes_back_once_though_seller_and_office_send_it(stripe):
    seller = make_seller(delivery_charge=0)
    make_stripe_account(seller)
    [seller_order] = buy((make_product(seller, price=50_000), 3), method="stripe")
    payment = seller_order.payments.get()
    make_paid_visit(payment)
    part = {seller_order.lines.get().pk: 1}
    cancel_lines(seller_order, part, seen_total=seller_order.total, actor=None, note="x")
    given = {"payment": payment.pk, "amount": 50_000, "way": "card", "proof": ""}
    asked = [
        (make_member(seller), reverse("producer_desk:refunds-owed"), given),
        (make_officer(), reverse("office_desk:order-refund", args=[seller_order.number]), {}),
    ]
    clients = [logged_in(asked[place % 2][0]) for place in range(CROWD)]

    def send(place: int):
        _person, url, fields = asked[place % 2]
        return clients[place].post(url, fields).status_code

    results = at_once(CROWD, send)

    assert set(results) <= {302, 422}
    payment.refresh_from_db()
    assert (payment.refunded, payment.due, payment.refund_owed) == (50_000, 100_000, 0)
    assert StripeRefund.objects.get().amount == 50_000


def logged_in(person) -> Client:
    client = Client()
    client.force_login(person)
    return client
