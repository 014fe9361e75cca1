"""The desks' pages of cards: connecting an account, disputes, refunds to cards, messages for the office."""

import pytest
from django.urls import reverse
from django.utils.translation import override

from marketplace.payments.models import StripeAccount, StripeEvent, StripeRefund
from marketplace.sales.domain import fulfil
from tests.factories.catalog import make_member, make_seller, make_user
from tests.factories.contact import deliver, make_return
from tests.factories.payments import (
    make_dispute,
    make_kept_event,
    make_owed_by_card,
    make_paid_visit,
    make_stripe_account,
)
from tests.factories.sellers import make_officer
from tests.marketplace.sales.cases import buy, make_product
from tests.services.stripe_proxy import ACCOUNTS
from tests.tasks import run_tasks

pytestmark = [pytest.mark.integration, pytest.mark.django_db]


@pytest.fixture
def seller():
    return make_seller(name="HTX Bắc Sơn")


@pytest.fixture
def owner(client, seller):
    person = make_member(seller)
    client.force_login(person)
    return person


def url(name: str, *args, desk: str = "producer_desk") -> str:
    with override("en"):
        return reverse(f"{desk}:{name}", args=args)


def test_an_account_is_connected_at_stripe_and_disconnected(client, owner, seller, stripe):
    assert "Connect an account" in client.get(url("cards")).content.decode()
    onward = client.post(url("cards"), {"act": "connect"})
    account = StripeAccount.objects.get()
    assert 'http-equiv="refresh"' in onward.content.decode()
    asked = stripe.asked[-1]
    assert (asked.path, asked.form["account"]) == ("/v1/account_links", account.identifier)
    assert "Stripe waits" in client.get(url("cards-back"), follow=True).content.decode()
    stripe.things[account.identifier] |= {"charges_enabled": True, "details_submitted": True}
    assert "Buyers can pay you by card" in client.get(url("cards-back"), follow=True).content.decode()
    assert "Disconnected" in client.post(url("cards"), {"act": "disconnect"}, follow=True).content.decode()
    assert "Connected." in client.post(url("cards"), {"act": "connect"}, follow=True).content.decode()
    assert len(stripe.made(ACCOUNTS)) == 1
    assert client.post(url("cards"), {"act": "sell"}).status_code == 404


def test_stripe_out_of_reach_is_said(client, owner, stripe):
    stripe.is_down = True
    page = client.post(url("cards"), {"act": "connect"}, follow=True).content.decode()
    assert "Stripe does not answer" in page


def test_where_the_operator_has_no_key_there_is_no_page(client, owner):
    assert client.get(url("cards")).status_code == 404
    assert "/the/" not in client.get(url("money")).content.decode()


def test_money_that_is_owed_goes_back_to_the_card(client, owner, seller, stripe, frozen):
    make_stripe_account(seller)
    seller_order = buy(make_product(seller), method="stripe")[0]
    payment = seller_order.payments.get()
    make_paid_visit(payment)
    fulfil.cancel(seller_order, actor=owner, note="Hết hàng")
    page = client.get(url("refunds-owed")).content.decode()
    assert "Back to the card" in page
    given = {"payment": payment.pk, "amount": payment.amount, "way": "card", "proof": ""}
    answer = client.post(url("refunds-owed"), {**given, "amount": payment.amount + 1})
    assert answer.status_code == 422
    assert "on its way to the buyer" in client.post(url("refunds-owed"), given, follow=True).content.decode()
    run_tasks()
    assert StripeRefund.objects.get().state == "done"
    payment.refresh_from_db()
    assert (payment.refund_owed, payment.state) == (0, "refunded")


def test_the_office_sends_back_to_the_card_what_a_seller_owes(client, seller, stripe, frozen):
    make_stripe_account(seller)
    seller_order = buy(make_product(seller), method="stripe")[0]
    payment = seller_order.payments.get()
    make_paid_visit(payment)
    officer = make_officer()
    client.force_login(officer)
    page, refund = (url(name, seller_order.number, desk="office_desk") for name in ("order", "order-refund"))
    assert refund not in client.get(page).content.decode()
    fulfil.cancel(seller_order, actor=None, note="Hết hàng")
    assert refund in client.get(page).content.decode()
    assert "on its way to the buyer" in client.post(refund, follow=True).content.decode()
    run_tasks()
    payment.refresh_from_db()
    assert (payment.refund_owed, StripeRefund.objects.get().state) == (0, "done")
    assert "owed back any more" in client.post(refund, follow=True).content.decode()
    assert StripeRefund.objects.count() == 1


def test_the_office_sends_back_to_the_card_what_it_decided(client, seller, stripe, frozen):
    make_stripe_account(seller)
    seller_order = buy(make_product(seller, price=100_000), method="stripe")[0]
    payment = seller_order.payments.get()
    make_paid_visit(payment)
    request = make_return(deliver(seller_order))
    client.force_login(make_officer())
    client.post(url("return-decide", request.pk, desk="office_desk"), {"amount": "80000", "note": "Vỡ"})
    refund = url("return-refund", request.pk, desk="office_desk")
    assert "on its way to the buyer" in client.post(refund, follow=True).content.decode()
    run_tasks()
    request.refresh_from_db()
    assert (request.state, request.refund.amount) == ("refunded", 80_000)
    assert StripeRefund.objects.get().state == "done"
    assert "no longer" in client.post(refund, follow=True).content.decode()


def test_the_office_sends_what_it_decided_also_once_the_seller_has_the_goods(client, seller, stripe, frozen):
    make_stripe_account(seller)
    seller_order = buy(make_product(seller, price=100_000), method="stripe")[0]
    make_paid_visit(seller_order.payments.get())
    request = make_return(deliver(seller_order), state="received")
    client.force_login(make_officer())
    page, refund = (url(name, request.pk, desk="office_desk") for name in ("return", "return-refund"))
    assert refund not in client.get(page).content.decode()
    assert "no longer" in client.post(refund, follow=True).content.decode()
    type(request).objects.update(decided=80_000)
    assert refund in client.get(page).content.decode()
    assert "on its way to the buyer" in client.post(refund, follow=True).content.decode()
    request.refresh_from_db()
    assert (request.state, request.refund.amount) == ("refunded", 80_000)


@pytest.mark.parametrize("rows", [1, 30])
def test_disputes_cost_the_same_for_one_and_thirty(
    client, owner, seller, stripe, rows, django_assert_max_num_queries
):
    for _number in range(rows):
        make_dispute(make_paid_visit(make_owed_by_card(seller=seller)))
    make_dispute(make_paid_visit(make_owed_by_card()))
    client.get(url("cards"))
    with django_assert_max_num_queries(8):
        assert len(client.get(url("cards")).context["page"]) == rows


@pytest.mark.parametrize("rows", [1, 30])
@pytest.mark.parametrize("show", ["messages", "disputes"])
def test_the_office_sees_disputes_and_messages(client, stripe, rows, show, django_assert_max_num_queries):
    for _number in range(rows):
        make_kept_event()
        make_dispute(make_paid_visit(make_owed_by_card()))
    client.force_login(make_officer())
    address = url("cards", desk="office_desk")
    client.get(address)
    with django_assert_max_num_queries(6):
        page = client.get(address, {"show": show})
    assert len(page.context["page"]) == rows


def test_seller_and_office_see_what_a_lost_dispute_cost_beyond_the_payment(client, owner, seller, stripe):
    make_dispute(make_paid_visit(make_owed_by_card(seller=seller)), status="lost", loss=150_000)
    own = client.get(url("cards")).content.decode()
    client.force_login(make_officer())
    seen = client.get(url("cards", desk="office_desk"), {"show": "disputes"}).content.decode()
    for page in (own, seen):
        assert "Lost, the money has gone back" in page
        assert "150.000 ₫ of it the buyer had back before" in page.replace("\xa0", " ")


def test_a_message_is_settled_with_words_once(client, stripe):
    event = make_kept_event()
    client.force_login(make_officer())
    address = url("card-settle", event.pk, desk="office_desk")
    empty = client.post(address, {"note": " "})
    assert (empty.status_code, "Please write what was found" in empty.content.decode()) == (422, True)
    assert "settled" in client.post(address, {"note": "Người bán tự hoàn"}, follow=True).content.decode()
    assert "Somebody else" in client.post(address, {"note": "x"}, follow=True).content.decode()
    event = StripeEvent.objects.get()
    assert (event.outcome, event.note) == ("settled", "Người bán tự hoàn")


def test_a_stranger_sees_no_cards(client, stripe):
    client.force_login(make_user())
    assert client.get(url("cards")).status_code == 404
