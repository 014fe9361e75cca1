"""A host offers a date on a phone, a buyer books it without JavaScript, the host sees who has booked."""

import pytest
from playwright.sync_api import expect

from marketplace.sales.domain import fulfil
from tests.e2e.market import make_pictured
from tests.factories.bookings import TOURISM_SET, book, in_days
from tests.factories.catalog import PASSWORD
from tests.services.browser import PHONE

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def tour(market):
    return make_pictured(
        title="Một ngày ở bản Lác", seller=market.tea_seller, set_number=TOURISM_SET, stock=0, price=200_000
    )


def log_in(host, person) -> None:
    host.open("customer:login")
    host.page.locator("main [name=email]").fill(person.email)
    host.page.locator("main [name=password]").fill(PASSWORD)
    host.page.locator("main [name=password]").press("Enter")
    host.page.wait_for_load_state()


def test_from_an_offered_date_to_the_list_of_guests(market, tour, new_shopper, axe):
    host = new_shopper("vi", width=PHONE)
    log_in(host, market.owner)
    host.open("producer_desk:product-dates", tour.pk)
    host.page.locator("[name=first]").fill(in_days(6).isoformat())
    host.page.locator("[name=capacity]").fill("8")
    host.page.locator("button[value=add]").click()
    row = host.page.locator("main table tbody tr")
    expect(row).to_have_count(1)
    expect(row).to_contain_text("0 / 8")
    axe(host.page)

    host.page.goto(tour.get_absolute_url())
    axe(host.page)
    host.page.go_back()

    buyer = new_shopper("vi", javascript=False, width=PHONE)
    buyer.page.goto(tour.get_absolute_url())
    buyer.page.locator("#dates [name=quantity]").fill("3")
    buyer.page.locator("#dates .btn.main").click()
    expect(buyer.main.locator(".line")).to_contain_text("30/11/2026")
    buyer.page.locator("main .sum .btn.main").click()
    expect(buyer.main.get_by_role("heading", level=1)).to_be_visible()

    seller_order = book(tour.departures.get(), 2)
    row.get_by_role("link").click()
    expect(host.main.get_by_role("table")).to_contain_text(seller_order.number)
    axe(host.page)

    fulfil.confirm(seller_order, actor=None)
    host.page.goto(f"{host.address('producer_desk:index')}?state=guests")
    expect(host.main.get_by_role("article")).to_contain_text(seller_order.number)
    axe(host.page)
    host.open("producer_desk:product-date", tour.pk, tour.departures.get().pk)
    host.page.locator("[name=reason]").fill("Mưa lớn")
    host.page.locator("button[value=close]").click()
    cancelled = host.main.get_by_role("region").filter(has_text=seller_order.number)
    expect(cancelled).to_contain_text("0912 345 678")
    axe(host.page)
