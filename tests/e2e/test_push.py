"""The service worker in a browser: what comes by push is shown, and leads to what it is about."""

import json
import time

import pytest
from playwright.sync_api import expect

from tests.e2e.shopper import Shopper
from tests.factories.catalog import make_user

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

SHOWN = """async () => {
  const registration = await navigator.serviceWorker.ready;
  for (let tries = 0; tries < 50; tries++) {
    const shown = await registration.getNotifications();
    if (shown.length) return shown.map(({ title, body, tag, data }) => ({ title, body, tag, url: data.url }));
    await new Promise((done) => setTimeout(done, 100));
  }
  return [];
}"""
MESSAGE = {
    "title": "Đơn mới 261124-ABCDE: 150.000 ₫",
    "body": "Đơn đang chờ bạn xác nhận.",
    "url": "/tai-khoan/thong-bao/1/",
    "tag": "t1",
}


def registration_id(session, address: str) -> str:
    """The id by which the browser's own tools know the service worker of this address."""
    found: list[str] = []

    def look(event):
        found.extend(
            each["registrationId"] for each in event["registrations"] if each["scopeURL"] == f"{address}/"
        )

    session.on("ServiceWorker.workerRegistrationUpdated", look)
    session.send("ServiceWorker.enable")
    for _try in range(200):
        if found:
            return found[0]
        session.send("Browser.getVersion")
        time.sleep(0.05)
    raise AssertionError("no service worker")


def test_a_push_is_shown_once_with_where_it_leads(new_shopper, live_server):
    shopper: Shopper = new_shopper("vi", permissions=["notifications"])
    person = make_user(language="vi")
    shopper.log_in(person.email, to=shopper.address("customer:notice-choices"))
    page = shopper.page
    expect(page.locator("#push button")).to_be_visible()
    page.evaluate("navigator.serviceWorker.register('/sw.js', { scope: '/' })")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    session = page.context.new_cdp_session(page)
    message = {
        "origin": live_server.url,
        "registrationId": registration_id(session, live_server.url),
        "data": json.dumps(MESSAGE),
    }

    for _time in range(2):
        session.send("ServiceWorker.deliverPushMessage", message)

    assert page.evaluate(SHOWN) == [MESSAGE]


def test_without_javascript_the_ways_are_chosen_all_the_same(new_shopper):
    shopper: Shopper = new_shopper("vi", javascript=False)
    person = make_user(language="vi")
    shopper.log_in(person.email, to=shopper.address("customer:notice-choices"))
    expect(shopper.page.locator("#push")).to_be_hidden()
    shopper.main.locator("input[name=way]").first.uncheck()
    shopper.button("Save").click()

    expect(shopper.main.locator("input[name=way]").first).not_to_be_checked()
