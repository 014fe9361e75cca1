"""Keeping an index in step with the database: changes in batches, building anew, comparing, mending.

Every change stands in the database until the index holds it, so whoever indexes may be killed at any moment:
the next one begins with what is left.
"""

import datetime
import logging
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from django.db.models import QuerySet
from django.db.models.functions import Coalesce

from catalog.models import Category, Product
from marketplace.core import clock
from marketplace.core.models import PublicChange
from marketplace.sales.models import SellerOrderLine
from search import engines
from search.document import BATCH, SALES_COUNT_FOR, documents, indexed_products
from search.engines import EngineAway, Index, IndexMissing
from search.locking import Busy, only_indexer
from search.models import PendingChange

logger = logging.getLogger(__name__)

Kind = PendingChange.Kind

#: Notes that are taken at a time, and the share of all products from which on building anew is quicker.
NOTES = 5_000
WHOLE_SHARE = 0.5
#: Seconds between two looks whether the index is there and whole; and, after a failure, until the next try.
LOOK_EVERY = 2.0
LONGEST_PAUSE = 30.0
BETWEEN_REBUILDS = 60.0
DELETED_AT_ONCE = 5_000
#: Longer than from one daily look to the next, even if a worker was away.
LATELY = datetime.timedelta(days=7)


def _silent(steps: Iterable, **_description) -> Iterable:
    return steps


# --- changes
def apply_changes(index: Index | None = None) -> int:
    """Take all noted changes into the index, in batches; gives the number of products that it wrote.

    Does nothing while another process indexes. Raises `EngineAway`; what is noted stays then.
    """
    index = index or engines.index()
    try:
        with only_indexer(wait=False):
            return _apply_all(index)
    except Busy:
        return 0


def _apply_all(index: Index) -> int:
    written = 0
    while notes := list(PendingChange.objects.order_by("pk").values_list("pk", "kind", "key")[:NOTES]):
        if _is_large():
            return written + _rebuild(index, _silent)
        written += _apply(index, [(kind, key) for _pk, kind, key in notes])
        _forget(pk for pk, _kind, _key in notes)
    if written:
        _renew_pages(index)
    return written


def _is_large() -> bool:
    """Whether regions have changed, or so much that building anew is quicker."""
    if PendingChange.objects.filter(kind=Kind.REGIONS).exists():
        return True
    noted = PendingChange.objects.count()
    return noted > 4 * NOTES and noted > WHOLE_SHARE * indexed_products().count()


def _apply(index: Index, changes: list[tuple[str, int]]) -> int:
    ids = _products_of(changes)
    for start in range(0, len(ids), BATCH):
        batch = ids[start : start + BATCH]
        found = [document for part in documents(batch) for document in part]
        index.write(found, set(batch).difference(document.pk for document in found))
    return len(ids)


def _products_of(changes: list[tuple[str, int]]) -> list[int]:
    """Ids of the products that changes concern, each once."""
    by_kind: dict[str, set[int]] = {kind: set() for kind in Kind}
    for kind, key in changes:
        by_kind[kind].add(key)
    ids = by_kind[Kind.PRODUCT]
    if sellers := by_kind[Kind.SELLER]:
        ids.update(Product.objects.filter(producer__in=sellers).values_list("pk", flat=True))
    if orders := by_kind[Kind.ORDER]:
        ids.update(products_of_orders(SellerOrderLine.objects.filter(seller_order__in=orders)))
    if categories := by_kind[Kind.CATEGORY]:
        for category in Category.objects.filter(pk__in=categories):
            within = Product.objects.filter(categories__path__startswith=category.path)
            ids.update(within.values_list("pk", flat=True))
    return sorted(ids)


def products_of_orders(lines: QuerySet) -> QuerySet:
    """Ids of the products that these lines sold a pack of."""
    product = Coalesce("order_line__product__parent", "order_line__product")
    return lines.filter(order_line__product__isnull=False).values_list(product, flat=True)


def note_aged_orders() -> int:
    """Note the products of orders that lately passed the year for which sales count; gives how many."""
    year_ago = clock.now() - SALES_COUNT_FOR
    aged = SellerOrderLine.objects.filter(
        seller_order__placed_at__lt=year_ago, seller_order__placed_at__gte=year_ago - LATELY
    )
    products = set(products_of_orders(aged))
    PendingChange.objects.bulk_create(PendingChange(kind=Kind.PRODUCT, key=pk) for pk in sorted(products))
    return len(products)


def _forget(pks: Iterable[int]) -> None:
    pks = list(pks)
    for start in range(0, len(pks), DELETED_AT_ONCE):
        PendingChange.objects.filter(pk__in=pks[start : start + DELETED_AT_ONCE]).delete()


# --- building anew
def rebuild(*, index: Index | None = None, progress: Callable = _silent) -> int:
    """Build a new index beside the live one and switch to it; gives the number of products in it.

    Waits for another process that indexes. What changes meanwhile stays noted and is taken in afterwards.
    ``progress(steps, total=…, unit=…)`` is tqdm or the like; its steps are lists of products.
    """
    index = index or engines.index()
    with only_indexer(wait=True):
        written = _rebuild(index, progress)
        _apply_all(index)
    return written


def _rebuild(index: Index, progress: Callable) -> int:
    noted = list(PendingChange.objects.values_list("pk", flat=True))
    total = indexed_products().count()
    written = 0
    with index.rebuild() as new:
        for batch in progress(documents(), total=total, unit="products"):
            new.add(batch)
            written += len(batch)
    _forget(noted)
    _renew_pages(index)
    return written


def _renew_pages(index: Index) -> None:
    """Pages that were kept since the change, but before all readers saw it in the index, are made anew."""
    time.sleep(index.seen_after)
    PublicChange.objects.note()


# --- comparing
@dataclass(frozen=True)
class Difference:
    """Ids of products that the index lacks, holds in another state or twice, or should not hold."""

    missing: list[int] = field(default_factory=list)
    stale: list[int] = field(default_factory=list)
    unwanted: list[int] = field(default_factory=list)

    @property
    def ids(self) -> list[int]:
        return [*self.missing, *self.stale, *self.unwanted]


def compare(index: Index | None = None) -> Difference:
    """What differs between index and database now; reads both whole. Raises `EngineAway`."""
    index = index or engines.index()
    held: dict[int, int | None] = {}
    for pk, stamp in index.stamps():
        held[pk] = None if pk in held else stamp
    missing, stale = [], []
    for batch in documents():
        for document in batch:
            if document.pk not in held:
                missing.append(document.pk)
            elif held.pop(document.pk) != document.stamp:
                stale.append(document.pk)
    return Difference(missing, stale, sorted(held))


def repair(index: Index | None = None) -> Difference:
    """Mend only what differs; gives what that was. Waits for another process that indexes."""
    index = index or engines.index()
    with only_indexer(wait=True):
        noted = list(PendingChange.objects.values_list("pk", flat=True))
        difference = compare(index)
        _apply(index, [(Kind.PRODUCT, pk) for pk in difference.ids])
        _forget(noted)
        if difference.ids:
            _renew_pages(index)
    return difference


# --- following, as the worker does
class _Follower:
    def __init__(self):
        self._look_at = self._try_at = self._rebuild_at = float("-inf")
        self._pause = 0.0

    def turn(self) -> None:
        now = time.monotonic()
        if now < self._try_at:
            return
        index = engines.index()
        if index is None:
            return
        try:
            if now >= self._look_at:
                self._mend(index)
                self._look_at = time.monotonic() + LOOK_EVERY
            if PendingChange.objects.exists():
                apply_changes(index)
            self._pause = 0.0
        except EngineAway as error:
            self._wait(error)

    def _mend(self, index: Index) -> None:
        try:
            index.check()
        except IndexMissing as error:
            if time.monotonic() < self._rebuild_at:
                return
            self._rebuild_at = time.monotonic() + BETWEEN_REBUILDS
            logger.warning("The search index is built anew: %s", error)
            rebuild(index=index)

    def _wait(self, error: EngineAway) -> None:
        if not self._pause:
            logger.warning("The search index takes nothing in: %s", error)
        self._pause = min(max(2 * self._pause, 1.0), LONGEST_PAUSE)
        self._try_at = time.monotonic() + self._pause


_follower = _Follower()


def follow() -> None:
    """One turn of the indexer in a worker: build a missing index, take in changes; mostly nothing."""
    _follower.turn()
