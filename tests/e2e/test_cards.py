"""A buyer pays by card: from the order to Stripe's page and back, past the content security policy."""

import pytest
from playwright.sync_api import expect

from marketplace.payments.models import StripeSession
from marketplace.sales import links
from marketplace.sales.domain import fulfil
from tests.factories.payments import (
    make_dispute,
    make_kept_event,
    make_paid_visit,
    make_stripe_account,
    make_visit,
)
from tests.factories.sellers import make_officer
from tests.marketplace.sales.cases import buy
from tests.services.browser import DESKTOP, PHONE

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no script"])
def test_the_way_to_stripe_and_back(market, new_shopper, axe, stripe, javascript):
    make_stripe_account(market.tea_seller)
    part = buy(market.tea, method="stripe")[0]
    shopper = new_shopper("en", width=PHONE, javascript=javascript)
    page = shopper.page
    page.expected_errors += [stripe.url]
    page.goto(shopper.address("customer:guest-order", part.order.number, links.guest_link_token(part.order)))
    order_page = page.url
    if javascript:
        axe(page)
    page.locator("form[action$='/the/'] button").click()
    expect(page).to_have_url(f"{stripe.url}/pay/{StripeSession.objects.get().identifier}")
    page.go_back()
    expect(page).to_have_url(order_page)

    session = StripeSession.objects.get()
    stripe.pay(session.identifier)
    page.goto(session.return_url)
    expect(page).to_have_url(order_page)
    expect(shopper.main).to_contain_text("has your payment")
    assert part.payments.get().state == "paid"


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_page_on_the_way_to_stripe_can_be_used_by_everybody(market, new_shopper, axe, stripe, language):
    make_stripe_account(market.tea_seller)
    part = buy(market.tea, method="stripe")[0]
    make_visit(part.payments.get())
    for width, scheme in ((PHONE, "light"), (DESKTOP, "dark")):
        shopper = new_shopper(language, width=width, scheme=scheme)
        token = links.guest_link_token(part.order)
        way = shopper.address("customer:order-card", part.order.number, token, part.number)
        shopper.page.route(f"**{way}", _stay)
        shopper.page.goto(way)
        expect(shopper.main.get_by_role("link", name=shopper.say("Go to Stripe's page"))).to_be_visible()
        axe(shopper.page)


def _stay(route):
    """Without the line that sends the browser on at once."""
    answer = route.fetch()
    assert '<meta http-equiv="refresh" content="0; url=' in answer.text()
    route.fulfill(response=answer, body=answer.text().replace('http-equiv="refresh"', 'name="stayed"'))


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_office_sends_what_is_owed_back_to_the_card(market, new_shopper, axe, stripe, language):
    make_stripe_account(market.tea_seller)
    part = buy(market.tea, method="stripe")[0]
    make_paid_visit(part.payments.get())
    fulfil.cancel(part, actor=None, note="Hết hàng")
    officer = new_shopper(language, width=PHONE)
    officer.log_in(make_officer().email, to=officer.address("office_desk:order", part.number))
    axe(officer.page)
    expect(officer.main.locator("form[action$='/hoan-the/'] button")).to_be_visible()


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_desks_of_cards_can_be_used_by_everybody(market, new_shopper, axe, stripe, language):
    account = make_stripe_account(market.tea_seller)
    part = buy(market.tea, method="stripe")[0]
    session = StripeSession.objects.create(
        payment=part.payments.get(),
        account=account,
        attempt=1,
        amount=part.total,
        language="vi",
        return_url="https://example.org/",
        expires_at=part.payments.get().card_request.due_at,
        state="ended",
    )
    make_dispute(session)
    make_kept_event()
    shopper = new_shopper(language, width=PHONE)
    shopper.log_in(market.owner.email, to=shopper.address("producer_desk:cards"))
    axe(shopper.page)
    officer = new_shopper(language)
    officer.log_in(make_officer().email, to=officer.address("office_desk:cards"))
    axe(officer.page)
    officer.page.goto(f"{officer.address('office_desk:cards')}?show=disputes")
    axe(officer.page)
