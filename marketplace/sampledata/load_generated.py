"""Made-up products in the database: through the importer, and then what makes them a shop as in the demo."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from itertools import islice

from django.db import transaction

from catalog.domain.importing import RawRow, import_rows
from catalog.domain.importing.reading import COLUMNS
from catalog.domain.sets import load_sets
from catalog.models import Product
from marketplace.core import bulk
from marketplace.regions.domain.load import load_regions
from marketplace.regions.domain.resolve import Resolver
from marketplace.sampledata.extras import (
    OPENING,
    delivery_terms,
    opening_stock,
    renew_expired,
)
from marketplace.sampledata.generate import SEED, generate
from producers.domain import stock
from producers.models import Partner, StockRecord

BATCH = 5000


def _silent(steps: Iterable, **_description) -> Iterable:
    return steps


def load_generated(count: int, seed: int = SEED, *, progress: Callable = _silent) -> int:
    """Bring in the first ``count`` made-up products; returns how many are new.

    A transaction for every few thousand, so that an interruption loses little: what is there already is
    found again. Pictures are not drawn.
    """
    load_regions(progress=progress)
    load_sets()
    resolver = Resolver()
    rows = iter(progress(generate(count, seed), total=count, desc="generated", unit=" products"))
    created = 0
    with bulk.collecting_rarely():
        while batch := list(islice(rows, BATCH)):
            created += _load(batch, resolver)
    return created


@transaction.atomic
def _load(rows: Collection[tuple], resolver: Resolver) -> int:
    raw = (RawRow(line, dict(zip(COLUMNS, row, strict=True))) for line, row in enumerate(rows, start=2))
    report = import_rows(raw, illustrate=False, resolver=resolver)
    if not report.is_written:
        raise ValueError("\n".join(map(str, report.problems)))
    if report.created_ids:
        _furnish(report.created_ids)
    return len(report.created_ids)


def _furnish(product_ids: Collection[int]) -> None:
    """Renewals, stock and delivery charges by the same rules as in the demo."""
    products = Product.objects.filter(pk__in=product_ids).select_related("certification")
    renew_expired(products.only("natural_key", "certification"))
    _mark_sellers(product_ids)
    _stock_up(product_ids)


def _mark_sellers(product_ids: Collection[int]) -> None:
    sellers = Partner.objects.filter(products__in=product_ids, is_fictional=False).distinct()
    by_terms = defaultdict(list)
    for pk, slug in sellers.values_list("pk", "slug"):
        by_terms[delivery_terms(slug)].append(pk)
    for (charge, free_from), pks in by_terms.items():
        Partner.objects.filter(pk__in=pks).update(
            is_fictional=True, delivery_charge=charge, free_delivery_from=free_from
        )


def _stock_up(product_ids: Collection[int]) -> None:
    records = StockRecord.objects.filter(product__in=product_ids, departure=None).values_list(
        "pk", "product__natural_key"
    )
    arriving = [(pk, quantity) for pk, key in records if (quantity := opening_stock(key))]
    for start in range(0, len(arriving), stock_batch := 500):
        stock.receive_many(dict(arriving[start : start + stock_batch]), reference=OPENING)
