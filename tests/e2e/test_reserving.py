"""A buyer on a phone sees where a product is sold near by, reserves two and gets the code to pick them up."""

import pytest
from playwright.sync_api import expect

from producers.models import Reservation
from tests.factories.points import make_point
from tests.factories.shelves import make_shelf
from tests.services.browser import PHONE

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


def test_from_the_products_page_to_the_pick_up_code(market, new_shopper, axe):
    point = make_point(name="Điểm Tây Hồ", address="12 Xuân La", seller={"region": market.ha_dong})
    record = make_shelf(point=point, product=market.tea, quantity=6)
    buyer = new_shopper("en", width=PHONE)
    buyer.open("catalogue:detail", market.tea.slug, market.tea.pk)
    buyer.page.locator("#where-title").scroll_into_view_if_needed()
    offer = buyer.page.locator("#where .shelf-offer")
    expect(offer).to_contain_text("In stock")
    axe(buyer.page)
    offer.locator("button[data-step='1']").click()
    offer.get_by_role("button", name="Reserve here").click()
    expect(buyer.page.locator("#toast")).to_contain_text("is in your basket")

    buyer.open("checkout:index")
    expect(buyer.page.locator("[name=street]")).to_have_count(0)
    buyer.page.locator("main [name=name]").fill("Nguyễn Thị Lan")
    buyer.page.locator("main [name=phone]").fill("0912 345 678")
    buyer.page.locator("form.checkout .btn.main").click()
    buyer.page.locator("#id_terms").check()
    buyer.page.locator("form.checkout .btn.main").click()
    expect(buyer.page.locator(".pickup")).to_be_visible()

    reservation = Reservation.objects.get()
    expect(buyer.page.locator(".pickup")).to_contain_text(reservation.code[:5])
    assert reservation.lines.get().quantity == 2
    axe(buyer.page)
    record.refresh_from_db()
    assert record.net_stock_level == 4
