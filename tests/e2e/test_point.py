"""A day of a point of sale on a phone: goods come, the network goes, and the shelf is right in the end."""

import pytest
from playwright.sync_api import expect

from marketplace.core import clock
from marketplace.core.money import format_vnd
from marketplace.core.roles import TeamRole
from producers.domain.bank_accounts import set_account
from producers.domain.stock import Shelf, shelf_by_movements
from producers.models import PointAct, Reservation, StockRecord
from tests.factories.catalog import make_member, make_user
from tests.factories.points import make_point
from tests.factories.shelves import bring, make_shelf

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

PHONE = 390
PRICE = 150_000
WITHOUT_NETWORK = "Failed to load resource: net::ERR_"
#: The browser looks for a newer service worker, also without network or while the page is closed.
WITHOUT_SCRIPT = "An unknown error occurred when fetching the script."


@pytest.mark.parametrize("language", ["vi", "en"])
def test_ten_come_two_are_reserved_three_are_sold_without_network_and_every_page_agrees(
    market, new_shopper, axe, language
):
    point = make_point(name="Điểm Tây Hồ", address="12 Xuân La", seller={"region": market.ha_dong})
    clerk, buyer = new_shopper(language, width=PHONE), new_shopper(language, width=PHONE)
    email = make_member(point.seller, TeamRole.CLERK).email
    clerk.log_in(email, to=clerk.address("point_desk:today", point.seller.slug))
    receive(clerk, market.tea, point, axe)
    reserve_two(buyer, market, axe)
    held = Reservation.objects.get()
    allow_device(clerk, point, axe)
    go_offline(clerk, market.tea)
    sell(clerk, market.tea, pieces=3)
    axe(clerk.page)
    come_back(clerk, sent=1)
    hand_over(clerk, held, axe)
    come_back(clerk, sent=2)

    record = StockRecord.objects.get(partner=point.seller)
    assert (record.num_in_stock, record.num_allocated) == (5, 0)
    assert shelf_by_movements(record) == Shelf(in_stock=5, allocated=0)
    assert record.batches.get().quantity_left == 5
    assert sum(act.amount for act in PointAct.objects.filter(kind__in=["sale", "pickup"])) == 5 * PRICE
    for_the_clerk_five_are_left(clerk, point, market.tea)
    for_the_buyer_the_order_is_collected_and_more_are_there(buyer, point, market.tea)


def reserve_two(buyer, market, axe) -> None:
    """From the product's page to the pick-up code; the buyer stays on the page of the order."""
    buyer.open("catalogue:detail", market.tea.slug, market.tea.pk)
    buyer.page.locator("#where-title").scroll_into_view_if_needed()
    offer = buyer.page.locator("#where .shelf-offer")
    expect(offer).to_contain_text(buyer.say("In stock"))
    axe(buyer.page)
    offer.locator("button[data-step='1']").click()
    offer.get_by_role("button", name=buyer.say("Reserve here")).click()
    expect(buyer.page.locator("#toast")).to_contain_text(
        buyer.say("%(title)s is in your basket.", title=market.tea.title)
    )
    buyer.open("checkout:index")
    expect(buyer.page.locator("[name=street]")).to_have_count(0)
    buyer.page.locator("main [name=name]").fill("Nguyễn Thị Lan")
    buyer.page.locator("main [name=phone]").fill("0912 345 678")
    buyer.page.locator("form.checkout .btn.main").click()
    buyer.page.locator("#id_terms").check()
    buyer.page.locator("form.checkout .btn.main").click()
    expect(buyer.page.locator(".pickup")).to_contain_text(Reservation.objects.get().code[:5])
    axe(buyer.page)


def for_the_clerk_five_are_left(clerk, point, tea) -> None:
    clerk.open("point_desk:shelf", point.seller.slug)
    row = clerk.main.locator("tbody tr", has_text=tea.title)
    expect(row.locator("td.num")).to_have_text([format_vnd(PRICE), "5", "5"])
    clerk.open("point_desk:today", point.seller.slug)
    expect(clerk.main.locator("section[aria-labelledby=held] li")).to_have_count(0)
    clerk.open("point_desk:book", point.seller.slug)
    expect(clerk.main).to_contain_text(format_vnd(3 * PRICE))
    expect(clerk.main).to_contain_text(format_vnd(2 * PRICE))


def for_the_buyer_the_order_is_collected_and_more_are_there(buyer, point, tea) -> None:
    buyer.page.reload()
    expect(buyer.main).to_contain_text(buyer.say("Collected"))
    few = buyer.say("A few left")
    buyer.open("catalogue:detail", tea.slug, tea.pk)
    buyer.page.locator("#where-title").scroll_into_view_if_needed()
    expect(buyer.page.locator("#where .shelf-offer")).to_contain_text(few)
    buyer.page.goto(buyer.address("points:detail", point.seller.slug))
    expect(buyer.main.locator("article.card", has_text=tea.title)).to_contain_text(few)


def test_all_that_happens_to_a_shelf_is_kept_without_network(market, new_shopper, axe):
    point = make_point(operator="Quầy OCOP")
    account = {"bank_code": "970436", "number": "0011001234567", "holder": "QUAY OCOP"}
    set_account(point.seller, actor=make_user(), **account)
    record = make_shelf(point=point, product=market.tea, price=PRICE)
    soon = bring(point, market.tea, 4, expires_on=clock.today()).batches.get()
    clerk = new_shopper("vi", width=PHONE)
    email = make_member(point.seller, TeamRole.CLERK).email
    clerk.log_in(email, to=clerk.address("point_desk:today", point.seller.slug))
    allow_device(clerk, point, axe)
    go_offline(clerk, market.tea)

    find(clerk, "che tan")
    clerk.main.locator("#oc-pay [value=vietqr]").check()
    expect(clerk.main.locator("#oc-pay .qr svg")).to_be_visible()
    code = clerk.main.locator("#oc-pay .words").inner_text()
    axe(clerk.page)
    enter(clerk, "#oc-pay", 1)

    clerk.main.locator("#oc-queue button").click()
    clerk.main.locator("#oc-return [name=back]").fill("1")
    enter(clerk, "#oc-return", 2)

    find(clerk, "che tan", work="receive")
    for name, value in (("quantity", "5"), ("unit_cost", "100.000")):
        clerk.main.locator(f"#oc-receive [name={name}]").fill(value)
    axe(clerk.page)
    clerk.main.locator("#oc-receive button").click()
    clerk.main.locator("#oc-d-paper").fill("PN 7")
    enter(clerk, "#oc-delivery", 3)

    find(clerk, "che tan", work="spoil")
    clerk.main.locator("#oc-s-batch").select_option(str(soon.pk))
    clerk.main.locator("#oc-s-quantity").fill("2")
    clerk.main.locator("#oc-s-note").fill("rách túi")
    enter(clerk, "#oc-spoil", 4)

    find(clerk, "che tan", work="count")
    clerk.main.locator("#oc-c-quantity").fill("17")
    enter(clerk, "#oc-count", 5)

    come_back(clerk, sent=2)
    record.refresh_from_db()
    acts = PointAct.objects.filter(point=point).order_by("pk")
    assert [act.kind for act in acts[2:]] == ["sale", "return", "receipt", "spoilage"]
    assert (acts[2].paper, acts[4].paper, record.num_in_stock) == (code, "PN 7", 10 + 4 + 5 - 2)
    assert [(line.expected, line.counted) for line in point.stocktakes.get().lines.all()] == [(17, 17)]


@pytest.mark.parametrize("is_kept", [True, False])
def test_a_browser_that_may_delete_entries_says_so(market, new_shopper, axe, is_kept):
    point = make_point()
    clerk = new_shopper("vi", width=PHONE)
    answer = str(is_kept).lower()
    clerk.page.add_init_script(f"StorageManager.prototype.persist = async () => {answer}")
    email = make_member(point.seller, TeamRole.CLERK).email
    clerk.log_in(email, to=clerk.address("point_desk:today", point.seller.slug))
    allow_device(clerk, point, axe)
    expect(clerk.main.locator("#oc-fleeting")).to_be_visible(visible=not is_kept)
    axe(clerk.page)
    clerk.open("point_desk:sell", point.seller.slug)
    expect(clerk.main.locator("#oc-net")).to_have_text(clerk.say("Online"))
    expect(clerk.main.locator("#oc-fleeting")).to_be_visible(visible=not is_kept)


def find(clerk, words: str, *, work: str = "sell") -> None:
    clerk.main.locator(f"#oc-works [value={work}]").check()
    box = clerk.main.locator("#oc-code")
    box.fill(words)
    box.press("Enter")


def enter(clerk, form: str, waiting: int) -> None:
    clerk.main.locator(f"{form} button.main").click()
    expect(clerk.main.locator("#oc-waiting")).to_have_text(str(waiting))


def receive(clerk, tea, point, axe) -> None:
    clerk.open("point_desk:receive", point.seller.slug)
    box = clerk.main.locator("#code")
    box.fill(f"https://shop.example{tea.get_absolute_url()}")
    box.press("Enter")
    for name, value in (("quantity", "10"), ("unit_cost", "100.000"), ("price", "150.000")):
        clerk.main.locator(f"[name$='-{name}']").fill(value)
    axe(clerk.page)
    clerk.main.locator("button[value=receive]").click()
    expect(clerk.main.locator(".messages .good")).to_be_visible()
    axe(clerk.page)


def allow_device(clerk, point, axe) -> None:
    clerk.open("point_desk:sell", point.seller.slug)
    name = clerk.main.locator("#device-name")
    name.fill("Điện thoại quầy")
    axe(clerk.page)
    name.press("Enter")
    expect(clerk.main.locator("#oc-net")).to_have_text(clerk.say("Online"))


def go_offline(clerk, tea) -> None:
    clerk.page.expected_errors += [WITHOUT_NETWORK, WITHOUT_SCRIPT]
    clerk.page.context.set_offline(True)
    expect(clerk.main.locator("#oc-net")).to_have_text(clerk.say("No network: entries are kept here"))


def sell(clerk, tea, *, pieces: int) -> None:
    box = clerk.main.locator("#oc-code")
    box.fill("che tan")
    box.press("Enter")
    for _each in range(pieces - 1):
        clerk.main.locator("#oc-bill [data-step='1']").click()
    expect(clerk.main.locator("#oc-bill .name")).to_have_text(tea.title)
    clerk.main.locator("#oc-pay button.main").click()
    expect(clerk.main.locator("#oc-waiting")).to_have_text("1")


def come_back(clerk, *, sent: int) -> None:
    clerk.page.context.set_offline(False)
    expect(clerk.main.locator("#oc-queue li a")).to_have_count(sent)
    expect(clerk.main.locator("#oc-waiting")).to_have_text("0")


def hand_over(clerk, held, axe) -> None:
    box = clerk.main.locator("#oc-code")
    box.fill(held.code.lower())
    box.press("Enter")
    expect(clerk.main.locator("#oc-pickup h2")).to_have_text(held.reference)
    axe(clerk.page)
    clerk.main.locator("#oc-pickup button.main").click()
