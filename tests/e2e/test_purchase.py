"""The main job of the shop in a real browser: a guest buys from two sellers, one of them takes the order."""

import re

import pytest
from django.core import mail
from oscar.apps.order.models import Order
from playwright.sync_api import expect

from marketplace.core.money import format_vnd
from marketplace.sales.models import SellerOrder
from tests.services.browser import DESKTOP, PHONE
from tests.tasks import run_tasks

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

GOODS_TEA, GOODS_HONEY, DELIVERY = 2 * 120_000, 95_000, 30_000 + 25_000
TOTAL = GOODS_TEA + GOODS_HONEY + DELIVERY


@pytest.mark.parametrize(
    ("language", "width", "javascript"),
    [
        ("vi", PHONE, True),
        ("vi", DESKTOP, True),
        ("en", PHONE, True),
        ("en", DESKTOP, True),
        ("vi", PHONE, False),
    ],
    ids=["vi-phone", "vi-desktop", "en-phone", "en-desktop", "vi-phone-without-javascript"],
)
def test_a_guest_buys_from_two_sellers(market, new_shopper, language, width, javascript):
    guest = new_shopper(language, width=width, javascript=javascript)
    guest.look_for_tea(market)
    read_certification(guest)
    guest.put_into_basket(market.tea.title, more=1)
    find_honey(guest, market)
    guest.put_into_basket(market.honey.title)
    check_basket(guest, market)
    check_out(guest, market)
    review(guest, market)
    guest.agree_and_order(TOTAL)
    order = check_order_page(guest)
    check_confirmation(guest)
    check_first_mails(guest, market, order)
    confirm_as_owner(new_shopper(language, width=width, javascript=javascript), market, order)
    check_confirmed(guest, order)


def read_certification(guest):
    """Badge beside the title, and the box that says where the stars come from."""
    line = guest.main.locator("a.certline")
    expect(line).to_contain_text(guest.say("OCOP %(stars)s stars", stars=4))
    line.click()
    box = guest.main.locator("#certification")
    expect(box).to_be_in_viewport()
    expect(box.get_by_role("heading").first).to_have_text(
        guest.say("OCOP certification, %(stars)s stars", stars=4)
    )
    expect(box).to_contain_text("813/QĐ-UBND")
    expect(box).to_contain_text({"vi": "03/03/2028", "en": "3 March 2028"}[guest.language])


def find_honey(guest, market):
    """Typed without marks, as many do on a phone."""
    guest.search("mat ong bac ha")
    results = guest.main.locator(".grid .card")
    expect(results).to_have_count(1)
    results.get_by_role("link", name=market.honey.title).click()
    expect(guest.main.get_by_role("heading", level=1)).to_have_text(market.honey.title)


def check_basket(guest, market):
    if guest.scripted:
        # The links of the header are drawn anew when the basket changes.
        expect(guest.page.locator("#me .count")).to_have_text("3")
    guest.page.locator("header.top").get_by_role("link", name=guest.say("Your basket")).click()
    heading = {"vi": "Giỏ hàng", "en": "Your basket"}[guest.language]
    expect(guest.main.get_by_role("heading", level=1)).to_have_text(heading)
    lots = guest.main.locator("section.lot")
    expect(lots).to_have_count(2)
    expect(lots.nth(0).get_by_role("heading")).to_have_text(market.tea_seller.name)
    expect(lots.nth(1).get_by_role("heading")).to_have_text(market.honey_seller.name)
    expect(lots.nth(0).locator("footer .part")).to_contain_text(format_vnd(GOODS_TEA + 30_000))
    expect(lots.nth(1).locator("footer .part")).to_contain_text(format_vnd(GOODS_HONEY + 25_000))
    expect(guest.main.locator(".sum .total dd")).to_have_text(format_vnd(TOTAL))
    if guest.scripted:
        expect(guest.page.locator("#me .count")).to_have_text("3")


def check_out(guest, market):
    guest.main.get_by_role("link", name=guest.say("Check out")).click()
    guest.fill_in_checkout(market, email="lan@example.org", note="Gọi trước khi giao")
    if not guest.scripted:
        guest.accepts(422)
    guest.button("Review the order").click()
    if not guest.scripted:
        # The server asks back what the former name means, and everything that was typed is still there.
        guest.choose_commune(market.ha_dong)
        expect(guest.field("Phone")).to_have_value("0912 345 678")
        guest.button("Review the order").click()
    expect(guest.main.get_by_role("heading", level=1)).to_have_text(guest.say("Review your order"))


def review(guest, market):
    """Who sells, what, for how much, where to: all of it before the contract."""
    expect(guest.main).to_contain_text("0912 345 678")
    expect(guest.main).to_contain_text("Phường Hà Đông, Thành phố Hà Nội")
    tea, honey = (guest.main.locator("section.contract").nth(place) for place in (0, 1))
    expect(tea.get_by_role("heading")).to_have_text(market.tea_seller.name)
    for known in (
        market.tea_seller.registered_address,
        market.tea_seller.business_code,
        "Gọi trước khi giao",
    ):
        expect(tea).to_contain_text(known)
    expect(tea.locator("tr.total")).to_contain_text(format_vnd(GOODS_TEA + 30_000))
    expect(honey.get_by_role("heading")).to_have_text(market.honey_seller.name)
    expect(honey).to_contain_text(guest.say("What is not named here the seller has not stated yet."))
    expect(honey.locator("tr.total")).to_contain_text(format_vnd(GOODS_HONEY + 25_000))
    expect(guest.main.locator(".sum .total dd")).to_have_text(format_vnd(TOTAL))
    assert Order.objects.count() == 0


def check_order_page(guest) -> Order:
    order = Order.objects.get()
    expect(guest.main).to_contain_text(order.number)
    parcels = guest.main.locator("section.parcel:has(.bought)")
    expect(parcels).to_have_count(2)
    expect(guest.main.locator("section.parcel").last).to_contain_text(format_vnd(TOTAL))
    assert order.total_incl_tax == TOTAL
    assert [part.total for part in order.seller_orders.order_by("pk")] == [
        GOODS_TEA + 30_000,
        GOODS_HONEY + 25_000,
    ]
    return order


def check_confirmation(guest):
    with guest.page.expect_download() as started:
        guest.main.get_by_role("link", name=guest.say("Download the confirmation")).click()
    assert started.value.suggested_filename.endswith(".pdf")
    assert started.value.path().read_bytes().startswith(b"%PDF-")


def check_first_mails(guest, market, order):
    """To the buyer and to the team of the one seller that has one, each with a link that is theirs."""
    assert mail.outbox == []
    run_tasks()
    letters = {letter.to[0]: letter for letter in mail.outbox}
    assert sorted(letters) == sorted(["lan@example.org", market.owner.email])
    assert order.number in letters["lan@example.org"].subject
    assert re.search(rf"/tai-khoan/don-hang/{order.number}/\S+/", letters["lan@example.org"].body)
    mail.outbox.clear()


def confirm_as_owner(owner, market, order):
    part = order.seller_orders.get(seller=market.tea_seller)
    owner.log_in(market.owner.email, to=owner.address("producer_desk:index"))
    rows = owner.main.locator("article.row")
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text(format_vnd(GOODS_TEA + 30_000))
    rows.get_by_role("link", name=part.number, exact=True).click()
    expect(owner.main).to_contain_text("Nguyễn Thị Lan")
    expect(owner.main).to_contain_text("Gọi trước khi giao")
    expect(owner.main).not_to_contain_text(market.honey.title)
    owner.button("Confirm order").click()
    expect(owner.main.locator(".messages")).to_contain_text(part.number)
    part.refresh_from_db()
    assert part.state == SellerOrder.State.CONFIRMED


def check_confirmed(guest, order):
    run_tasks()
    assert [letter.to for letter in mail.outbox] == [["lan@example.org"]]
    guest.page.reload()
    parcels = guest.main.locator("section.parcel:has(.bought)")
    states = [
        guest.say(SellerOrder.State(state).label)
        for state in (SellerOrder.State.CONFIRMED, SellerOrder.State.PENDING)
    ]
    expect(parcels.locator("header .state")).to_have_text(states)
