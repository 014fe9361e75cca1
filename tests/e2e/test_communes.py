"""Suggestions for the commune on a slow line."""

import pytest
from playwright.sync_api import expect

from tests.e2e.keyboard import IS_FOCUSED

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


def test_what_was_chosen_stays_chosen_when_the_suggestions_come_again(market, shopper):
    shopper.open("catalogue:detail", market.tea.slug, market.tea.pk)
    shopper.put_into_basket(market.tea.title)
    shopper.open("checkout:index")
    province = shopper.main.locator("#id_province")
    province.select_option(str(market.ha_dong.parent_id))
    shopper.main.locator("#id_commune").fill("Vạn Phúc")
    meant = shopper.main.locator(f"#commune-{market.ha_dong.pk}")
    meant.check()
    meant.focus()

    meant.evaluate("element => element.setAttribute('data-earlier', '')")
    province.dispatch_event("change")
    expect(meant).not_to_have_attribute("data-earlier", "")
    expect(meant).to_be_checked()
    assert meant.evaluate(IS_FOCUSED)
