"""What goes wrong in a shop: odd quantities, prices that move, double clicks, forged links, vanished goods.

Each gets a clear message, nothing is ordered that the buyer has not seen, and what was typed stays.
"""

import re

import pytest
from oscar.apps.basket.models import Line
from oscar.apps.order.models import Order
from playwright.sync_api import expect

from catalog.models import Product
from marketplace.core.money import format_vnd
from producers.models import StockRecord

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

TOTAL = 120_000 + 95_000 + 30_000 + 25_000
AT_LEAST_1 = "The quantity must be at least 1."
WHOLE_NUMBER = "Please write the quantity as a whole number."
ONLY = "Only %(count)s of %(title)s are left."
QUANTITIES = {"0": AT_LEAST_1, "-1": AT_LEAST_1, "1000000000": ONLY, "abc": WHOLE_NUMBER}

# As a browser that checks nothing would send it.
SEND_UNCHECKED = """(input, value) => {
  input.form.noValidate = true;
  input.type = "text";
  input.value = value;
}"""


def refusal(shopper, market, quantity: str) -> str:
    return shopper.say(QUANTITIES[quantity], count=10, title=market.tea.title)


@pytest.mark.parametrize("javascript", [True, False], ids=["with-javascript", "without-javascript"])
def test_odd_quantities_on_the_product_page(market, new_shopper, javascript):
    shopper = new_shopper(javascript=javascript)
    shopper.accepts(422)
    for quantity in QUANTITIES:
        shopper.open("catalogue:detail", market.tea.slug, market.tea.pk)
        box = shopper.main.locator("#quantity")
        if quantity != "abc":
            box.fill(quantity)
            shopper.button("Add to basket", "product").click()
            # The browser itself says no, in its own words.
            assert box.evaluate("input => !input.checkValidity() && input.matches(':focus')")
        box.evaluate(SEND_UNCHECKED, quantity)
        shopper.button("Add to basket", "product").click()
        told = shopper.page.locator("#toast") if javascript else shopper.main.get_by_role("alert")
        expect(told).to_contain_text(refusal(shopper, market, quantity))
        expect(shopper.main.locator("#quantity")).to_have_value(quantity)
    assert Line.objects.count() == 0


@pytest.mark.parametrize("javascript", [True, False], ids=["with-javascript", "without-javascript"])
def test_odd_quantities_in_the_basket(market, new_shopper, javascript):
    shopper = new_shopper(javascript=javascript)
    shopper.accepts(422)
    shopper.open("catalogue:detail", market.tea.slug, market.tea.pk)
    shopper.put_into_basket(market.tea.title)
    line = Line.objects.get()
    for quantity in QUANTITIES:
        shopper.open("basket:summary")
        box = shopper.main.locator(f"#quantity-{line.pk}")
        if quantity == "abc":
            box.evaluate(SEND_UNCHECKED, quantity)
        else:
            box.fill(quantity)
        box.press("Enter")
        expect(shopper.main.locator(".line .why")).to_contain_text(refusal(shopper, market, quantity))
        expect(box).to_have_value(quantity)
        expect(shopper.main.locator(".sum .total dd")).to_have_text(format_vnd(150_000))
        line.refresh_from_db()
        assert line.quantity == 1


def test_a_price_that_changes_before_the_confirmation(market, shopper):
    shopper.accepts(409)
    shopper.reach_review(market)
    StockRecord.objects.filter(product=market.tea).update(price=135_000)
    shopper.main.locator("#id_terms").check()
    shopper.button("Order, %(sum)s", sum=format_vnd(TOTAL)).click()
    told = shopper.main.get_by_role("alert")
    expect(told).to_contain_text(
        shopper.say(
            "%(title)s now costs %(new)s instead of %(old)s.",
            title=market.tea.title,
            old=format_vnd(120_000),
            new=format_vnd(135_000),
        )
    )
    expect(shopper.main.locator("#id_terms")).not_to_be_checked()
    assert Order.objects.count() == 0
    shopper.agree_and_order(TOTAL + 15_000)
    assert Order.objects.get().total_incl_tax == TOTAL + 15_000


def test_the_same_form_sent_twice_makes_one_order(market, shopper):
    shopper.reach_review(market)
    shopper.main.locator("#id_terms").check()
    sent = dict(
        shopper.main.locator("form.checkout").evaluate("form => [...new FormData(form).entries()]"),
    )
    shopper.main.locator("form.checkout").evaluate("form => { form.submit(); form.submit(); }")
    expect(shopper.page).to_have_url(re.compile("/don-hang/"))
    order = Order.objects.get()
    expect(shopper.main).to_contain_text(order.number)
    page_of_order = shopper.page.url
    again = shopper.page.request.post(shopper.address("checkout:place"), form=sent)
    assert again.url == page_of_order
    shopper.page.go_back()
    expect(shopper.page).to_have_url(page_of_order)
    assert Order.objects.count() == 1
    assert StockRecord.objects.get(product=market.tea).num_allocated == 1


def test_forged_links_open_nothing(market, shopper, new_shopper):
    shopper.reach_review(market)
    shopper.agree_and_order(TOTAL)
    link = shopper.page.url
    number = Order.objects.get().number
    stranger = new_shopper("en")
    stranger.accepts(404)
    token = link.rstrip("/").rsplit("/", 1)[1]
    other = "A" if token[-1] != "A" else "B"
    for forged in (
        link.replace(token, token[:-1] + other),
        link.replace(number, "100001"),
        link.replace(token, "x"),
    ):
        forged = forged.replace("/tai-khoan/", "/en/tai-khoan/")
        assert stranger.page.goto(forged).status == 404
        expect(stranger.main.get_by_role("heading", level=1)).to_have_text(
            stranger.say("No order was found here")
        )
        expect(stranger.main).not_to_contain_text("Nguyễn Thị Lan")
    stranger.page.goto(link)
    expect(stranger.main).to_contain_text("Nguyễn Thị Lan")


def test_goods_that_vanish_from_a_basket(market, shopper):
    shopper.reach_review(market)
    Product.objects.filter(pk=market.tea.pk).update(is_public=False)
    shopper.main.locator("#id_terms").check()
    shopper.accepts(409)
    shopper.button("Order, %(sum)s", sum=format_vnd(TOTAL)).click()
    gone = shopper.say("%(title)s is no longer for sale.", title=market.tea.title)
    expect(shopper.main.get_by_role("alert")).to_contain_text(gone)
    assert Order.objects.count() == 0
    shopper.main.locator(".sum").get_by_role("link", name=shopper.say("To the basket")).click()
    expect(shopper.main.get_by_role("alert")).to_contain_text(gone)
    expect(shopper.main.get_by_role("link", name=shopper.say("Check out"))).to_have_count(0)
    expect(shopper.main.locator(".sum .total dd")).to_have_text(format_vnd(95_000 + 25_000))
    shopper.main.locator(".line", has_text=market.tea.title).get_by_role(
        "button", name=shopper.say("Remove")
    ).click()
    expect(shopper.main.locator("section.lot")).to_have_count(1)
    shopper.main.get_by_role("link", name=shopper.say("Check out")).click()
    # Everything that was answered is still there.
    expect(shopper.field("Your name")).to_have_value("Nguyễn Thị Lan")
    expect(shopper.field("Phone")).to_have_value("0912 345 678")
    expect(shopper.field("House number, lane, street or hamlet")).to_have_value("12 ngõ Gạch")
    shopper.button("Review the order").click()
    shopper.agree_and_order(95_000 + 25_000)
    assert Order.objects.get().total_incl_tax == 95_000 + 25_000


def test_a_form_with_mistakes_keeps_what_was_typed(market, new_shopper):
    shopper = new_shopper("en")
    shopper.accepts(422)
    shopper.open("catalogue:detail", market.tea.slug, market.tea.pk)
    shopper.put_into_basket(market.tea.title)
    shopper.open("checkout:index")
    shopper.field("Your name").fill("Nguyễn Thị Lan")
    shopper.field("Phone").fill("0912 34")
    shopper.field("E-mail").fill("lan at example.org")
    shopper.main.locator("#id_commune").fill("Vạn Phúc")
    shopper.button("Review the order").click()
    alert = shopper.main.get_by_role("alert")
    for words in (
        "This number lacks digits. Mobile numbers have 10 digits.",
        "This is not an e-mail address. One looks like name@example.org.",
        "Please choose the province or city.",
        "Please write where in the commune or ward you live.",
    ):
        expect(alert).to_contain_text(words)
    # Each error leads to its field.
    alert.get_by_role("link", name=re.compile("lacks digits")).click()
    expect(shopper.main.locator("#id_phone")).to_be_in_viewport()
    for name, value in {
        "name": "Nguyễn Thị Lan",
        "phone": "0912 34",
        "email": "lan at example.org",
        "commune": "Vạn Phúc",
    }.items():
        expect(shopper.main.locator(f"#id_{name}")).to_have_value(value)
