"""The rows of a point's shelf: found by words and code, and by what must be done about them."""

import datetime
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet, Value
from django.db.models.functions import Coalesce
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from marketplace.core import clock
from marketplace.core.text import fold
from producers.domain.stock import LOW_STOCK
from producers.models import Batch, StockRecord

EXPIRING_DAYS = 7


@dataclass(frozen=True)
class Tab:
    code: str
    label: Promise


TABS = (
    Tab("all", _("All goods")),
    Tab("low", _("Running low")),
    Tab("expiring", _("Expire soon or have expired")),
    Tab("unpriced", _("Without a price")),
    Tab("out", _("Out of stock")),
)


def tab_of(code: str | None) -> Tab:
    """The tab with this code; the first one for a code that there is not."""
    return next((tab for tab in TABS if tab.code == code), TABS[0])


def matching(records: QuerySet[StockRecord], text: str) -> QuerySet[StockRecord]:
    """Records in whose product's name all words of the text stand, or that have this barcode."""
    named = Q(*[Q(product__folded__contains=word) for word in fold(text).split()])
    code = text.strip()
    return records.filter(named | Q(product__upc=code) | Q(partner_sku=code)) if code else records


def low(records: QuerySet[StockRecord]) -> QuerySet[StockRecord]:
    """Priced records of which no more can be sold than the mark at which their seller is warned."""
    mark = Coalesce("low_stock_threshold", Value(LOW_STOCK))
    return records.filter(price__isnull=False, sellable__lte=mark)


def in_tab(records: QuerySet[StockRecord], tab: Tab) -> QuerySet[StockRecord]:
    if tab.code == "low":
        return low(records)
    if tab.code == "expiring":
        last = clock.today() + datetime.timedelta(days=EXPIRING_DAYS)
        return records.filter(
            Exists(Batch.objects.left().filter(stock_record=OuterRef("pk"), expires_on__lte=last))
        )
    if tab.code == "unpriced":
        return records.filter(price=None)
    if tab.code == "out":
        return records.filter(num_in_stock=0)
    return records


def with_batches(records: QuerySet[StockRecord]) -> QuerySet[StockRecord]:
    """With ``batches_left``, what expires first before the others; one more query."""
    left = Batch.objects.left().first_out().select_related("producer")
    return records.prefetch_related(Prefetch("batches", left, to_attr="batches_left"))
