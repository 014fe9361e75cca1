"""Paying by card as a buyer sees it: to Stripe's page, back, again, and what a forged way back does."""

import html

import pytest
from django.test import Client

from marketplace.payments.models import StripeAccount, StripeSession
from marketplace.sales import links
from marketplace.sales.domain import fulfil, unpaid
from tests.factories.catalog import make_product, make_seller, make_user
from tests.factories.payments import make_stripe_account
from tests.storefront.shopping import fill_basket, log_in, place
from tests.tasks import run_tasks

pytestmark = [pytest.mark.integration, pytest.mark.django_db, pytest.mark.usefixtures("frozen")]


@pytest.fixture
def seller(stripe):
    seller = make_seller(name="Hợp tác xã Vụn ART")
    make_stripe_account(seller)
    return seller


@pytest.fixture
def order(client, seller):
    basket = fill_basket(client, make_product(seller=seller, price=480_000))
    return place(client, basket, **{f"payment-{seller.pk}": "stripe"})


@pytest.fixture
def part(order):
    return order.seller_orders.get()


def page_of(order, language: str = "/en") -> str:
    return f"{language}/tai-khoan/don-hang/{order.number}/{links.guest_link_token(order)}/"


def card_of(order, part, language: str = "/en") -> str:
    return f"{page_of(order, language)}tra-tien/{part.number}/the/"


def state_of(part) -> str:
    return part.payments.get().state


@pytest.mark.parametrize(("language", "locale"), [("", "vi"), ("/en", "en")])
def test_the_button_leads_to_stripe_by_a_page_of_ours(client, stripe, order, part, language, locale):
    page = client.get(page_of(order, language)).content.decode()
    assert f'action="{card_of(order, part, language)}"' in page
    opened = client.post(card_of(order, part, language))
    assert (opened.status_code, opened["Location"]) == (302, card_of(order, part, language))
    onward = client.get(opened["Location"])
    session = StripeSession.objects.get()
    assert f'content="0; url={session.url}"' in html.unescape(onward.content.decode())
    assert "form-action 'self'" in onward["Content-Security-Policy"]
    asked = stripe.asked[-1].form
    assert (asked["locale"], asked["success_url"]) == (
        locale,
        f"http://testserver{card_of(order, part, language)}ve/",
    )
    assert client.post(card_of(order, part, language)).status_code == 302
    assert StripeSession.objects.count() == 1


def test_who_comes_back_paid_sees_it_at_once(client, stripe, order, part):
    client.post(card_of(order, part))
    stripe.pay(StripeSession.objects.get().identifier)
    page = client.get(f"{card_of(order, part)}ve/", follow=True).content.decode()
    assert "has your payment" in page
    assert state_of(part) == "paid"
    assert client.get(card_of(order, part))["Location"] == page_of(order)
    assert client.post(card_of(order, part))["Location"] == page_of(order)
    assert StripeSession.objects.count() == 1


def test_a_way_back_that_nobody_paid_for_pays_nothing(client, stripe, order, part):
    assert client.get(f"{card_of(order, part)}ve/").status_code == 404
    client.post(card_of(order, part))
    for _again in range(2):
        page = client.get(f"{card_of(order, part)}ve/?session_id=cs_forged&paid=1", follow=True)
        assert "The payment is not finished" in page.content.decode()
    assert state_of(part) == "awaiting"
    assert sum(each.method == "GET" for each in stripe.asked) == 1
    assert client.post(f"{card_of(order, part)}ve/").status_code == 405


def test_strangers_open_and_see_nothing(stripe, order, part):
    stranger = Client()
    log_in(stranger, make_user())
    forged = card_of(order, part).replace(links.guest_link_token(order), "x")
    for address in (forged, f"/en/tai-khoan/don-hang/{order.number}/tra-tien/{part.number}/the/"):
        for answer in (stranger.get(address), stranger.post(address), stranger.get(f"{address}ve/")):
            assert answer.status_code == 404
    assert not stripe.asked


def test_stripe_out_of_reach_is_said_and_tried_again(client, stripe, order, part):
    stripe.is_down = True
    page = client.post(card_of(order, part), follow=True).content.decode()
    assert "Stripe does not answer" in page
    stripe.is_down = False
    assert client.post(card_of(order, part))["Location"] == card_of(order, part)


def test_a_seller_who_takes_no_cards_any_more_is_named(client, stripe, order, part):
    StripeAccount.objects.update(can_charge=False)
    page = client.get(page_of(order)).content.decode()
    assert "The seller takes no cards at the moment" in page
    assert "takes no cards" in client.post(card_of(order, part), follow=True).content.decode()
    assert not stripe.asked


def test_unpaid_goods_are_let_go_and_late_money_is_owed_back(client, stripe, order, part, frozen):
    client.post(card_of(order, part))
    session = StripeSession.objects.get()
    frozen.shift(12 * 3600)
    assert (unpaid.remind_due(), unpaid.remind_due()) == (1, 0)
    frozen.shift(12 * 3600)
    stripe.pay(session.identifier)
    assert unpaid.release_overdue() == 1
    run_tasks()
    part.refresh_from_db()
    payment = part.payments.get()
    assert (part.state, payment.state, payment.refund_owed) == ("cancelled", "cancelled", part.total)
    page = client.get(page_of(order)).content.decode()
    assert "sends it back to your card" in page


def test_the_buyer_s_own_cancelling_closes_the_page(client, stripe, order, part):
    client.post(card_of(order, part))
    fulfil.cancel_by_buyer(part)
    run_tasks()
    assert stripe.things[StripeSession.objects.get().identifier]["status"] == "expired"


@pytest.mark.parametrize("count", [1, 4])
def test_an_order_page_asks_as_much_for_many_cards_as_for_one(
    client, stripe, count, django_assert_max_num_queries
):
    sellers = [make_seller() for _number in range(count)]
    for seller in sellers:
        make_stripe_account(seller)
    basket = fill_basket(client, *[make_product(seller=seller) for seller in sellers])
    placed = place(client, basket, **{f"payment-{seller.pk}": "stripe" for seller in sellers})
    with django_assert_max_num_queries(200) as asked:
        assert client.get(page_of(placed)).content.decode().count("/the/") == count
    assert len([each for each in asked.captured_queries if "payments_" in each["sql"]]) == 1
