"""Recurring tasks of the search index."""

import datetime

from django.utils.translation import gettext_lazy as _

from marketplace.core.tasks import recurring_task
from search import indexing

DAILY = datetime.timedelta(days=1)


@recurring_task(every=DAILY, title=_("Search index: orders that are a year old"))
def let_orders_age() -> int:
    """Orders count among a product's sales for a year; gives how many products are indexed anew."""
    return indexing.note_aged_orders()
