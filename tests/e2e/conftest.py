"""What the browser's tests share: goods of two sellers, and people who come to the shop."""

from collections.abc import Callable

import pytest

from tests.e2e.market import Market, make_market
from tests.e2e.shopper import Shopper


@pytest.fixture
def market(frozen, live_server) -> Market:
    return make_market()


@pytest.fixture
def new_shopper(market, new_page) -> Callable[..., Shopper]:
    """`new_shopper("en", width=390, javascript=False)`: a new visitor who reads that language."""

    def enter(language: str = "vi", *, javascript: bool = True, **look) -> Shopper:
        return Shopper(new_page(javascript=javascript, **look), language, scripted=javascript)

    return enter


@pytest.fixture
def shopper(new_shopper) -> Shopper:
    """A visitor at a desk who reads Vietnamese, with JavaScript."""
    return new_shopper()
