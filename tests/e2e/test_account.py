"""A buyer with an account: registers, keeps an address, orders, looks back, cancels a part."""

import re

import pytest
from oscar.apps.order.models import Order
from playwright.sync_api import expect

from marketplace.core.models import User
from marketplace.core.money import format_vnd
from marketplace.sales.models import SellerOrder
from producers.models import StockRecord
from tests.services.browser import PHONE

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

EMAIL, PASSWORD = "lan@example.org", "chè xanh buổi sáng"
TOTAL = 120_000 + 95_000 + 30_000 + 25_000


def test_a_buyer_with_an_account(market, new_shopper):
    buyer = new_shopper(width=PHONE)
    register(buyer)
    log_in_again(buyer)
    save_address(buyer, market)
    order = buy(buyer, market)
    find_in_history(buyer, order)
    cancel_tea(buyer, market, order)


def register(buyer):
    buyer.accepts(422)
    buyer.open("customer:register")
    buyer.main.locator("#id_name").fill("Nguyễn Thị Lan")
    buyer.main.locator("#id_email").fill(EMAIL)
    buyer.main.locator("#id_password").fill("12345678")
    buyer.main.locator("#id_consent").check()
    buyer.button("Register").click()
    # A weak password is refused, the rest need not be typed again.
    expect(buyer.main.get_by_role("alert")).to_be_visible()
    expect(buyer.main.locator("#id_name")).to_have_value("Nguyễn Thị Lan")
    expect(buyer.main.locator("#id_email")).to_have_value(EMAIL)
    buyer.main.locator("#id_password").fill(PASSWORD)
    buyer.button("Register").click()
    expect(buyer.main.locator(".messages")).to_contain_text(buyer.say("Your account is ready."))
    assert User.objects.get(email=EMAIL).language == "vi"


def log_in_again(buyer):
    buyer.open("customer:summary")
    buyer.button("Log out").click()
    expect(buyer.main.locator(".messages")).to_contain_text(buyer.say("You are logged out."))
    buyer.open("customer:summary")
    expect(buyer.page).to_have_url(re.compile("/dang-nhap/"))
    buyer.main.locator("#id_email").fill(EMAIL)
    buyer.main.locator("#id_password").fill("something else")
    buyer.button("Log in").click()
    expect(buyer.main.get_by_role("alert")).to_be_visible()
    expect(buyer.main.locator("#id_email")).to_have_value(EMAIL)
    buyer.main.locator("#id_password").fill(PASSWORD)
    buyer.button("Log in").click()
    expect(buyer.page).to_have_url(re.compile("/tai-khoan/$"))


def save_address(buyer, market):
    buyer.open("customer:address-add")
    buyer.main.locator("#id_name").fill("Nguyễn Thị Lan")
    buyer.main.locator("#id_phone").fill("0912 345 678")
    buyer.fill_in_place(market.ha_dong)
    buyer.button("Save").click()
    expect(buyer.main.locator("address")).to_contain_text("Phường Hà Đông, Thành phố Hà Nội")


def buy(buyer, market) -> Order:
    for product in (market.tea, market.honey):
        buyer.open("catalogue:detail", product.slug, product.pk)
        buyer.put_into_basket(product.title)
    buyer.open("checkout:index")
    expect(buyer.field("Your name")).to_have_value("Nguyễn Thị Lan")
    expect(buyer.field("E-mail")).to_have_value(EMAIL)
    expect(buyer.main.locator("input[name=saved]").first).to_be_checked()
    buyer.field("Phone").fill("0912.345.678")
    buyer.button("Review the order").click()
    expect(buyer.main).to_contain_text("12 ngõ Gạch")
    buyer.agree_and_order(TOTAL)
    order = Order.objects.get()
    assert order.user.email == EMAIL
    expect(buyer.page).to_have_url(re.compile(f"/tai-khoan/don-hang/{order.number}/$"))
    return order


def find_in_history(buyer, order):
    buyer.open("customer:orders")
    rows = buyer.main.locator("article.order")
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text(format_vnd(TOTAL))
    rows.get_by_role("link").click()
    expect(buyer.main.locator("section.parcel:has(.bought)")).to_have_count(2)


def cancel_tea(buyer, market, order):
    shelf = StockRecord.objects.get(product=market.tea)
    assert (shelf.num_in_stock, shelf.num_allocated) == (10, 1)
    parcel = buyer.main.locator("section.parcel", has_text=market.tea_seller.name)
    parcel.get_by_role("link", name=buyer.say("Cancel this part")).click()
    buyer.field("Reason").fill("Đặt nhầm")
    buyer.button("Cancel this part").click()
    expect(buyer.main.locator(".messages")).to_contain_text(market.tea_seller.name)
    states = {part.seller_id: part.state for part in order.seller_orders.all()}
    assert states == {
        market.tea_seller.pk: SellerOrder.State.CANCELLED,
        market.honey_seller.pk: SellerOrder.State.PENDING,
    }
    shelf.refresh_from_db()
    assert (shelf.num_in_stock, shelf.num_allocated) == (10, 0)
    expect(parcel.get_by_role("link", name=buyer.say("Cancel this part"))).to_have_count(0)
    expect(buyer.main.get_by_role("link", name=buyer.say("Cancel this part"))).to_have_count(1)
