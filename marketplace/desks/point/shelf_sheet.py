"""A point's shelf as a workbook: prices to change and numbers that were counted come back in it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.domain.sheets.columns import BadCell, Column, number, price, text
from catalog.domain.sheets.reading import Fault, Sheet, SheetRow, read
from marketplace.core.exceptions import Refused
from marketplace.core.models import User
from marketplace.desks.point.access import Desk
from marketplace.desks.point.shelf_list import with_batches
from producers.domain import prices, stocktakes
from producers.domain.acts import By
from producers.domain.shelf import MOST_AT_ONCE
from producers.models import StockRecord

HIGHEST_MARK = 10_000
LONGEST = 255
LARGEST_KEY = 10**15

COLUMNS = (
    Column(
        "code",
        gettext_lazy("Code"),
        gettext_lazy("The marketplace's number of the product. Leave it as it is."),
        number(1, LARGEST_KEY),
    ),
    Column("title", gettext_lazy("Product"), gettext_lazy("Only to read."), text(LONGEST)),
    Column("barcode", gettext_lazy("Barcode"), gettext_lazy("Only to read."), text(LONGEST)),
    Column("price", gettext_lazy("Price (₫)"), gettext_lazy("What one costs at this point."), price),
    Column(
        "price_then",
        gettext_lazy("Price when taken away"),
        gettext_lazy("Shows whether the price was changed meanwhile. Leave it as it is."),
        price,
    ),
    Column(
        "warn_at",
        gettext_lazy("Warn from so many on"),
        gettext_lazy("Empty: from 5 on."),
        number(0, HIGHEST_MARK),
    ),
    Column(
        "in_stock",
        gettext_lazy("On the shelf"),
        gettext_lazy("Shows whether goods have moved since. Leave it as it is."),
        number(0, MOST_AT_ONCE * 100),
    ),
    Column(
        "sellable", gettext_lazy("Can be sold"), gettext_lazy("Only to read."), number(0, MOST_AT_ONCE * 100)
    ),
    Column("last_day", gettext_lazy("Next last day"), gettext_lazy("Only to read."), text(LONGEST)),
    Column(
        "counted",
        gettext_lazy("Counted"),
        gettext_lazy("How many lie there. Rows with a number become a stocktake; empty ones stay."),
        number(0, MOST_AT_ONCE),
    ),
)
BY_CODE = {column.code: column for column in COLUMNS}
NEEDED = ("code", "price", "price_then")


@dataclass
class Report:
    """What a workbook changed, or would change; with faults it changed nothing."""

    rows: int
    faults: list[Fault] = field(default_factory=list)
    priced: int = 0
    counted: int = 0
    is_written: bool = False


def sheet_rows(desk: Desk) -> Iterator[tuple]:
    """The rows of the workbook, in the order of the shelf."""
    for record in with_batches(desk.shelf).order_by("product__title", "pk"):
        first = record.batches_left[0] if record.batches_left else None
        cost = None if record.price is None else int(record.price)
        yield (
            record.product_id,
            record.product.get_title(),
            record.product.upc or record.partner_sku,
            cost,
            cost,
            record.low_stock_threshold,
            record.num_in_stock,
            record.sellable,
            first.expires_on.isoformat() if first is not None and first.expires_on else "",
            None,
        )


def import_shelf(file: BinaryIO, desk: Desk, *, actor: User, dry_run: bool = False) -> Report:
    """Keep what was changed in a workbook: all or, with every fault named, nothing.

    ``dry_run`` does everything and takes it back. Raises ``UnreadableSheet``, and ``StocktakeRefused`` where
    numbers were counted while another stocktake is open.
    """
    sheet = read(file, COLUMNS, NEEDED)
    with transaction.atomic():
        report = _Import(sheet, desk, actor).run()
        report.is_written = not report.faults and not dry_run
        if not report.is_written:
            transaction.set_rollback(True)
    return report


class _Import:
    def __init__(self, sheet: Sheet, desk: Desk, actor: User):
        self.sheet, self.desk, self.actor = sheet, desk, actor
        self.report = Report(rows=len(sheet.rows), faults=list(sheet.faults))
        self.records = {record.product_id: record for record in desk.shelf}
        self.lines: dict[int, int] = {}

    def run(self) -> Report:
        checked = [(row, *self._checked(row)) for row in self.sheet.rows]
        if not self.report.faults:
            for row, record, values in checked:
                self._keep_offer(row, record, values)
            self._count([each for each in checked if _is_counted(each[-1])])
        self.report.faults.sort(key=lambda fault: (fault.line, fault.column))
        return self.report

    def _fault(self, row: SheetRow, code: str, reason: str) -> None:
        value = row.cells.get(code, "")[:60]
        self.report.faults.append(Fault(row.line, self.sheet.name_of(code), value, reason))

    def _checked(self, row: SheetRow) -> tuple[StockRecord | None, dict]:
        values = {}
        for code, cell in row.cells.items():
            try:
                values[code] = BY_CODE[code].read(cell)
            except BadCell as bad:
                self._fault(row, code, str(bad))
        if _is_counted(values) and values.get("in_stock") is None:
            self._fault(
                row, "in_stock", _("What was counted needs the number that lay there. Leave it as it is.")
            )
        return self._record(row, values.get("code")), values

    def _record(self, row: SheetRow, code: int | None) -> StockRecord | None:
        record = self.records.get(code)
        if record is None:
            self._fault(row, "code", _("This product does not lie on this shelf. Receive it first."))
        elif code in self.lines:
            reason = _("This product stands in row %(line)s already.") % {"line": self.lines[code]}
            self._fault(row, "code", reason)
        else:
            self.lines[code] = row.line
        return record

    def _keep_offer(self, row: SheetRow, record: StockRecord, values: dict) -> None:
        try:
            is_new = prices.change(record, values["price"], seen=values["price_then"], actor=self.actor)
        except Refused as refusal:
            self._fault(row, "price", str(refusal))
            return
        mark = values.get("warn_at", record.low_stock_threshold)
        if mark != record.low_stock_threshold:
            StockRecord.objects.filter(pk=record.pk).update(low_stock_threshold=mark)
        self.report.priced += is_new or mark != record.low_stock_threshold

    def _count(self, counted: list[tuple[SheetRow, StockRecord, dict]]) -> None:
        """Correct the shelf by a stocktake of the rows with a number."""
        if not counted or self.report.faults:
            return
        begun = stocktakes.begin(self.desk.point, actor=self.actor)
        for row, record, values in counted:
            try:
                stocktakes.count(begun, record, values["counted"], seen=values["in_stock"])
            except stocktakes.ShelfMoved as moved:
                self._fault(row, "counted", str(moved))
        stocktakes.apply(begun, by=By(self.actor))
        self.report.counted = len(counted)


def _is_counted(values: dict) -> bool:
    return values.get("counted") is not None
