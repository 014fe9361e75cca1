"""A producer registers a booth in the browser, the office confirms it, everybody sees it."""

import pytest
from django.contrib.auth.models import Group
from playwright.sync_api import expect

from cms.domain.site import set_up
from marketplace.core.roles import Role
from marketplace.events.models import BoothRegistration
from tests.factories.catalog import PASSWORD, make_user
from tests.factories.events import make_event
from tests.services.browser import PHONE

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


def log_in(shopper, email):
    shopper.open("customer:login")
    shopper.main.locator("#id_email").fill(email)
    shopper.main.locator("#id_password").fill(PASSWORD)
    shopper.button("Log in").click()
    shopper.page.wait_for_url(lambda url: "dang-nhap" not in url)


def test_a_producer_registers_a_booth_and_the_office_confirms_it(market, new_shopper):
    set_up()
    event = make_event(title="Hội chợ Tết", booths=1, minimum_stars=4)
    producer = new_shopper("en", width=PHONE)
    log_in(producer, market.owner.email)
    producer.open("events:detail", event.slug)
    producer.main.get_by_role("link", name="Register a booth").click()
    producer.main.get_by_role("checkbox", name=market.tea.title).check()
    producer.main.get_by_label("Who will be at the booth").fill("Nguyễn Thị Lan")
    producer.main.get_by_label("Phone").fill("0912 345 678")
    producer.main.get_by_role("button", name="Register a booth").click()
    expect(producer.main.get_by_text("A booth is held for you.").first).to_be_visible()

    registration = BoothRegistration.objects.get()
    office = make_user(email="van-phong@example.org")
    office.groups.add(Group.objects.get(name=Role.OFFICE))
    official = new_shopper("vi")
    log_in(official, office.email)
    page = official.page
    page.goto(f"/quan-tri/dang-ky-gian/edit/{registration.pk}/")
    page.locator("input[name='decision'][value='confirm']").check()
    page.locator("form button[type='submit'], form input[type='submit']").last.click()
    page.wait_for_url("**/quan-tri/dang-ky-gian/")

    visitor = new_shopper("en")
    visitor.open("events:detail", event.slug)
    expect(visitor.main.get_by_role("heading", name="Who will be there")).to_be_visible()
    expect(visitor.main.get_by_text(market.tea_seller.name, exact=True)).to_be_visible()
    expect(visitor.main.get_by_text("All booths are taken")).to_be_visible()
