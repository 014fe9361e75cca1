"""Promotions of sellers and of the marketplace, through the real acts."""

import datetime

from oscar.apps.basket.models import Basket

from marketplace.core import clock
from marketplace.core.models import User
from marketplace.sales.domain import promotions
from marketplace.sales.models import Promotion
from producers.models import Partner
from tests.factories.catalog import make_user


def terms(**fields) -> promotions.Terms:
    """Ten per cent off everything, for a week from today on."""
    today = clock.today()
    week = {"first_day": today, "last_day": today + datetime.timedelta(days=6)}
    return promotions.Terms(**{"title": "Mừng mùa chè", "kind": "percent", "value": 10, **week, **fields})


def make_promotion(seller: Partner | None = None, *, actor: User | None = None, **fields) -> Promotion:
    """A running promotion of a seller, without one of the marketplace."""
    return promotions.make(seller, terms(**fields), actor=actor or make_user())


def enter(basket: Basket, promotion: Promotion) -> None:
    """Put its code into a basket."""
    basket.vouchers.add(promotion.voucher)
