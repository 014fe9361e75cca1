"""A buyer cancels a discount across stalls with both parts that have it, with a script or without."""

import re

import pytest
from playwright.sync_api import expect

from marketplace.sales import links
from marketplace.sales.models import SellerOrder
from tests.factories.promotions import make_promotion
from tests.marketplace.sales.cases import buy_promoted
from tests.services.browser import PHONE

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no script"])
def test_both_parts_are_cancelled_together(market, new_shopper, axe, javascript, language):
    make_promotion(value=20, minimum=market.tea.price + market.honey.price, is_borne_by_marketplace=True)
    first, second = buy_promoted(market.tea, market.honey)
    shopper = new_shopper(language, width=PHONE, javascript=javascript)
    shopper.accepts(409)
    token = links.guest_link_token(first.order)
    shopper.page.goto(shopper.address("customer:order-cancel", first.order.number, token, first.number))
    shopper.button("Cancel this part").click()
    shopper.main.get_by_label(second.seller_name).check()
    if javascript:
        axe(shopper.page)
    shopper.button("Cancel this part").click()
    order_page = shopper.address("customer:guest-order", first.order.number, token)
    expect(shopper.page).to_have_url(re.compile(re.escape(order_page)))
    assert set(SellerOrder.objects.values_list("state", flat=True)) == {"cancelled"}
