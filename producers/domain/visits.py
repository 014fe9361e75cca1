"""Visits of stalls and their products: numbers by day, added in batches."""

import datetime
from collections.abc import Mapping

from django.db import transaction
from django.db.models import F

from producers.models import DailyVisits

Place = tuple[int, int | None, datetime.date]
"""Seller, product or None for the stall's own page, and the day in Hà Nội."""


@transaction.atomic
def add(visits: Mapping[Place, int]) -> None:
    """Add to the counts of these days; several processes may do so at once."""
    # All in one order, so that two batches cannot wait for each other.
    places = sorted(visits, key=lambda place: (place[0], place[1] or 0, place[2]))
    DailyVisits.objects.bulk_create(
        (DailyVisits(seller_id=seller, product_id=product, day=day) for seller, product, day in places),
        ignore_conflicts=True,
    )
    for place in places:
        seller, product, day = place
        rows = DailyVisits.objects.filter(seller=seller, product=product, day=day)
        rows.update(visits=F("visits") + visits[place])
