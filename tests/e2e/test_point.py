"""A day of a point of sale on a phone: goods come, the network goes, and the shelf is right in the end."""

import pytest
from playwright.sync_api import expect

from marketplace.core.roles import TeamRole
from producers.domain import reservations
from producers.models import PointAct, StockRecord
from tests.factories.catalog import make_member
from tests.factories.points import make_point

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

PHONE = 390
PRICE = 150_000
WITHOUT_NETWORK = "Failed to load resource: net::ERR_"


@pytest.mark.parametrize("language", ["vi", "en"])
def test_ten_come_three_are_sold_without_network_and_two_are_handed_over(market, new_shopper, axe, language):
    point = make_point()
    clerk = new_shopper(language, width=PHONE)
    email = make_member(point.seller, TeamRole.CLERK).email
    clerk.log_in(email, to=clerk.address("point_desk:today", point.seller.slug))
    receive(clerk, market.tea, point, axe)
    record = StockRecord.objects.get(partner=point.seller)
    held = reservations.reserve(point, "100001-1", [(record.pk, 2, PRICE)])
    allow_device(clerk, point, axe)
    go_offline(clerk, market.tea)
    sell(clerk, market.tea, pieces=3)
    axe(clerk.page)
    come_back(clerk, sent=1)
    hand_over(clerk, held, axe)
    come_back(clerk, sent=2)
    record.refresh_from_db()
    assert (record.num_in_stock, record.num_allocated) == (5, 0)
    assert sum(act.amount for act in PointAct.objects.filter(kind__in=["sale", "pickup"])) == 5 * PRICE


def receive(clerk, tea, point, axe) -> None:
    clerk.open("point_desk:receive", point.seller.slug)
    box = clerk.main.locator("#code")
    box.fill(f"https://shop.example{tea.get_absolute_url()}")
    box.press("Enter")
    for name, value in (("quantity", "10"), ("unit_cost", "100.000"), ("price", "150.000")):
        clerk.main.locator(f"[name$='-{name}']").fill(value)
    axe(clerk.page)
    clerk.main.locator("button[value=receive]").click()
    expect(clerk.main.locator(".messages .good")).to_be_visible()
    axe(clerk.page)


def allow_device(clerk, point, axe) -> None:
    clerk.open("point_desk:sell", point.seller.slug)
    name = clerk.main.locator("#device-name")
    name.fill("Điện thoại quầy")
    axe(clerk.page)
    name.press("Enter")
    expect(clerk.main.locator("#oc-net")).to_have_text(clerk.say("Online"))


def go_offline(clerk, tea) -> None:
    clerk.page.expected_errors.append(WITHOUT_NETWORK)
    clerk.page.context.set_offline(True)
    expect(clerk.main.locator("#oc-net")).to_have_text(clerk.say("No network: entries are kept here"))


def sell(clerk, tea, *, pieces: int) -> None:
    box = clerk.main.locator("#oc-code")
    box.fill("che tan")
    box.press("Enter")
    for _each in range(pieces - 1):
        clerk.main.locator("#oc-bill [data-step='1']").click()
    expect(clerk.main.locator("#oc-bill .name")).to_have_text(tea.title)
    clerk.main.locator("#oc-pay button.main").click()
    expect(clerk.main.locator("#oc-waiting")).to_have_text("1")


def come_back(clerk, *, sent: int) -> None:
    clerk.page.context.set_offline(False)
    expect(clerk.main.locator("#oc-queue li a")).to_have_count(sent)
    expect(clerk.main.locator("#oc-waiting")).to_have_text("0")


def hand_over(clerk, held, axe) -> None:
    box = clerk.main.locator("#oc-code")
    box.fill(held.code.lower())
    box.press("Enter")
    expect(clerk.main.locator("#oc-pickup h2")).to_have_text(held.reference)
    axe(clerk.page)
    clerk.main.locator("#oc-pickup button.main").click()
