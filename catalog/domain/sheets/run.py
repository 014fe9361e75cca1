"""One workbook into a stall: all of its rows or, with every fault named, nothing.

A row with a code changes what is there. A row without one is a new product or, where it names the product
that it is a pack of, a new pack of a product that is there or that is new in the same workbook.
"""

import hashlib
from dataclasses import dataclass, field
from typing import BinaryIO

from django.db import transaction
from django.utils.translation import gettext as _

from catalog.domain import banned, prepare, variants
from catalog.domain.prepare import Offer
from catalog.domain.sheets.columns import BY_CODE, NEEDED_OF_NEW, OF_GROUPS, BadCell
from catalog.domain.sheets.reading import Fault, Sheet, SheetRow, read
from catalog.models import Category, Product
from marketplace.core.exceptions import Refused
from marketplace.core.keys import key_of
from marketplace.core.models import User
from marketplace.core.text import fold
from producers.models import Partner, StockRecord

OFFER = ("price", "in_stock", "warn_at")
OF_VARIANT = variants.OWN
OF_PRODUCT_ALONE = tuple(
    name for name in (*prepare.FOR_ALL, *OF_GROUPS) if name not in OF_VARIANT and name != "title"
)
"""What other packs take from their product."""


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
    """A row without fault: the product that it changes, the set of a new one, or what it is a new pack of.

    ``pack_of`` is a product, or the folded name of one that is new in the same workbook.
    """

    row: SheetRow
    values: dict
    product: Product | None
    record: StockRecord | None
    category: Category | None
    pack_of: Product | str | None = None


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
        self.new_rows = {fold(row.cells.get("title", "")): row for row in sheet.rows if _is_new_product(row)}
        self.begun: dict[str, Product] = {}
        self.packs: dict[int | str, dict[str, int]] = {}

    def run(self) -> Report:
        checked = [self._check(row) for row in self.sheet.rows]
        if not self.report.faults:
            # New products before their packs, wherever in the sheet these stand.
            for each in sorted(checked, key=lambda row: row.pack_of is not None):
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
        if product is None and row.cells.get("pack_of"):
            return self._check_pack(row, values)
        category = product.category if product is not None else self._set_of_new(row, values)
        self._check_title(row, values, product)
        self._check_group(row, values, product, category)
        record = self.records.get(product.pk) if product is not None else None
        self._check_stock(row, values, record)
        if product is not None:
            self._check_family(row, product)
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

    def _check_pack(self, row: SheetRow, values: dict) -> _Checked:
        """A new pack of a product."""
        pack_of = self._pack_of(row)
        for code in OF_PRODUCT_ALONE:
            if row.cells.get(code):
                self._fault(row, code, _("Other packs have this from their product. Empty the cell."))
        if not row.cells.get("variant"):
            self._fault(row, "variant", _("Say which pack this is, such as 1 kg."))
        elif pack_of is not None and values.get("variant"):
            self._check_pack_name(row, values["variant"], pack_of)
        self._check_stock(row, values, None)
        return _Checked(row, values, None, None, None, pack_of)

    def _pack_of(self, row: SheetRow) -> Product | str | None:
        asked = row.cells["pack_of"]
        name = fold(asked)
        found = self.products.get(key_of(asked) or self.titles.get(name))
        if found is None and name in self.new_rows:
            return name
        if found is None:
            self._fault(row, "pack_of", _("Your stall has no product with this code or name."))
        elif found.parent_id is not None:
            self._fault(row, "pack_of", _("This is another pack itself. Name the product of both."))
        return found

    def _check_pack_name(self, row: SheetRow, variant: str, pack_of: Product | str) -> None:
        key = pack_of if isinstance(pack_of, str) else pack_of.pk
        if key not in self.packs:
            self.packs[key] = dict.fromkeys(self._pack_names(pack_of), 0)
        line = self.packs[key].setdefault(variant.casefold(), row.line)
        if line == 0:
            self._fault(row, "variant", _("There is a pack “%(name)s” already.") % {"name": variant})
        elif line != row.line:
            self._fault(row, "variant", _("This pack stands in row %(line)s already.") % {"line": line})

    def _pack_names(self, pack_of: Product | str) -> list[str]:
        if isinstance(pack_of, str):
            return [self.new_rows[pack_of].cells.get("variant", "").casefold()]
        children = [each for each in self.products.values() if each.parent_id == pack_of.pk]
        return [each.variant.casefold() for each in (pack_of, *children)]

    def _check_family(self, row: SheetRow, product: Product) -> None:
        """What a row with a code is a pack of stays as it is."""
        asked = row.cells.get("pack_of")
        if not asked:
            return
        parent = product.parent
        if parent is None or asked not in (str(parent.pk), parent.title):
            self._fault(row, "pack_of", _("This cannot be changed here. Leave it as it was exported."))

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
            if checked.pack_of is not None:
                self._add_pack(checked)
            elif checked.product is None:
                self._begin(checked)
            elif checked.product.parent_id is not None:
                self._write_variant(checked)
            else:
                self._write_product(checked)
        except banned.BannedWords as refusal:
            self._fault(checked.row, "title", str(refusal))
        except variants.VariantRefused as refusal:
            self._fault(checked.row, "variant", str(refusal))
        except Refused as refusal:
            self._fault(checked.row, "in_stock", str(refusal))

    def _begin(self, checked: _Checked) -> None:
        texts = {
            name: value for name, value in checked.values.items() if name in (*prepare.FOR_ALL, *OF_GROUPS)
        }
        offer = _offer(checked.values, None)
        begun = prepare.begin(
            self.seller, category=checked.category, values=texts, offer=offer, actor=self.actor
        )
        self.begun[fold(begun.title)] = begun
        self.report.created += 1

    def _add_pack(self, checked: _Checked) -> None:
        pack_of = checked.pack_of
        product = self.begun[pack_of] if isinstance(pack_of, str) else pack_of
        own = {name: checked.values[name] for name in OF_VARIANT if name in checked.values}
        made = variants.add(product, actor=self.actor, **own)
        prepare.put_on_offer(made, _offer(checked.values, None), actor=self.actor)
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


def _is_new_product(row: SheetRow) -> bool:
    return not row.cells.get("code") and not row.cells.get("pack_of")


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
