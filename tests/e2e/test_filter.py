"""Narrowing a list: with JavaScript the list follows each click, without it the form is sent."""

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


def cards(shopper):
    return shopper.main.locator("article.card")


def test_the_list_follows_each_click_and_the_back_button(market, shopper):
    shopper.open("catalogue:index")
    page = shopper.page
    whole = cards(shopper).count()
    stars = market.tea.stars
    page.locator(f"#filter-stars-{stars}").check()
    expect(page.locator(".chip.on")).to_have_count(1)
    assert page.url.endswith(f"?stars={stars}")
    expect(page.locator(f"#filter-stars-{stars}")).to_be_focused()
    narrowed = cards(shopper).count()
    assert 0 < narrowed < whole
    page.go_back()
    expect(page.locator(".chip.on")).to_have_count(0)
    expect(cards(shopper)).to_have_count(whole)


def test_the_sheet_of_a_phone_stays_open_while_choosing(market, new_shopper):
    shopper = new_shopper(width=390)
    shopper.open("catalogue:index")
    page = shopper.page
    page.locator("a.open").click()
    page.locator(f"#filter-stars-{market.tea.stars}").check()
    expect(page.locator(".chip.on")).to_have_count(1)
    expect(page.locator("#filter")).to_be_visible()
    page.locator("#filter .done button").click()
    expect(page.locator("#filter")).to_be_hidden()
    expect(page.locator(".chip.on")).to_have_count(1)


def test_the_form_works_without_javascript(market, new_shopper):
    shopper = new_shopper(javascript=False)
    shopper.open("catalogue:index")
    page = shopper.page
    page.locator(f"#filter-stars-{market.tea.stars}").check()
    page.locator("#filter .apply").click()
    expect(page.locator(".chip.on")).to_have_count(1)
    page.locator("#sort").select_option("-price")
    page.locator(".sort button").click()
    expect(page.locator("#sort")).to_have_value("-price")
    expect(page.locator(".chip.on")).to_have_count(1)
