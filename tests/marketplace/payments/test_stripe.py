"""Card payments against Stripe's own description of its interface: visits, refunds, accounts, and crashes."""

import datetime

import pytest

from marketplace.core import clock
from marketplace.payments import methods
from marketplace.payments.domain import stripe_accounts, stripe_refunds, stripe_sessions
from marketplace.payments.domain.stripe_refunds import NotOnCards
from marketplace.payments.domain.stripe_sessions import NoCards, NothingOwed
from marketplace.payments.methods import RefundTooLarge, Stripe
from marketplace.payments.models import Payment, StripeAccount, StripeRefund, StripeSession
from marketplace.payments.stripe_api import NotReached
from tests.factories.catalog import make_seller, make_user
from tests.factories.payments import make_owed_by_card, make_stripe_account
from tests.services.stripe_proxy import ACCOUNTS, REFUNDS, SESSIONS
from tests.tasks import run_tasks

pytestmark = [pytest.mark.integration, pytest.mark.django_db, pytest.mark.usefixtures("stripe")]

AMOUNT = 150_000
BACK = "https://example.org/ve/"


@pytest.fixture
def seller():
    seller = make_seller()
    make_stripe_account(seller)
    return seller


@pytest.fixture
def payment(seller):
    return make_owed_by_card(AMOUNT, seller=seller)


def visit(payment: Payment) -> StripeSession:
    return stripe_sessions.visit(payment, language="vi", return_url=BACK)


def pay(stripe, payment: Payment) -> StripeSession:
    """The buyer pays, and we ask Stripe."""
    session = visit(payment)
    stripe.pay(session.identifier)
    stripe_sessions.ask_on_return(session)
    payment.refresh_from_db()
    session.refresh_from_db()
    return session


def refund(payment: Payment, amount: int, way: str = "card"):
    return methods.get("stripe").refund(payment, amount, way=way, proof="", actor=None)


# --- who takes cards
def test_without_a_key_or_an_account_that_can_charge_no_card_shows(seller, settings):
    def codes(seller):
        return [method.code for method in methods.available(seller, "vi")]

    assert codes(seller) == ["cod", "stripe"]
    assert codes(make_seller()) == ["cod"]
    for fields in ({"can_charge": False}, {"paused_at": clock.now()}, {"ended_at": clock.now()}):
        other = make_seller()
        make_stripe_account(other, **fields)
        assert codes(other) == ["cod"]
    for name, empty in (("STRIPE_KEY", ""), ("STRIPE_WEBHOOK_SECRETS", [])):
        before = getattr(settings, name)
        setattr(settings, name, empty)
        assert codes(seller) == ["cod"]
        setattr(settings, name, before)


# --- visits
def test_a_visit_is_opened_on_the_sellers_account_for_the_whole_sum_in_dong(stripe, payment, seller):
    session = visit(payment)
    asked = stripe.asked[-1]
    assert (asked.path, asked.account, asked.key) == (
        SESSIONS,
        f"acct_{seller.pk}",
        f"ocop-{payment.reference}-1",
    )
    assert asked.form["line_items[0][price_data][unit_amount]"] == "150000"
    assert asked.form["line_items[0][price_data][currency]"] == "vnd"
    assert asked.form["locale"] == "vi"
    assert not any(name.startswith("payment_intent_data[application_fee") for name in asked.form)
    assert (session.state, session.url) == ("open", stripe.things[session.identifier]["url"])
    assert session.expires_at == payment.card_request.due_at - datetime.timedelta(0) or (
        session.expires_at < payment.card_request.due_at
    )


def test_two_clicks_open_one_page(stripe, payment):
    assert visit(payment) == visit(payment)
    assert len(stripe.made(SESSIONS)) == 1


def test_a_process_that_died_before_the_answer_goes_on_with_the_same_page(stripe, payment):
    stripe.loses_answers = 9
    with pytest.raises(NotReached):
        visit(payment)
    stripe.loses_answers = 0
    session = visit(payment)
    assert (session.attempt, len(stripe.made(SESSIONS))) == (1, 1)
    assert stripe.keys(SESSIONS) == {session.key}


def test_stripe_out_of_reach_changes_nothing_and_is_tried_again(stripe, payment):
    stripe.is_down = True
    with pytest.raises(NotReached):
        visit(payment)
    assert payment.stripe_sessions.get().state == "begun"
    stripe.is_down = False
    assert visit(payment).state == "open"


def test_a_page_that_has_run_out_is_followed_by_another(stripe, payment):
    first = visit(payment)
    StripeSession.objects.filter(pk=first.pk).update(expires_at=clock.now())
    stripe.things[first.identifier]["status"] = "expired"
    second = visit(payment)
    first.refresh_from_db()
    assert (first.state, second.attempt, second.state) == ("ended", 2, "open")
    assert len(stripe.keys(SESSIONS)) == 2


def test_a_page_for_another_sum_is_closed_first(stripe, payment):
    first = visit(payment)
    methods.get("stripe").reduce(payment, 50_000, None)
    second = visit(payment)
    assert stripe.things[first.identifier]["status"] == "expired"
    assert (second.amount, stripe.things[second.identifier]["amount_total"]) == (100_000, 100_000)


def test_a_visit_that_was_paid_on_the_way_is_counted_and_no_other_is_opened(stripe, payment):
    first = visit(payment)
    stripe.pay(first.identifier)
    methods.get("stripe").reduce(payment, 50_000, None)
    with pytest.raises(NothingOwed):
        visit(payment)
    payment.refresh_from_db()
    assert (payment.state, payment.received, payment.refund_owed) == ("overpaid", AMOUNT, 50_000)


def test_nothing_is_opened_for_what_is_paid_or_cancelled_or_where_cards_are_off(stripe, payment, seller):
    StripeAccount.objects.update(paused_at=clock.now())
    with pytest.raises(NoCards):
        visit(payment)
    StripeAccount.objects.update(paused_at=None)
    methods.get("stripe").cancel(payment, None)
    with pytest.raises(NothingOwed):
        visit(payment)
    assert not stripe.asked


def test_coming_back_asks_stripe_once_and_pays_nothing_by_itself(stripe, payment):
    session = visit(payment)
    stripe_sessions.ask_on_return(session)
    stripe_sessions.ask_on_return(session)
    payment.refresh_from_db()
    assert payment.state == "awaiting"
    assert [each.method for each in stripe.asked] == ["POST", "GET"]


def test_a_paid_visit_is_counted_once(stripe, payment):
    session = pay(stripe, payment)
    assert (payment.state, payment.received, session.state) == ("paid", AMOUNT, "paid")
    assert stripe_sessions.count(session, AMOUNT, "vnd", session.intent) is False
    payment.refresh_from_db()
    assert payment.received == AMOUNT


def test_a_cancelled_order_closes_its_page_and_what_was_paid_meanwhile_is_owed_back(stripe, seller):
    open_one, paid_one = make_owed_by_card(seller=seller), make_owed_by_card(seller=seller)
    sessions = [visit(open_one), visit(paid_one)]
    stripe.pay(sessions[1].identifier)
    for payment in (open_one, paid_one):
        methods.get("stripe").cancel(payment, None)
    run_tasks()
    for payment in (open_one, paid_one):
        payment.refresh_from_db()
    assert stripe.things[sessions[0].identifier]["status"] == "expired"
    assert (open_one.state, open_one.refund_owed) == ("cancelled", 0)
    assert (paid_one.state, paid_one.refund_owed) == ("cancelled", AMOUNT)


# --- refunds
def test_a_refund_is_written_then_sent_once(stripe, payment):
    pay(stripe, payment)
    given = refund(payment, 50_000)
    row = given.to_cards.get()
    assert (row.state, stripe.made(REFUNDS)) == ("to_send", [])
    run_tasks()
    stripe_refunds.send_one.func(row.pk)
    row.refresh_from_db()
    assert (row.state, row.identifier) == ("done", stripe.made(REFUNDS)[0]["id"])
    assert [each["amount"] for each in stripe.made(REFUNDS)] == [50_000]
    assert (payment.state, payment.refunded) == ("partly_refunded", 50_000)


def test_a_refund_whose_answer_was_lost_is_not_sent_twice(stripe, payment):
    pay(stripe, payment)
    row = refund(payment, AMOUNT).to_cards.get()
    stripe.loses_answers = 9
    with pytest.raises(NotReached):
        stripe_refunds.send_one.func(row.pk)
    stripe.loses_answers = 0
    stripe_refunds.send_one.func(row.pk)
    assert len(stripe.made(REFUNDS)) == 1
    assert stripe.keys(REFUNDS) == {row.key}


def test_a_key_that_stripe_may_have_forgotten_is_not_trusted(stripe, payment, monkeypatch):
    pay(stripe, payment)
    row = refund(payment, AMOUNT).to_cards.get()
    stripe.loses_answers = 9
    with pytest.raises(NotReached):
        stripe_refunds.send_one.func(row.pk)
    stripe.loses_answers = 0
    stripe._first.clear()
    monkeypatch.setattr(stripe_refunds, "KEYS_LAST", datetime.timedelta(0))
    stripe_refunds.send_one.func(row.pk)
    assert len(stripe.made(REFUNDS)) == 1


def test_no_more_goes_back_than_was_paid(stripe, payment):
    with pytest.raises(RefundTooLarge):
        refund(payment, 1_000)
    pay(stripe, payment)
    for amount in (0, AMOUNT + 1):
        with pytest.raises(RefundTooLarge):
            refund(payment, amount)
    refund(payment, 100_000)
    with pytest.raises(RefundTooLarge):
        refund(payment, 50_001)
    assert StripeRefund.objects.count() == 1


def test_what_was_not_paid_by_card_does_not_go_back_to_it(stripe, payment):
    session = pay(stripe, payment)
    StripeAccount.objects.update(ended_at=clock.now())
    payment.card_request.account.refresh_from_db()
    assert [way.value for way in Stripe().refund_ways(payment)] == ["transfer", "cash", "other"]
    with pytest.raises(NotOnCards):
        refund(payment, AMOUNT)
    payment.refresh_from_db()
    assert payment.refunded == 0
    refund(payment, AMOUNT, way="transfer")
    assert not session.refunds.exists()


def test_a_refund_that_fails_is_owed_again(stripe, payment):
    pay(stripe, payment)
    stripe.refund_status = "failed"
    row = refund(payment, 50_000).to_cards.get()
    run_tasks()
    row.refresh_from_db()
    payment.refresh_from_db()
    assert (row.state, payment.refunded, payment.refund_owed) == ("failed", 0, 50_000)
    assert Stripe().refund_ways(payment)[0] == "card"
    stripe.refund_status = "succeeded"
    refund(payment, 50_000)
    run_tasks()
    payment.refresh_from_db()
    assert (payment.refunded, payment.refund_owed, payment.due) == (50_000, 0, 100_000)


def test_the_state_of_a_refund_only_rises(stripe, payment):
    pay(stripe, payment)
    row = refund(payment, 50_000).to_cards.get()
    told = {"id": "re_1", "amount": 50_000, "currency": "vnd"}
    assert stripe_refunds.note(row, {**told, "status": "succeeded"})
    assert not stripe_refunds.note(row, {**told, "status": "pending"})
    assert row.state == "done"
    assert stripe_refunds.note(row, {**told, "status": "failed"})
    assert not stripe_refunds.note(row, {**told, "status": "failed"})
    assert not stripe_refunds.note(row, {**told, "status": "succeeded"})
    payment.refresh_from_db()
    assert payment.refund_owed == 50_000


def test_refunds_that_nobody_could_send_are_sent_later(stripe, payment, frozen):
    pay(stripe, payment)
    row = refund(payment, 50_000).to_cards.get()
    assert stripe_refunds.waiting() == []
    frozen.shift(datetime.timedelta(hours=2))
    assert stripe_refunds.waiting() == [row.pk]


# --- accounts
def test_an_account_is_made_once_however_often_it_is_asked_for(stripe):
    seller, actor = make_seller(), make_user()
    stripe.loses_answers = 9
    with pytest.raises(NotReached):
        stripe_accounts.connect(seller, actor=actor)
    stripe.loses_answers = 0
    account = stripe_accounts.connect(seller, actor=actor)
    assert stripe_accounts.connect(seller, actor=actor) == account
    assert [each["id"] for each in stripe.made(ACCOUNTS)] == [account.identifier]
    assert not account.takes_cards


def test_an_account_takes_cards_once_stripe_says_so_and_until_it_is_disconnected(stripe):
    seller, actor = make_seller(), make_user()
    account = stripe_accounts.connect(seller, actor=actor)
    stripe.things[account.identifier] |= {"charges_enabled": True, "details_submitted": True}
    stripe_accounts.refresh(account)
    assert account.takes_cards
    stripe_accounts.disconnect(account, actor=actor)
    assert not account.takes_cards
    assert stripe_accounts.connect(seller, actor=actor) == account
    assert account.can_charge


def test_older_news_of_an_account_changes_nothing():
    account = make_stripe_account(make_seller())
    now, earlier = clock.now(), clock.now() - datetime.timedelta(hours=1)
    told = {"charges_enabled": False}
    stripe_accounts.note(account, {"charges_enabled": True}, now)
    stripe_accounts.note(account, told, earlier)
    assert account.takes_cards
    assert stripe_accounts.note(account, told, now)
    assert not account.takes_cards
