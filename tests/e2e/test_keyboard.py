"""The whole purchase without a mouse: Tab, Enter, Space, arrows and letters."""

import re

import pytest
from oscar.apps.order.models import Order
from playwright.sync_api import expect

from marketplace.core.money import format_vnd
from tests.e2e.keyboard import IS_FOCUSED, Keyboard
from tests.services.browser import PHONE

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

TOTAL = 2 * 120_000 + 95_000 + 30_000 + 25_000


def test_a_purchase_by_keyboard_only(market, new_shopper):
    # Without smooth scrolling, so that each stop can be looked at when it is reached.
    shopper = new_shopper(reduced_motion="reduce")
    keys = Keyboard(shopper.page)
    find_tea(shopper, keys, market)
    add(shopper, keys, market.tea, more=1)
    find_honey(shopper, keys, market)
    add(shopper, keys, market.honey)
    check_out(shopper, keys)
    fill_in(shopper, keys, market)
    confirm(shopper, keys)
    order = Order.objects.get()
    assert order.total_incl_tax == TOTAL
    with shopper.page.expect_download() as started:
        keys.press_on(shopper.main.get_by_role("link", name=shopper.say("Download the confirmation")))
    assert started.value.path().read_bytes().startswith(b"%PDF-")


def find_tea(shopper, keys, market):
    shopper.open("home")
    keys.press_on(shopper.page.locator("a.skip"))
    group = market.tea.category.get_parent()
    keys.press_on(shopper.main.locator(f".groups a[href*='_{group.pk}/']"))
    expect(shopper.main.locator(".crumbs")).to_be_visible()
    box = shopper.page.locator("#filter-stars-4")
    keys.press_on(box, "Space")
    expect(shopper.page).to_have_url(re.compile("stars=4"))
    expect(shopper.main.locator(".chip.on").first).to_be_visible()
    # The list and the filter were renewed, but the person is where they were.
    expect(box).to_be_focused()
    keys.press_on(shopper.main.get_by_role("link", name=market.tea.title, exact=True))
    expect(shopper.main.get_by_role("heading", level=1)).to_have_text(market.tea.title)


def add(shopper, keys, product, more=0):
    if more:
        keys.press_on(shopper.button("One more").first)
    keys.press_on(shopper.button("Add to basket", "product"))
    expect(shopper.page.locator("#toast")).to_contain_text(product.title)


def find_honey(shopper, keys, market):
    keys.go_to(shopper.page.locator("#site-search"), backwards=True)
    keys.type("mat ong bac ha")
    keys.press("Enter")
    expect(shopper.page).to_have_url(re.compile("/tim-kiem/"))
    keys.press_on(shopper.main.get_by_role("link", name=market.honey.title, exact=True))
    expect(shopper.main.get_by_role("heading", level=1)).to_have_text(market.honey.title)


def check_out(shopper, keys):
    basket = shopper.page.locator("#me").get_by_role("link", name=shopper.say("Your basket"))
    keys.press_on(basket, backwards=True)
    expect(shopper.main.locator("section.lot")).to_have_count(2)
    keys.press_on(shopper.main.get_by_role("link", name=shopper.say("Check out")))
    expect(shopper.page).to_have_url(re.compile("/thanh-toan/$"))


def fill_in(shopper, keys, market):
    keys.type_into(shopper.field("Your name"), "Nguyễn Thị Lan")
    keys.type_into(shopper.field("Phone"), "0912 345 678")
    province = shopper.main.locator("#id_province")
    keys.go_to(province)
    choose_by_arrows(shopper, keys, province, market.ha_dong.parent_id)
    keys.go_to(shopper.main.locator("#id_commune"))
    # At once, as an input method does it: the suggestions come once.
    shopper.page.keyboard.insert_text("Vạn Phúc")
    meant = shopper.main.locator("#communes input[name=commune_choice]")
    expect(meant.first).to_be_attached()
    keys.press("Tab")
    keys.press("Space")
    choose_by_arrows(shopper, keys, shopper.page.locator("#communes input:focus"), market.ha_dong.pk)
    keys.type_into(shopper.field("House number, lane, street or hamlet"), "12 ngõ Gạch")
    keys.press_on(shopper.button("Review the order"))
    expect(shopper.page).to_have_url(re.compile("/xem-lai/$"))


def choose_by_arrows(shopper, keys, chosen, value):
    for _press in range(50):
        if chosen.input_value() == str(value):
            return
        keys.press("ArrowDown")
    raise AssertionError(f"the arrows do not reach {value}")


def confirm(shopper, keys):
    keys.press_on(shopper.main.locator("#id_terms"), "Space")
    keys.press_on(shopper.button("Order, %(sum)s", sum=format_vnd(TOTAL)))
    expect(shopper.page).to_have_url(re.compile("/don-hang/"))


def test_the_filter_on_a_phone_by_keyboard(market, new_shopper):
    """It opens as a sheet with the focus inside; Escape closes it and leads back to its opener."""
    shopper = new_shopper(width=PHONE, reduced_motion="reduce")
    keys = Keyboard(shopper.page)
    shopper.open("catalogue:index")
    opener = shopper.main.locator("a.open")
    keys.press_on(opener)
    sheet = shopper.page.locator("#filter")
    expect(sheet).to_be_visible()
    expect(sheet.locator(":focus")).to_have_count(1)
    keys.press("Escape")
    expect(sheet).to_be_hidden()
    assert opener.evaluate(IS_FOCUSED)


def test_a_word_in_the_corner_hides_nothing_that_has_the_focus(market, new_shopper):
    shopper = new_shopper(width=PHONE, reduced_motion="reduce")
    keys = Keyboard(shopper.page)
    shopper.open("catalogue:detail", market.tea.slug, market.tea.pk)
    told = shopper.page.locator("#toast .toast-box")
    for dismiss in (lambda: keys.press("Escape"), lambda: focus_under(shopper, told)):
        shopper.put_into_basket(market.tea.title)
        expect(told).to_be_visible()
        dismiss()
        expect(told).to_have_count(0)


def focus_under(shopper, told):
    """Put the focus on a link that lies under the word in the corner."""
    link = shopper.main.locator("#certification").get_by_role("link").last
    link.evaluate("element => element.scrollIntoView({block: 'end'})")
    expect(told).to_be_visible()
    link.focus()
