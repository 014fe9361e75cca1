"""Products as a list in the importer's columns, a row at a time, however many there are.

One row for each recognition that is not illustrative, in an order from which the importer makes the same
history again. What was never recognised is in no list.
"""

import csv
import os
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path

from django.db.models import F, OuterRef, QuerySet, Subquery
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

from catalog.domain.importing.cells import clean, neutralised, restored
from catalog.domain.importing.reading import COLUMNS
from catalog.domain.importing.writing import written_about
from catalog.domain.sets import read_groups, set_code
from catalog.models import Certification, Product
from marketplace.core.exceptions import Refused
from marketplace.regions.domain.resolve import Resolver
from marketplace.regions.models import Region, RegionKind
from producers.models import StockRecord

MOST_ROWS_OF_A_SHEET = 1_048_576
_CHUNK = 2000
_FACTS = (
    "product__title",
    "product__producer__name",
    "product__producer__legal_form",
    "place",
    "category_code",
    "stars",
    "potential_five_star",
    "recognised_year",
    "decision_number",
    "price",
    "product__unit",
    "product__source_url",
    "source_url",
)

Cell = str | int | None
Row = tuple[Cell, ...]


class TooManyRows(Refused):
    """More rows than a sheet of a workbook holds."""

    def __init__(self):
        super().__init__(
            _("A workbook holds %(most)s rows at most; write a CSV file instead.")
            % {"most": MOST_ROWS_OF_A_SHEET - 1}
        )


def _silent(rows: Iterable, **_description) -> Iterable:
    return rows


def export_products(path: Path, products: QuerySet[Product], *, progress: Callable = _silent) -> int:
    """Write a list of these products to a file, XLSX if it is called so and otherwise CSV; returns the rows.

    The file is there when it is complete. CSV is UTF-8 with a mark, by which Excel knows it. ``progress``
    wraps the rows as tqdm does. Raises OSError, and ``TooManyRows`` for a workbook that would be too long.
    """
    recognitions = _recognitions(products)
    count = recognitions.count()
    is_workbook = path.suffix.lower() == ".xlsx"
    if is_workbook and count >= MOST_ROWS_OF_A_SHEET:
        raise TooManyRows
    rows = progress(_rows(recognitions), total=count, desc=path.name, unit=" rows")
    unfinished = path.with_name(f"{path.name}.unfinished")
    try:
        (_write_workbook if is_workbook else _write_csv)(unfinished, rows)
        os.replace(unfinished, path)
    finally:
        unfinished.unlink(missing_ok=True)
    return count


# --- rows
def _recognitions(products: QuerySet[Product]) -> QuerySet[Certification]:
    of_product = Product.categories.through.objects.filter(product=OuterRef("product"))
    own = StockRecord.objects.filter(product=OuterRef("product"), partner=OuterRef("product__producer"))
    recognitions = Certification.objects.exclude(provenance=Certification.Provenance.ILLUSTRATIVE)
    if products.query.is_sliced or products.query.where:
        recognitions = recognitions.filter(product__in=products.order_by().values("pk"))
    return recognitions.annotate(
        category_code=Subquery(of_product.order_by("-category__depth").values("category__code")[:1]),
        price=Subquery(own.values("price")[:1]),
    ).order_by("product_id", F("started_on").asc(nulls_first=True), "id")


def _rows(recognitions: QuerySet[Certification]) -> Iterator[Row]:
    places = _Places()
    facts = recognitions.annotate(place=F("product__recorded_region"), place_now=F("product__region"))
    for (
        title,
        producer,
        legal_form,
        place,
        category,
        stars,
        potential_five_star,
        year,
        decision,
        price,
        unit,
        product_source,
        source,
        place_now,
    ) in facts.values_list(*_FACTS, "place_now").iterator(chunk_size=_CHUNK):
        yield (
            clean(title),
            clean(producer or ""),
            legal_form or "",
            *places.names(place or place_now, year),
            _groups().get(category, ""),
            stars,
            "true" if potential_five_star else "",
            year,
            clean(decision),
            None if price is None else int(price),
            clean(unit),
            (source or product_source) if product_source else "",
            category or "",
        )


@cache
def _groups() -> dict[str, str]:
    """The code of the group by that of a group or set."""
    sets = {set_code(row["number"]): group["code"] for group in read_groups() for row in group["sets"]}
    return sets | {group["code"]: group["code"] for group in read_groups()}


class _Places:
    """Regions by the names from which the importer finds them again."""

    def __init__(self):
        self._resolver = Resolver()
        self._names: dict[tuple, tuple[str, str, str]] = {}

    def names(self, region_id: int | None, year: int | None) -> tuple[str, str, str]:
        """Commune, district and province; without unit words unless these are needed to tell units apart."""
        if region_id is None:
            return "", "", ""
        on = written_about(year)
        if (region_id, on) not in self._names:
            region = self._resolver.region(region_id)
            ways = [_names(region, "short_name"), _names(region, "name")]
            understood = [names for names in ways if self._resolver.resolve(*names, on).region == region]
            self._names[region_id, on] = (understood or ways)[0]
        return self._names[region_id, on]


def _names(region: Region, attribute: str) -> tuple[str, str, str]:
    names = dict.fromkeys((RegionKind.COMMUNE, RegionKind.DISTRICT, RegionKind.PROVINCE), "")
    while region is not None:
        names[RegionKind(region.kind)] = getattr(region, attribute)
        region = region.parent
    return tuple(names.values())


# --- files
def _write_csv(path: Path, rows: Iterable[Row]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for row in rows:
            writer.writerow([neutralised(cell) if isinstance(cell, str) else cell for cell in row])


def _write_workbook(path: Path, rows: Iterable[Row]) -> None:
    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet()
    sheet.append(COLUMNS)
    try:
        for row in rows:
            sheet.append([_as_text(sheet, cell) if isinstance(cell, str) else cell for cell in row])
    finally:
        # After an interruption too: until it is saved its rows lie in a temporary file.
        workbook.save(path)


def _as_text(sheet, text: str):
    """A cell of text, which runs nothing; an apostrophe only where the importer would take one off."""
    if restored(text) != text:
        text = neutralised(text)
    if text[:1] not in ("=", "#"):
        return text or None
    cell = WriteOnlyCell(sheet, value=text)
    cell.data_type = "s"
    return cell
