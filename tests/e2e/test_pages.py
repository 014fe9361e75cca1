"""Every kind of page, in both languages: axe, a narrow screen, targets for thumbs.

Each page is opened once and looked at in several widths and colours. Contrast does not depend on the
language: Vietnamese pages are checked light on a phone and dark at a desk, English ones the other way round.
"""

import datetime
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from django.contrib.auth.models import Group
from django.utils.translation import override
from django_tasks_db.models import DBTaskResult
from oscar.apps.order.models import Order
from playwright.sync_api import expect

from catalog.domain import listings
from catalog.domain.certify import extend, withdraw
from catalog.models import BannedWord, Product
from catalog.tasks import illustrate_products
from marketplace.core import clock
from marketplace.core.models import TaskWorker, User
from marketplace.core.roles import Role, TeamRole
from marketplace.core.tasks import outcomes
from marketplace.notifications.tasks import mail_order_received
from marketplace.payments.domain import books
from marketplace.reviews.domain import reviewing
from marketplace.sales.domain import fulfil, returns
from marketplace.sales.models import SellerOrder
from producers.domain import stall_pages
from producers.domain.bank_accounts import set_account
from producers.domain.points import close
from producers.links import invitation_token
from producers.models import StockRecord
from tests.e2e.market import make_pictured
from tests.e2e.shopper import Shopper
from tests.factories.catalog import (
    PASSWORD,
    make_certification,
    make_member,
    make_seller,
    make_user,
    make_variant,
)
from tests.factories.contact import deliver, make_return, make_sent_picture
from tests.factories.payments import come_in, make_payout, make_read_file, make_transfer
from tests.factories.points import make_point
from tests.factories.promotions import make_promotion
from tests.factories.reserved import basket_from_shelves, place
from tests.factories.reviews import make_notice, make_review
from tests.factories.sellers import (
    make_application,
    make_invitation,
    make_officer,
    make_paper,
    make_take_down,
)
from tests.factories.shelves import make_shelf
from tests.marketplace.sales.cases import buy
from tests.services.browser import DESKTOP, HEIGHTS, PHONE

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

LOOKS = {
    "vi": [(PHONE, "light"), (DESKTOP, "dark")],
    "en": [(PHONE, "dark"), (DESKTOP, "light")],
}
NARROW = 360
LEAST_TARGET = 44

# What a thumb must hit: the main buttons and what buys. Gives those that are too small.
SMALL_TARGETS = """least => [...document.querySelectorAll("main :is(.btn.main, .add, .qty button, a.open)")]
  .filter((element) => element.checkVisibility())
  .map((element) => [element, element.getBoundingClientRect()])
  .filter(([element, box]) => Math.round(box.width) < least || Math.round(box.height) < least)
  .map(([element, box]) => `${element.outerHTML.slice(0, 80)}: ${box.width} x ${box.height}`)"""
OVERFLOW = "[document.scrollingElement.scrollWidth, innerWidth]"


@dataclass
class Examiner:
    """Looks at the page that a shopper has open; faults are collected, all pages are seen."""

    shopper: Shopper
    axe: Callable
    subtests: pytest.Subtests

    def see(self, name: str) -> None:
        page = self.shopper.page
        for width, scheme in LOOKS[self.shopper.language]:
            with self.subtests.test(f"{name}, {width} px, {scheme}"):
                page.set_viewport_size({"width": width, "height": HEIGHTS[width]})
                page.emulate_media(color_scheme=scheme)
                self.axe(page)
                if width == PHONE:
                    assert page.evaluate(SMALL_TARGETS, LEAST_TARGET) == []
        with self.subtests.test(f"{name}, sideways"):
            page.set_viewport_size({"width": NARROW, "height": 740})
            content, screen = page.evaluate(OVERFLOW)
            assert content <= screen

    def open(self, name: str, address: str, status: int = 200) -> None:
        assert self.shopper.page.goto(address).status == status
        self.see(name)


@pytest.fixture(params=LOOKS)
def examiner(request, new_shopper, axe, subtests) -> Iterator[Examiner]:
    shopper = new_shopper(request.param, reduced_motion="reduce")
    shopper.accepts(404, 409, 422)
    return Examiner(shopper, axe, subtests)


# --- looking around
def products_by_status(market) -> dict[str, Product]:
    """One product in each state that a certification can have on 24 November 2026."""
    seller = market.tea_seller

    def product(title: str, **fields) -> Product:
        return make_pictured(title=title, seller=seller, **fields)

    expiring = product(
        "Trà sen Tây Hồ",
        title_en="West Lake lotus tea",
        certification={"issued_on": datetime.date(2024, 1, 5)},
    )
    extended = product("Miến dong", certification={"issued_on": datetime.date(2023, 11, 1)})
    extend(
        extended.certification,
        until=datetime.date(2027, 1, 31),
        decision="900/QĐ-UBND",
        reason="Đang đánh giá lại",
    )
    withdrawn = product("Rượu nếp", set_number=14)
    withdraw(
        withdrawn.certification, on=datetime.date(2026, 11, 1), decision="901/QĐ-UBND", reason="Minh hoạ"
    )
    again = product("Cốm làng Vòng", certification={"issued_on": None, "recognised_year": 2020})
    make_certification(again, stars=4)
    return {
        "valid": market.tea,
        "expiring": expiring,
        "extended": extended,
        "expired": product("Bún khô", certification={"issued_on": None, "recognised_year": 2021}),
        "unknown": product("Giò lụa", certification={"issued_on": None}),
        "unstated": product("Tương bần", stars=None),
        "withdrawn": withdrawn,
        "recognised again": again,
        "sold out": product("Bưởi Diễn", stock=0),
        "without producer": make_pictured(title="Hồng xiêm", producer=None, price=None),
        "not for sale": product("Rượu mơ", set_number=14),
    }


def test_pages_for_looking_around(market, examiner):
    products = products_by_status(market)
    shopper = examiner.shopper
    address = shopper.address
    products_page = address("catalogue:index")
    examiner.open("home", address("home"))
    examiner.open("list", f"{products_page}?stars=3&stars=4&price_min=1000")
    examiner.open("list without results", f"{products_page}?stars=5")
    examiner.open(
        "list of what lies around a point", f"{products_page}?near=21.59,105.84,500&price=50000-100000"
    )
    examiner.open("list with odd conditions", f"{products_page}?stars=9&price_min=abc")
    examiner.open("search", f"{address('search:search')}?q=mat ong")
    examiner.open("search with stalls", f"{address('search:search')}?q=hop tac xa")
    shopper.page.locator("#site-search").fill("che")
    expect(shopper.page.locator("#suggestions a").first).to_be_visible()
    shopper.page.locator("#site-search").press("ArrowDown")
    examiner.see("suggestions")
    examiner.open("search that can be loosened", f"{address('search:search')}?q=mat ong&stars=5&in_stock=1")
    examiner.open("ranking", address("search:ranking"))
    examiner.open("search without results", f"{address('search:search')}?q=không có gì")
    with override(shopper.language):
        category = market.tea.category.get_absolute_url()
    examiner.open("category", category)
    for status, product in products.items():
        examiner.open(f"product, {status}", address("catalogue:detail", product.slug, product.pk))
    examiner.open("stalls", address("stalls:index"))
    examiner.open("stalls without results", f"{address('stalls:index')}?q=zzz")
    examiner.open("stall", address("stalls:detail", market.tea_seller.slug))
    examiner.open("stall without products", address("stalls:detail", make_seller().slug))
    examiner.open("points, none", address("points:index"))
    point = make_point(hours=("08:00", "20:00"), operator="Hợp tác xã Mẫu", address="12 Trần Phú")
    closed = make_point(name="Điểm đã đóng")
    close(closed, on=clock.today() - datetime.timedelta(days=1), reason="Hết hạn thuê")
    make_point(seller={"region": market.ha_dong})
    examiner.open("points", address("points:index"))
    examiner.open("points of a province, the nearest first", f"{address('points:index')}?near=21.0,105.8")
    examiner.open("points without results", f"{address('points:index')}?q=zzz")
    examiner.open("point", address("points:detail", point.seller.slug))
    examiner.open("point that is closed", address("points:detail", closed.seller.slug))
    look_up(examiner, products)
    examiner.open("not found", address("home") + "khong-co/", 404)


def look_up(examiner, products):
    address = examiner.shopper.address
    examiner.open("look-up", address("certifications:index"))
    examiner.open("look-up of an unknown code", address("certifications:detail", "ABCDEFGHJK"), 404)
    for status in ("valid", "expired", "unknown", "unstated", "withdrawn"):
        code = products[status].certification.code
        examiner.open(f"look-up, {status}", address("certifications:detail", code))
    replaced = products["recognised again"].certifications.order_by("pk").first()
    examiner.open("look-up, superseded", address("certifications:detail", replaced.code))


# --- buying as a guest
def test_pages_for_buying(market, examiner):
    shopper = examiner.shopper
    examiner.open("basket, empty", shopper.address("basket:summary"))
    for product in (market.tea, market.honey):
        shopper.open("catalogue:detail", product.slug, product.pk)
        shopper.put_into_basket(product.title)
    examiner.see("product, added")
    examiner.open("basket", shopper.address("basket:summary"))
    basket_with_problems(examiner, market)
    examiner.open("checkout", shopper.address("checkout:index"))
    shopper.main.locator("details.invoice summary").click()
    examiner.see("checkout, invoices asked for")
    shopper.main.locator("#id_province").select_option(str(market.ha_dong.parent_id))
    shopper.main.locator("#id_commune").fill("Vạn Phúc")
    shopper.button("Review the order").click()
    expect(shopper.main.get_by_role("alert")).to_be_visible()
    examiner.see("checkout with errors")
    shopper.fill_in_checkout(market, email="lan@example.org")
    shopper.button("Review the order").click()
    expect(shopper.page).to_have_url(re.compile("/xem-lai/$"))
    examiner.see("review")
    review_with_change(examiner, market)
    shopper.agree_and_order(120_000 + 95_000 + 30_000 + 25_000)
    examiner.see("order, by link")
    shopper.main.get_by_role("link", name=shopper.say("Cancel this part")).first.click()
    examiner.see("cancelling a part")
    examiner.open("order, forged link", shopper.address("customer:guest-order", "100001", "x"), 404)


def basket_with_problems(examiner, market):
    shopper = examiner.shopper
    honey = StockRecord.objects.filter(product=market.honey)
    honey.update(num_in_stock=0)
    Product.objects.filter(pk=market.tea.pk).update(is_public=False)
    examiner.open("basket with problems", shopper.address("basket:summary"))
    honey.update(num_in_stock=10)
    Product.objects.filter(pk=market.tea.pk).update(is_public=True)


def review_with_change(examiner, market):
    """The page that tells of another price; the price goes back with the second confirmation."""
    shopper = examiner.shopper
    tea = StockRecord.objects.filter(product=market.tea)
    tea.update(price=130_000)
    shopper.main.locator("#id_terms").check()
    shopper.main.locator("form.checkout .main").click()
    expect(shopper.main.get_by_role("alert")).to_be_visible()
    examiner.see("review with a change")
    tea.update(price=120_000)
    shopper.open("checkout:review")


# --- accounts and the desk
def test_pages_of_accounts(market, examiner):
    shopper = examiner.shopper
    address = shopper.address
    examiner.open("log in", address("customer:login"))
    shopper.button("Log in").click()
    expect(shopper.main.get_by_role("alert")).to_be_visible()
    examiner.see("log in with errors")
    examiner.open("register", address("customer:register"))
    examiner.open("password forgotten", address("customer:password-reset"))
    examiner.open("link sent", address("customer:password-reset-done"))
    examiner.open("dead link", address("customer:password-reset-confirm", "MQ", "set-x"), 404)
    person = make_user(first_name="Lan", phone="+84912345678", language=shopper.language)
    shopper.log_in(person.email, to=address("customer:summary"))
    examiner.see("account, new")
    examiner.open("orders, none", address("customer:orders"))
    examiner.open("addresses, none", address("customer:addresses"))
    examiner.open("address", address("customer:address-add"))
    shopper.main.locator("#id_name").fill("Nguyễn Thị Lan")
    shopper.main.locator("#id_phone").fill("0912 345 678")
    shopper.fill_in_place(market.ha_dong)
    shopper.button("Save").click()
    examiner.see("addresses")
    examiner.open("deleting an address", address("customer:address-delete", person.addresses.get().pk))
    examiner.open("profile", address("customer:profile"))
    examiner.open("password", address("customer:change-password"))
    shopper.open("catalogue:detail", market.tea.slug, market.tea.pk)
    shopper.put_into_basket(market.tea.title)
    examiner.open("checkout with an address book", address("checkout:index"))
    shopper.button("Review the order").click()
    shopper.agree_and_order(150_000)
    examiner.see("order, by account")
    examiner.open("account", address("customer:summary"))
    examiner.open("orders", address("customer:orders"))
    examiner.open("notices, none", address("customer:notices"))
    make_notice(person, kind="review_invitation", facts={"order": "1", "seller": "Hợp tác xã Mẫu"})
    examiner.open("notices", address("customer:notices"))
    examiner.open("ways of notices", address("customer:notice-choices"))
    order = person.orders.get()
    line = order.seller_orders.get().lines.get()
    examiner.open("review, too early", address("customer:order-review", order.number, line.pk), 409)
    SellerOrder.objects.update(state=SellerOrder.State.DELIVERED)
    examiner.open("order to review", address("customer:order", order.number))
    examiner.open("order, invoices", address("customer:order-invoices", order.number))
    examiner.open("review", address("customer:order-review", order.number, line.pk))
    shopper.button("Publish the review").click()
    expect(shopper.main.get_by_role("alert")).to_be_visible()
    examiner.see("review with errors")
    review_page(examiner, market)


def review_page(examiner, market):
    """The product with its reviews, and all of them."""
    address = examiner.shopper.address
    for rating in (5, 4, 3, 5):
        review = make_review(market.tea, rating=rating)
    reviewing.answer(review, actor=market.owner, text="Cảm ơn bạn.")
    examiner.open("product, reviewed", address("catalogue:detail", market.tea.slug, market.tea.pk))
    examiner.open("reviews", address("catalogue:reviews", market.tea.slug, market.tea.pk))
    examiner.open("reviews, none", address("catalogue:reviews", market.honey.slug, market.honey.pk))


def test_pages_of_reviews_at_the_desks(market, examiner):
    shopper = examiner.shopper
    address = shopper.address
    shopper.log_in(market.owner.email, to=address("producer_desk:reviews"))
    examiner.see("desk, no reviews")
    review = make_review(market.tea)
    make_notice(market.owner, seller=market.tea_seller)
    examiner.open("desk, reviews", address("producer_desk:reviews"))
    examiner.open("desk, review", address("producer_desk:review", review.pk))
    shopper.main.get_by_role("button", name=shopper.say("Publish the answer")).click()
    expect(shopper.main.get_by_role("alert")).to_be_visible()
    examiner.see("desk, review with an error")
    examiner.open("desk, notices", address("producer_desk:notices"))
    office = make_user(language=shopper.language)
    office.groups.add(Group.objects.get_or_create(name=Role.OFFICE)[0])
    shopper.page.context.clear_cookies()
    shopper.log_in(office.email, to=address("office_desk:reviews"))
    examiner.see("office, reviews")
    examiner.open("office, review", address("office_desk:review", review.pk))
    shopper.button("Hide the review").click()
    expect(shopper.main.get_by_role("alert")).to_be_visible()
    examiner.see("office, review with an error")


def test_pages_of_the_desk(market, examiner, new_shopper):
    shopper = examiner.shopper
    address = shopper.address
    shopper.log_in(market.owner.email, to=address("producer_desk:index"))
    examiner.see("desk, no orders")
    guest = new_shopper()
    guest.reach_review(market)
    guest.agree_and_order(120_000 + 95_000 + 30_000 + 25_000)
    examiner.open("desk", address("producer_desk:index"))
    examiner.open("desk, filtered", f"{address('producer_desk:index')}?first=2026-11-30&last=2026-11-01", 422)
    examiner.open("desk, nothing to pack", address("producer_desk:packing"))
    examiner.open("desk, nothing to hand over", address("producer_desk:handovers"))
    for name in ("data", "events", "livestreams", "livestream-new", "stories", "story-new"):
        examiner.open(f"desk, {name}", address(f"producer_desk:{name}"))
    part = Order.objects.get().seller_orders.get(seller=market.tea_seller)
    examiner.open("desk, order", address("producer_desk:order", part.number))
    shopper.button("Cancel order").click()
    expect(shopper.main.get_by_role("alert")).to_be_visible()
    examiner.see("desk, order with an error")
    part.refresh_from_db()
    assert part.state == SellerOrder.State.PENDING
    fulfil.confirm(part, actor=None)
    examiner.open("desk, to pack", address("producer_desk:packing"))
    fulfil.pack(part, actor=None)
    examiner.open("desk, to hand over", address("producer_desk:handovers"))
    shopper.page.locator("input[name=order]").check()
    shopper.main.locator("form.handover button").click()
    examiner.see("desk, handed over")
    foreign = Order.objects.get().seller_orders.get(seller=market.honey_seller)
    examiner.open("desk, another seller's order", address("producer_desk:order", foreign.number), 404)


def test_pages_of_a_stall_its_money_and_its_numbers(market, examiner):
    shopper, address = examiner.shopper, examiner.shopper.address
    seller, owner = market.tea_seller, market.owner
    buy(market.tea)
    shopper.log_in(owner.email, to=address("producer_desk:money"))
    examiner.see("desk, money")
    examiner.open("desk, money of no days", f"{address('producer_desk:money')}?first=2026-13-01", 422)
    examiner.open("desk, no account", address("producer_desk:account"))
    set_account(seller, actor=owner, bank_code="970436", number="00110045", holder="X", is_other_name=True)
    examiner.open("desk, account", address("producer_desk:account"))
    order = buy(market.tea, method="vietqr")[0]
    come_in(order.payments.get(), 1_000_000)
    transfer = make_transfer(seller)
    make_payout(seller)
    for name, args in (
        ("transfers", ()),
        ("transfer", (transfer.pk,)),
        ("transfer-note", (order.number,)),
        ("refunds-owed", ()),
        ("money-files", ()),
        ("money-file", (make_read_file(seller).pk,)),
        ("bank-keys", ()),
        ("promotions", ()),
        ("promotion-new", ()),
        ("promotion", (make_promotion(seller, code="CHE10").pk,)),
        ("months", ()),
        ("month", (clock.today().year, clock.today().month)),
        ("vat", ()),
        ("invoice", (order.number,)),
    ):
        examiner.open(f"desk, {name}", address(f"producer_desk:{name}", *args))
    examiner.open("desk, payouts", f"{address('producer_desk:payouts')}?state=unknown")
    examiner.open("desk, numbers", address("producer_desk:numbers"))
    examiner.open("desk, no stall page", address("producer_desk:stall"))
    for kind in ("text", "picture", "video", "milestones"):
        shopper.main.locator(f"button[value='add:{kind}']").click()
    examiner.see("desk, stall page")
    shopper.main.locator("button[value=publish]").click()
    expect(shopper.main.get_by_role("alert")).to_be_visible()
    examiner.see("desk, stall page with errors")
    today = clock.today()
    stall_pages.pause(seller, actor=owner, first=today, last=today, words="Đi hội chợ.")
    examiner.open("stall, preview", address("stalls:preview", seller.slug))
    examiner.open(
        "product of a stall that pauses", address("catalogue:detail", market.tea.slug, market.tea.pk)
    )


def test_pages_of_products_at_the_desk(market, examiner):
    shopper, address = examiner.shopper, examiner.shopper.address
    tea, owner = market.tea, market.owner
    variant = make_variant(tea, price=400_000)
    make_variant(tea, "100 g", price=70_000, stock=0)
    examiner.open("products, one in several packs", address("catalogue:index"))
    examiner.open("product, packs to choose from", address("catalogue:detail", tea.slug, tea.pk))
    shopper.log_in(owner.email, to=address("producer_desk:products"))
    examiner.see("desk, products")
    examiner.open("desk, no products found", f"{address('producer_desk:products')}?q=zzz")
    examiner.open("desk, new product", address("producer_desk:product-new"))
    examiner.open("desk, product of a set", f"{address('producer_desk:product-new')}?set=11")
    shopper.main.locator("form button[value=save]").click()
    expect(shopper.main.get_by_role("alert")).to_be_visible()
    examiner.see("desk, product with errors")
    listings.submit(tea, actor=owner, changes={"title": "Chè nõn"})
    for name, args in (
        ("product", (tea.pk,)),
        ("product-pictures", (tea.pk,)),
        ("product-variants", (tea.pk,)),
        ("product-variant", (tea.pk, variant.pk)),
        ("product-pack", (tea.pk,)),
        ("product-sheet", ()),
        ("product-table", ()),
    ):
        examiner.open(f"desk, {name}", address(f"producer_desk:{name}", *args))
    shopper.main.locator(f"input[name=price_{tea.pk}]").fill("0")
    shopper.main.locator("form[method=post] button").click()
    expect(shopper.main.get_by_role("alert")).to_be_visible()
    examiner.see("desk, table with a bad row")


def test_pages_of_the_system_desk(market, examiner):
    shopper = examiner.shopper
    administrator = User.objects.create_superuser("quan-tri@example.org", PASSWORD)
    address = shopper.address("system_desk:tasks")
    shopper.log_in(administrator.email, to=address)
    examiner.see("tasks, none and no worker")
    mail_order_received.enqueue(0)
    illustrate_products.enqueue(list(range(100, 140)))
    row = DBTaskResult.objects.ready().get(task_path=mail_order_received.module_path)
    row.claim("w1")
    examiner.open("tasks, running", f"{address}?state=running")
    outcomes.fail(row, ConnectionRefusedError("x" * 200))
    examiner.open("tasks, waiting", f"{address}?state=waiting")
    DBTaskResult.objects.update(status="FAILED", finished_at=clock.now())
    now = clock.now()
    TaskWorker.objects.create(worker_id="w1", host="may-1", process=1, started_at=now, seen_at=now)
    examiner.open("tasks, failed", address)
    shopper.main.locator("details.trace summary").click()
    examiner.see("tasks, failed, opened")
    shopper.main.locator(".taskrow .btn").first.click()
    examiner.see("tasks, one tried again")
    examiner.open("account of an administrator", shopper.address("customer:summary"))


def test_pages_of_becoming_a_seller(market, examiner):
    shopper = examiner.shopper
    address = shopper.address
    person = make_user(first_name="Lan", language=shopper.language)
    shopper.log_in(person.email, to=address("producer_desk:applications"))
    examiner.see("becoming a seller")
    application = make_application(applicant=person, sent=False, legal_form="household")
    make_paper(application, number="12/ATTP")
    for step in ("loai", "danh-tinh", "lien-he", "tai-khoan", "giay-to", "gui"):
        examiner.open(f"application, {step}", address("producer_desk:application-step", application.pk, step))
    shopper.main.locator("form .btn.main").click()
    expect(shopper.main.get_by_role("alert")).to_be_visible()
    examiner.see("application, terms not agreed to")
    examiner.open("application, draft", address("producer_desk:application", application.pk))
    sent = make_application(applicant=person)
    examiner.open("application, sent", address("producer_desk:application", sent.pk))
    examiner.open("applications", address("producer_desk:applications"))


def test_pages_of_a_team(market, examiner):
    shopper = examiner.shopper
    address = shopper.address
    make_member(market.tea_seller, TeamRole.PACKER)
    invitation = make_invitation(market.tea_seller, actor=market.owner)
    link = address("producer_desk:invitation", invitation.pk, invitation_token(invitation))
    examiner.open("invitation", link)
    examiner.open("invitation, forged", f"{link[:-4]}xyz/", 404)
    shopper.log_in(market.owner.email, to=address("producer_desk:team"))
    examiner.see("team")
    shopper.main.get_by_role("button", name=shopper.say("Invite"), exact=True).click()
    expect(shopper.main.get_by_role("alert")).to_be_visible()
    examiner.see("team with errors")
    examiner.open("invitation of a member", link)


def test_pages_of_a_point_of_sale(market, examiner):
    shopper = examiner.shopper
    point = make_point(operator="Quầy OCOP")
    account = {"bank_code": "970436", "number": "0011001234567", "holder": "QUAY OCOP"}
    set_account(point.seller, actor=make_user(), **account)
    record = make_shelf(point=point, product=market.tea, expires_on=clock.today())
    order = place(basket_from_shelves((record, 2)), token="1").seller_orders.get()
    held = point.reservations.get(reference=order.number)
    manager = make_member(point.seller, TeamRole.MANAGER)
    User.objects.filter(pk=manager.pk).update(language=shopper.language)

    def address(name: str, *args) -> str:
        return shopper.address(f"point_desk:{name}", point.seller.slug, *args)

    shopper.log_in(manager.email, to=address("today"))
    examiner.see("point, today")
    for name, args in (
        ("account", ()),
        ("vat", ()),
        ("shelf", ()),
        ("record", (record.pk,)),
        ("pickup", (held.code,)),
    ):
        examiner.open(f"point, {name}", address(name, *args))
    for fold in shopper.main.locator("summary").all():
        fold.click()
    shopper.main.locator("[value=fewer]").click()
    expect(shopper.main.get_by_role("alert").first).to_be_visible()
    examiner.see("point, pickup with errors")
    shopper.page.goto(address("sell"))
    shopper.main.locator("#code").fill(market.tea.title)
    shopper.main.locator("#code").press("Enter")
    shopper.main.locator("summary").click()
    examiner.see("point, bill with a code")


def test_pages_of_the_office(market, examiner):
    shopper = examiner.shopper
    address = shopper.address
    application = make_application()
    BannedWord.objects.create(word="thần dược")
    check = listings.submit(market.tea, actor=None, changes={"title": "Chè thần dược"})
    listings.submit(market.honey, actor=None, changes={"title": "Mật ong hoa nhãn"})
    make_take_down(market.tea)
    officer = make_officer()
    User.objects.filter(pk=officer.pk).update(language=shopper.language)
    shopper.log_in(officer.email, to=address("office_desk:index"))
    examiner.see("office")
    for name, args in (
        ("promotions", ()),
        ("promotion-new", ()),
        ("promotion", (make_promotion(code="CHE10", limit=5).pk,)),
        ("orders", ()),
        ("applications", ()),
        ("application", (application.pk,)),
        ("listings", ()),
        ("listing", (check.pk,)),
        ("words", ()),
        ("clearances", ()),
        ("measures", ()),
        ("measure-new", ("dung",)),
        ("points", ()),
    ):
        examiner.open(f"office, {name}", address(f"office_desk:{name}", *args))
    examiner.open("office, search", f"{address('office_desk:measure-new', 'go')}?q=a")
    examiner.open("office, order", f"{address('office_desk:measure-new', 'go')}?about={market.tea.pk}")
    shopper.main.locator("form .btn.main").click()
    expect(shopper.main.get_by_role("alert")).to_be_visible()
    examiner.see("office, order with errors")


def test_pages_of_the_office_about_orders_and_money(market, examiner):
    shopper, address = examiner.shopper, examiner.shopper.address
    order = buy((market.tea, 2))[0]
    sent_back = make_return(deliver(buy(market.tea)[0]))
    make_sent_picture(sent_back)
    officer = make_officer()
    User.objects.filter(pk=officer.pk).update(language=shopper.language)
    shopper.log_in(officer.email, to=address("office_desk:months"))
    examiner.see("office, months")
    examiner.open("office, month", address("office_desk:month", clock.today().year, clock.today().month))
    examiner.open("office, order found", f"{address('office_desk:orders')}?q={order.number}")
    examiner.open("office, order of a buyer", address("office_desk:order", order.number))
    for words, context in (("Cancel this part", "seller"), ("Cancel the order", None)):
        shopper.button(words, context).click()
        expect(shopper.main.get_by_role("alert")).to_be_visible()
        examiner.see(f"office, {words.lower()}, with an error")
    books.take_in(order.payments.get(), 1_000_000, actor=None)
    examiner.open("office, refunds owed", address("office_desk:refunds-owed"))
    examiner.open("office, returns", f"{address('office_desk:returns')}?state=open")
    examiner.open("office, return", address("office_desk:return", sent_back.pk))
    shopper.button("Decide the refund").click()
    expect(shopper.main.get_by_role("alert").last).to_be_visible()
    examiner.see("office, return with an error")
    returns.decide(sent_back, actor=officer, amount=50_000, note="Người bán không trả lời")
    examiner.open("office, return decided", address("office_desk:return", sent_back.pk))
