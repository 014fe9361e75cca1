"""What Stripe tells: who is believed, each once, in any order, and what is left to a person; never a 500."""

import itertools
import json
import time

import pytest
from django.urls import reverse

from marketplace.core import clock
from marketplace.payments import methods
from marketplace.payments.domain import stripe_events
from marketplace.payments.models import Payment, StripeAccount, StripeDispute, StripeEvent, StripeRefund
from tests.factories.catalog import make_seller, make_user
from tests.factories.payments import make_owed_by_card, make_stripe_account, make_visit
from tests.services.stripe_proxy import SECRET, signed
from tests.tasks import run_tasks, waiting

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

AMOUNT = 150_000
_numbers = itertools.count(1)


@pytest.fixture(autouse=True)
def _operator_has_an_account(settings):
    settings.STRIPE_KEY, settings.STRIPE_WEBHOOK_SECRETS = "sk_test_ours", ["whsec_new", SECRET]


@pytest.fixture
def payment():
    return make_owed_by_card(AMOUNT)


@pytest.fixture
def session(payment):
    return make_visit(payment)


@pytest.fixture
def tell(client, session):
    """Sends a message as Stripe does; what is not said is right."""

    def send(kind, thing, *, body=None, header=None, at=None, **fields):
        told = {
            "id": f"evt_{next(_numbers)}",
            "type": kind,
            "created": int(time.time()),
            "account": session.account.identifier,
            "data": {"object": thing},
            **fields,
        }
        raw = json.dumps(told).encode() if body is None else body
        header = signed(raw, at=at) if header is None else header
        return client.post(
            reverse("checkout:stripe-event"),
            raw,
            content_type="application/json",
            headers={"Stripe-Signature": header},
        )

    return send


def names(session) -> dict:
    return {"ocop_session": str(session.pk), "ocop_order": session.payment.reference}


def paid_visit(session, **fields) -> dict:
    return {
        "id": session.identifier,
        "status": "complete",
        "payment_status": "paid",
        "amount_total": session.amount,
        "currency": "vnd",
        "payment_intent": "pi_1",
        "metadata": names(session),
        "customer_details": {"email": "lan@example.org"},
        **fields,
    }


def paid_intent(session, **fields) -> dict:
    return {
        "id": "pi_1",
        "amount_received": session.amount,
        "currency": "vnd",
        "metadata": names(session),
        **fields,
    }


def gone_back(amount=50_000, **fields) -> dict:
    return {
        "id": "re_1",
        "amount": amount,
        "currency": "vnd",
        "status": "succeeded",
        "payment_intent": "pi_1",
        "metadata": {},
        **fields,
    }


def dispute(status, **fields) -> dict:
    return {
        "id": "dp_1",
        "amount": AMOUNT,
        "currency": "vnd",
        "status": status,
        "reason": "fraudulent",
        "payment_intent": "pi_1",
        "created": 1_700_000_000,
        "evidence_details": {"due_by": 1_800_000_000},
        **fields,
    }


def outcome(response) -> str:
    assert response.status_code == 200, response.content
    return response.json()["outcome"]


def sums() -> tuple[str, int, int, int]:
    payment = Payment.objects.get()
    return payment.state, payment.received, payment.refunded, payment.refund_owed


# --- who is believed
def test_what_is_signed_and_fresh_is_taken_once_and_answered_again(tell, session):
    assert outcome(tell("checkout.session.completed", paid_visit(session), id="evt_x")) == "handled"
    assert outcome(tell("checkout.session.completed", paid_visit(session), id="evt_x")) == "handled"
    assert sums() == ("paid", AMOUNT, 0, 0)
    event = StripeEvent.objects.get()
    assert "lan@example.org" not in json.dumps(event.facts)


@pytest.mark.parametrize(
    "wrong",
    [
        {"header": ""},
        {"header": "t=1,v1=00"},
        {"header": "nonsense"},
        {"at": int(time.time()) - 301},
        {"body": b"\xff\xfe"},
        {"header": signed(b"{}", secret="whsec_other")},
    ],
)
def test_what_is_not_signed_or_too_old_is_refused(tell, session, wrong):
    if "body" in wrong:
        wrong["header"] = "t=1,v1=00"
    assert tell("checkout.session.completed", paid_visit(session), **wrong).status_code == 400
    assert sums()[0] == "awaiting"
    assert not StripeEvent.objects.exists()


@pytest.mark.parametrize(
    "body",
    [
        b"[]",
        b"no",
        b"{}",
        b'{"id": 1, "type": "x", "created": 1, "data": {"object": {}}}',
        b'{"id": "e", "type": "x", "created": 1e30, "data": {"object": {}}}',
        b'{"id": "e", "type": "x", "created": 1, "data": {"object": []}}',
        b'{"id": "e\\u0000", "type": "x", "created": 1, "data": {"object": {}}}',
        b'{"id": "e", "type": "x", "created": 1, "data": {"object": {"metadata": 5}}}',
        b"[" * 100_000,
    ],
)
def test_what_is_no_event_is_refused(tell, body):
    assert tell("", {}, body=body).status_code == 400
    assert not StripeEvent.objects.exists()


def test_without_a_secret_there_is_no_such_address(tell, session, settings):
    settings.STRIPE_WEBHOOK_SECRETS = []
    assert tell("checkout.session.completed", paid_visit(session)).status_code == 404


def test_too_long_a_body_is_refused(tell):
    assert tell("x", {"description": "x" * stripe_events.LONGEST_BODY}).status_code == 413


# --- money that comes in
@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_whichever_message_comes_first_the_money_counts_once(tell, session, order):
    told = [
        ("checkout.session.completed", paid_visit(session)),
        ("payment_intent.succeeded", paid_intent(session)),
        ("refund.created", gone_back()),
    ]
    for number in order:
        tell(*told[number])
    assert sums() == ("partly_refunded", AMOUNT, 50_000, 0)


def test_a_message_that_comes_before_our_own_answer_is_understood(tell, session):
    type(session).objects.update(state="begun", identifier="", url="")
    assert outcome(tell("checkout.session.completed", paid_visit(session, id="cs_new"))) == "handled"
    session.refresh_from_db()
    assert (session.state, session.identifier) == ("paid", "cs_new")


@pytest.mark.parametrize(
    ("thing", "fields", "problem"),
    [
        ({"amount_total": AMOUNT - 1}, {}, "other_amount"),
        ({"currency": "usd"}, {}, "other_currency"),
        ({"id": "cs_other"}, {}, "other_visit"),
        ({}, {"account": "acct_other"}, "other_account"),
        ({"metadata": {"ocop_session": "999999", "ocop_order": "x"}}, {}, "order_gone"),
        ({"metadata": {"ocop_session": "²", "ocop_order": "x"}}, {}, "order_gone"),
        ({"amount_total": None}, {}, "other_form"),
        ({"payment_status": None}, {}, "other_form"),
    ],
)
def test_what_cannot_be_right_is_kept_for_a_person(tell, session, thing, fields, problem):
    assert outcome(tell("checkout.session.completed", paid_visit(session, **thing), **fields)) == "kept"
    event = StripeEvent.objects.get()
    assert (event.problem, sums()[:2]) == (problem, ("awaiting", 0))
    assert stripe_events.settle(event, actor=make_user(), note="Đã hỏi người bán")
    assert not stripe_events.settle(event, actor=make_user(), note="")


def test_the_seller_s_other_business_is_none_of_ours(tell, session):
    other = paid_visit(session, id="cs_shop", metadata={"order": "7"}, payment_intent="pi_shop")
    assert outcome(tell("checkout.session.completed", other)) == "nothing"
    assert outcome(tell("charge.dispute.created", dispute("needs_response", payment_intent="pi_shop"))) == (
        "nothing"
    )
    assert outcome(tell("invoice.paid", {"id": "in_1"})) == "nothing"
    assert sums()[0] == "awaiting"


def test_a_visit_that_ends_unpaid_leaves_the_order_open(tell, session):
    ended = paid_visit(session, status="expired", payment_status="unpaid", payment_intent=None)
    assert outcome(tell("checkout.session.expired", ended)) == "handled"
    session.refresh_from_db()
    assert (session.state, sums()[0]) == ("ended", "awaiting")


def test_paid_after_the_end_is_owed_back_and_told(tell, session, payment):
    methods.get("stripe").cancel(payment, None)
    type(session).objects.update(state="ended")
    assert outcome(tell("payment_intent.succeeded", paid_intent(session))) == "handled"
    assert sums() == ("cancelled", AMOUNT, 0, AMOUNT)


# --- money that goes back
def test_what_the_seller_gives_back_at_stripe_counts_once(tell, session):
    tell("checkout.session.completed", paid_visit(session))
    for kind in ("refund.created", "refund.updated", "charge.refund.updated"):
        tell(kind, gone_back())
    assert sums() == ("partly_refunded", AMOUNT, 50_000, 0)
    assert outcome(tell("refund.failed", gone_back(status="failed"))) == "handled"
    assert sums() == ("overpaid", AMOUNT, 0, 50_000)


def test_our_own_refund_is_known_by_the_name_that_we_gave_it(tell, session, payment):
    tell("checkout.session.completed", paid_visit(session))
    payment.refresh_from_db()
    methods.get("stripe").refund(payment, 50_000, way="card", proof="", actor=None)
    row = StripeRefund.objects.get()
    assert outcome(tell("refund.created", gone_back(metadata={"ocop_refund": str(row.pk)}))) == "handled"
    row.refresh_from_db()
    assert (row.state, row.identifier, sums()[2]) == ("done", "re_1", 50_000)


def test_more_than_was_paid_is_kept_for_a_person(tell, session):
    tell("checkout.session.completed", paid_visit(session))
    assert outcome(tell("refund.created", gone_back(AMOUNT + 1))) == "kept"
    assert sums() == ("paid", AMOUNT, 0, 0)


def test_a_sum_that_is_not_known_is_looked_up(tell, session):
    tell("checkout.session.completed", paid_visit(session))
    charge = {"id": "ch_1", "payment_intent": "pi_1", "amount_refunded": 50_000, "currency": "vnd"}
    assert outcome(tell("charge.refunded", charge)) == "handled"
    assert ("look_up", [session.pk]) in waiting()
    tell("refund.created", gone_back())
    assert outcome(tell("charge.refunded", charge)) == "nothing"


# --- disputes
def test_a_lost_dispute_takes_the_money_back_once(tell, session):
    tell("checkout.session.completed", paid_visit(session))
    now = int(time.time())
    assert outcome(tell("charge.dispute.created", dispute("needs_response"), created=now)) == "handled"
    assert sums() == ("paid", AMOUNT, 0, 0)
    assert outcome(tell("charge.dispute.closed", dispute("lost"), created=now + 9)) == "handled"
    assert outcome(tell("charge.dispute.closed", dispute("lost"), created=now + 9)) == "nothing"
    assert outcome(tell("charge.dispute.updated", dispute("under_review"), created=now + 5)) == "nothing"
    found = StripeDispute.objects.get()
    assert (found.status, found.refund.amount, found.closed_at is not None) == ("lost", AMOUNT, True)
    assert sums() == ("refunded", AMOUNT, AMOUNT, 0)
    told = [args[0] for name, args in waiting() if name == "tell"]
    assert told.count("card_dispute") == told.count("card_dispute_closed") == 0


@pytest.mark.parametrize(("returned", "left"), [(100_000, 50_000), (AMOUNT, 0)])
def test_a_lost_dispute_after_money_went_back_is_counted_and_the_rest_is_the_sellers_loss(
    tell, session, payment, returned, left
):
    tell("checkout.session.completed", paid_visit(session))
    payment.refresh_from_db()
    methods.get("stripe").refund(payment, returned, way="cash", proof="", actor=None)
    tell("charge.dispute.created", dispute("needs_response"))

    assert outcome(tell("charge.dispute.closed", dispute("lost"))) == "kept"

    found = StripeDispute.objects.get()
    assert (found.status, found.is_lost, found.loss) == ("lost", True, AMOUNT - left)
    assert (found.closed_at is not None, found.refund.amount if found.refund else 0) == (True, left)
    assert sums() == ("refunded", AMOUNT, returned + left, 0)
    assert StripeEvent.objects.get(outcome="kept").problem == "paid_back_twice"
    assert "lost" in payment.events.last().note
    assert outcome(tell("charge.dispute.funds_withdrawn", dispute("lost"))) == "nothing"


def test_a_won_dispute_moves_no_money(tell, session):
    tell("charge.dispute.created", dispute("needs_response"))
    tell("checkout.session.completed", paid_visit(session))
    assert StripeDispute.objects.get().status == "needs_response"
    tell("charge.dispute.closed", dispute("won"))
    assert (sums(), StripeDispute.objects.get().status) == (("paid", AMOUNT, 0, 0), "won")


# --- accounts
def test_accounts_follow_what_stripe_tells(tell, session):
    account = session.account
    thing = {"id": account.identifier, "charges_enabled": False, "details_submitted": True}
    assert outcome(tell("account.updated", thing)) == "handled"
    account.refresh_from_db()
    assert not account.takes_cards
    assert outcome(tell("account.updated", {**thing, "id": "acct_x"}, account="acct_x")) == "nothing"
    assert outcome(tell("account.updated", {**thing, "id": "acct_x"})) == "kept"


def test_a_seller_who_shuts_us_out_takes_no_cards_and_may_connect_again(tell, session):
    account = session.account
    assert outcome(tell("account.application.deauthorized", {"id": "ca_1"})) == "handled"
    assert outcome(tell("account.application.deauthorized", {"id": "ca_1"})) == "nothing"
    account.refresh_from_db()
    assert (account.takes_cards, account.ended_at is not None) == (False, True)
    make_stripe_account(account.seller, identifier="acct_new")
    assert StripeAccount.objects.filter(seller=account.seller).current().get().identifier == "acct_new"


def test_another_sellers_account_is_not_touched(tell, session):
    other = make_stripe_account(make_seller())
    tell("account.application.deauthorized", {"id": "ca_1"})
    other.refresh_from_db()
    assert other.ended_at is None
    assert clock.now() >= other.connected_at
    run_tasks()
