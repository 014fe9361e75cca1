"""The search box: suggestions by keyboard and mouse, late answers, and the form without JavaScript."""

import re
import time

import pytest
from playwright.sync_api import expect

from tests.e2e.market import make_pictured

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

BOX = "#site-search"


def options(shopper):
    return shopper.page.get_by_role("option")


@pytest.fixture
def teas(market):
    return [market.tea, make_pictured(title="Chè Suối Giàng", seller=market.tea_seller)]


def type_slowly(shopper, words: str) -> None:
    shopper.page.wait_for_load_state()
    shopper.page.locator(BOX).press_sequentially(words, delay=20)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_suggestions_are_reached_by_keyboard(market, teas, new_shopper, language):
    shopper = new_shopper(language)
    shopper.open("home")
    box = shopper.page.get_by_role("combobox")
    expect(box).to_have_attribute("aria-expanded", "false")
    type_slowly(shopper, "che")
    expect(box).to_have_attribute("aria-expanded", "true")
    expect(options(shopper).first).to_contain_text("Chè")
    number = options(shopper).count()
    status = shopper.page.locator("header [role=status]")
    expect(status).to_contain_text(str(number))
    box.press("ArrowDown")
    expect(box).to_have_attribute("aria-activedescendant", "suggestion-1")
    expect(options(shopper).first).to_have_attribute("aria-selected", "true")
    box.press("ArrowUp")
    expect(box).not_to_have_attribute("aria-activedescendant", re.compile("."))
    box.press("ArrowUp")
    expect(box).to_have_attribute("aria-activedescendant", f"suggestion-{number}")
    box.press("ArrowDown")
    box.press("ArrowDown")
    chosen = options(shopper).first.get_attribute("href")
    box.press("Enter")
    expect(shopper.page).to_have_url(re.compile(re.escape(chosen) + "$"))


def test_escape_closes_the_list_and_enter_sends_the_words(market, teas, shopper):
    shopper.open("home")
    type_slowly(shopper, "chè")
    expect(options(shopper).first).to_be_visible()
    shopper.page.locator(BOX).press("Escape")
    expect(options(shopper)).to_have_count(0)
    expect(shopper.page.locator(BOX)).to_have_value("chè")
    shopper.page.locator(BOX).press("Enter")
    expect(shopper.page).to_have_url(re.compile(r"/tim-kiem/\?q=ch%C3%A8$"))


def test_a_suggestion_is_clicked_and_the_list_goes_when_one_looks_elsewhere(market, teas, shopper):
    shopper.open("home")
    type_slowly(shopper, "suoi")
    expect(options(shopper).first).to_be_visible()
    shopper.page.locator("main h1").click()
    expect(options(shopper)).to_have_count(0)
    type_slowly(shopper, " g")
    options(shopper).first.click()
    expect(shopper.main.get_by_role("heading", level=1)).to_have_text("Chè Suối Giàng")


def test_a_late_answer_does_not_stand_over_a_newer_one(market, teas, shopper):
    """The answer to the first letters comes after that to the next ones."""

    def late(route):
        if route.request.url.endswith("?q=che"):
            time.sleep(1)
        route.continue_()

    shopper.page.route("**/goi-y/**", late)
    shopper.open("home")
    shopper.page.wait_for_load_state()
    box = shopper.page.locator(BOX)
    with shopper.page.expect_request(re.compile(r"\?q=che$")):
        box.fill("che")
    box.fill("che suoi")
    expect(options(shopper)).to_have_count(1)
    shopper.page.wait_for_timeout(1500)
    expect(options(shopper)).to_have_count(1)
    expect(options(shopper).first).to_contain_text("Suối Giàng")


def test_letters_typed_quickly_ask_once(market, teas, shopper):
    asked = []
    shopper.page.on("request", lambda request: "goi-y" in request.url and asked.append(request.url))
    shopper.open("home")
    shopper.page.wait_for_load_state()
    shopper.page.locator(BOX).press_sequentially("che tan", delay=10)
    expect(options(shopper).first).to_be_visible()
    assert len(asked) == 1
    assert asked[0].endswith("?q=che%20tan")


def test_the_box_works_without_javascript(market, teas, new_shopper):
    shopper = new_shopper(javascript=False)
    shopper.open("home")
    shopper.search("suoi giang")
    expect(shopper.main.locator("article.card")).to_have_count(1)
    expect(shopper.page.locator(BOX)).not_to_have_attribute("role", re.compile("."))


def test_a_search_can_be_narrowed_loosened_and_gone_back_from(market, teas, shopper):
    shopper.open("home")
    shopper.search("chè")
    page = shopper.page
    found = shopper.main.locator("article.card").count()
    assert found > 0
    page.locator("#filter-stars-5").check()
    expect(page.locator(".loosen a")).not_to_have_count(0)
    page.locator(".loosen a").first.click()
    expect(shopper.main.locator("article.card")).not_to_have_count(0)
    page.go_back()
    page.go_back()
    expect(shopper.main.locator("article.card")).to_have_count(found)
