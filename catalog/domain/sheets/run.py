"""One workbook into a stall: all of its rows or, with every fault named, nothing."""

import hashlib
from dataclasses import dataclass, field
from typing import BinaryIO

from django.db import transaction
from django.utils.translation import gettext as _

from catalog.domain import banned, prepare
from catalog.domain.prepare import Offer
from catalog.domain.sheets.columns import BY_CODE, NEEDED_OF_NEW, OF_GROUPS, BadCell
from catalog.domain.sheets.reading import Fault, Sheet, SheetRow, read
from catalog.models import Category, Product
from marketplace.core.exceptions import Refused
from marketplace.core.models import User
from marketplace.core.text import fold
from producers.models import Partner, StockRecord

OFFER = ("price", "in_stock", "warn_at")
OF_VARIANT = ("variant", "unit", "net_content", "net_weight", "shipping_weight")


@dataclass
class Report:
    """What an import did, or would do; with faults it did nothing."""

    faults: list[Fault] = field(default_factory=list)
    rows: int = 0
    created: int = 0
    changed: int = 0
    to_office: int = 0
    is_written: bool = False

    @property
    def unchanged(self) -> int:
        return self.rows - self.created - self.changed


@dataclass(frozen=True)
class _Checked:
    """A row without fault: the product that it changes, or the set of a new one."""

    row: SheetRow
    values: dict
    product: Product | None
    record: StockRecord | None
    category: Category | None


def stamp(product: Product, record: StockRecord | None) -> str:
    """Differs once price, stock or name of a row were changed after an export."""
    facts = [product.title, product.variant]
    if record is not None:
        facts += [None if record.price is None else int(record.price), record.num_in_stock]
    return hashlib.sha256(repr(facts).encode()).hexdigest()[:10]


def import_sheet(
    file: BinaryIO, seller: Partner, *, actor: User | None = None, dry_run: bool = False
) -> Report:
    """Bring a workbook's rows into a stall; ``dry_run`` does everything and takes it back.

    New products are drafts; changed names and origins go to the office. Raises ``UnreadableSheet``.
    """
    sheet = read(file)
    with transaction.atomic():
        report = _Import(sheet, seller, actor).run()
        report.is_written = not report.faults and not dry_run
        if not report.is_written:
            transaction.set_rollback(True)
    return report


class _Import:
    def __init__(self, sheet: Sheet, seller: Partner, actor: User | None):
        self.sheet, self.seller, self.actor = sheet, seller, actor
        self.report = Report(faults=list(sheet.faults), rows=len(sheet.rows))
        self.sets = {each.set_number: each for each in Category.objects.filter(set_number__isnull=False)}
        self.groups = {each.path: each.code for each in Category.objects.filter(depth=1)}
        self.products = self._own_products()
        self.records = {
            record.product_id: record for record in StockRecord.objects.filter(partner=seller, departure=None)
        }
        self.titles = {fold(each.title): pk for pk, each in self.products.items() if each.parent_id is None}
        self.seen_codes: dict[int, int] = {}
        self.seen_titles: dict[str, int] = {}

    def run(self) -> Report:
        checked = [self._check(row) for row in self.sheet.rows]
        if not self.report.faults:
            for each in checked:
                self._write(each)
        self.report.faults.sort(key=lambda fault: (fault.line, fault.column))
        return self.report

    def _own_products(self) -> dict[int, Product]:
        found = Product.objects.filter(producer=self.seller).select_related("parent", "listing")
        return {product.pk: product for product in found.prefetch_related("categories")}

    # --- checking
    def _fault(self, row: SheetRow, code: str, reason: str) -> None:
        value = row.cells.get(code, "")[:60]
        self.report.faults.append(Fault(row.line, self.sheet.name_of(code), value, reason))

    def _check(self, row: SheetRow) -> _Checked | None:
        values = self._values(row)
        product = self._product(row, values)
        if product is None and values.get("code"):
            return None
        category = product.category if product is not None else self._set_of_new(row, values)
        self._check_title(row, values, product)
        self._check_group(row, values, product, category)
        record = self.records.get(product.pk) if product is not None else None
        self._check_stock(row, values, record)
        if product is not None:
            self._check_unmoved(row, values, product, record)
        return _Checked(row, values, product, record, category)

    def _values(self, row: SheetRow) -> dict:
        values = {}
        for code, cell in row.cells.items():
            try:
                values[code] = BY_CODE[code].read(cell)
            except BadCell as bad:
                self._fault(row, code, str(bad))
        return values

    def _product(self, row: SheetRow, values: dict) -> Product | None:
        code = values.get("code")
        if code is None:
            return None
        if code in self.seen_codes:
            reason = _("This product stands in row %(line)s already.") % {"line": self.seen_codes[code]}
            self._fault(row, "code", reason)
        self.seen_codes.setdefault(code, row.line)
        product = self.products.get(code)
        if product is None:
            self._fault(row, "code", _("Your stall has no product with this code."))
        return product

    def _set_of_new(self, row: SheetRow, values: dict) -> Category | None:
        if "set" not in row.cells or not row.cells["set"]:
            self._fault(row, "set", _("A new product needs the number of its set."))
            return None
        category = self.sets.get(values.get("set"))
        if category is None and "set" in values:
            self._fault(row, "set", _("There is no such set."))
        return category

    def _check_title(self, row: SheetRow, values: dict, product: Product | None) -> None:
        title = values.get("title")
        if title is None or (product is not None and product.parent_id is not None):
            return
        if not title:
            self._fault(row, "title", _("The name is missing."))
            return
        key = fold(title)
        if key in self.seen_titles:
            reason = _("This name stands in row %(line)s already.") % {"line": self.seen_titles[key]}
            self._fault(row, "title", reason)
        self.seen_titles.setdefault(key, row.line)
        if product is None and key in self.titles:
            self._fault(row, "title", _("Your stall has a product of this name. Put its code into the row."))

    def _check_group(
        self, row: SheetRow, values: dict, product: Product | None, category: Category | None
    ) -> None:
        if category is None:
            return
        group = self.groups.get(category.path[: Category.steplen], "")
        if product is not None and values.get("set") not in (None, category.set_number):
            self._fault(row, "set", _("The set of a product cannot be changed here. Ask the office."))
        for code in OF_GROUPS:
            asked = prepare.BY_GROUP.get(group, OF_GROUPS)
            if row.cells.get(code) and code not in asked:
                self._fault(row, code, _("Goods of this set have no such thing. Empty the cell."))
        for code in NEEDED_OF_NEW.get(group, ()):
            if product is None and not row.cells.get(code):
                self._fault(row, code, _("This is needed for a new product of this set."))

    def _check_stock(self, row: SheetRow, values: dict, record: StockRecord | None) -> None:
        in_stock = values.get("in_stock")
        if "in_stock" in values and in_stock is None:
            self._fault(row, "in_stock", _("Write how many there are, 0 for none."))
        if record is not None and in_stock is not None and in_stock < record.num_allocated:
            reason = _("Open orders have taken %(number)s; the stock cannot be less.")
            self._fault(row, "in_stock", reason % {"number": record.num_allocated})

    def _check_unmoved(
        self, row: SheetRow, values: dict, product: Product, record: StockRecord | None
    ) -> None:
        exported = values.get("stamp")
        if exported and exported != stamp(product, record):
            self._fault(row, "stamp", _("Somebody changed this product after the export. Export it anew."))

    # --- writing
    def _write(self, checked: _Checked) -> None:
        try:
            if checked.product is None:
                self._begin(checked)
            elif checked.product.parent_id is not None:
                self._write_variant(checked)
            else:
                self._write_product(checked)
        except banned.BannedWords as refusal:
            self._fault(checked.row, "title", str(refusal))
        except Refused as refusal:
            self._fault(checked.row, "in_stock", str(refusal))

    def _begin(self, checked: _Checked) -> None:
        texts = {
            name: value for name, value in checked.values.items() if name in (*prepare.FOR_ALL, *OF_GROUPS)
        }
        offer = _offer(checked.values, None)
        prepare.begin(self.seller, category=checked.category, values=texts, offer=offer, actor=self.actor)
        self.report.created += 1

    def _write_product(self, checked: _Checked) -> None:
        product = checked.product
        group = self.groups.get(checked.category.path[: Category.steplen], "") if checked.category else ""
        names = prepare.fields_of(group)
        values, offer = self._changes(checked, names)
        if values or offer:
            all_values = {name: values.get(name, getattr(product, name)) for name in names}
            wanted = offer or _offer({}, checked.record)
            if prepare.write(product, values=all_values, offer=wanted, actor=self.actor):
                self.report.to_office += 1
            self.report.changed += 1

    def _write_variant(self, checked: _Checked) -> None:
        product = checked.product
        values, offer = self._changes(checked, OF_VARIANT)
        if values or offer:
            all_values = {name: values.get(name, getattr(product, name)) for name in OF_VARIANT}
            prepare.write_variant(
                product,
                values=all_values,
                offer=offer or _offer({}, checked.record),
                is_public=product.is_public,
                actor=self.actor,
            )
            self.report.changed += 1

    def _changes(self, checked: _Checked, names: tuple[str, ...]) -> tuple[dict, Offer | None]:
        """What the row says otherwise than the catalogue; columns that the sheet lacks change nothing."""
        values = {
            name: checked.values[name]
            for name in names
            if name in checked.values and checked.values[name] != _flat(getattr(checked.product, name))
        }
        now = _offer({}, checked.record)
        offer = _offer(checked.values, checked.record)
        return values, offer if offer != now else None


def _flat(value: object) -> object:
    """A text as a cell can hold it: paragraphs in one line."""
    return " ".join(value.split()) if isinstance(value, str) else value


def _offer(values: dict, record: StockRecord | None) -> Offer:
    """What the row says of price and stock; what it does not say stays as it is."""
    price = int(record.price) if record is not None and record.price is not None else None
    in_stock = record.num_in_stock if record is not None else 0
    warn_at = record.low_stock_threshold if record is not None else None
    return Offer(
        values.get("price", price),
        values["in_stock"] if values.get("in_stock") is not None else in_stock,
        values.get("warn_at", warn_at),
    )
