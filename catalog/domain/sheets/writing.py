"""A stall's workbook to fill in: the products as they are on sheet 1, what each column means on sheet 2."""

from collections.abc import Iterator
from typing import BinaryIO

from django.utils.translation import gettext as _

from catalog.domain.importing.cells import neutralised
from catalog.domain.sheets.columns import COLUMNS
from catalog.domain.sheets.run import stamp
from catalog.models import Category, Product
from marketplace.core.imports import later
from marketplace.core.text import without_controls
from producers.models import Partner, StockRecord

openpyxl = later("openpyxl")

WIDE = {"title": 40, "ingredients": 40, "origin_statement": 40, "storage": 30, "material": 30}
NARROW = 14


def write(file: BinaryIO, seller: Partner, *, empty: bool = False) -> None:
    """Write the workbook; ``empty`` leaves out the products, as a template for new ones."""
    workbook = openpyxl.Workbook(write_only=True)
    _write_rows(workbook, [] if empty else _rows(seller))
    _write_help(workbook)
    workbook.save(file)


def _write_rows(workbook: "openpyxl.Workbook", rows) -> None:
    sheet = workbook.create_sheet(_("Products"))
    sheet.freeze_panes = "D2"
    for at, column in enumerate(COLUMNS, start=1):
        sheet.column_dimensions[openpyxl.utils.get_column_letter(at)].width = WIDE.get(column.code, NARROW)
    sheet.append([_bold(sheet, str(column.label)) for column in COLUMNS])
    for row in rows:
        sheet.append([_cell(sheet, value) for value in row])


def _rows(seller: Partner) -> Iterator[tuple]:
    products = Product.objects.filter(producer=seller).select_related("parent").prefetch_related("categories")
    records = {
        record.product_id: record for record in StockRecord.objects.filter(partner=seller, departure=None)
    }
    families = sorted(
        products, key=lambda each: (each.parent_id or each.pk, each.parent_id is not None, each.pk)
    )
    for product in families:
        yield tuple(_value(product, records.get(product.pk), column.code) for column in COLUMNS)


def _value(product: Product, record: StockRecord | None, code: str):
    if code == "code":
        return product.pk
    if code == "set":
        return product.category.set_number if product.category is not None else None
    if code == "pack_of":
        return product.parent_id
    if code == "title":
        return product.parent.title if product.parent_id is not None else product.title
    if code == "price":
        return int(record.price) if record is not None and record.price is not None else None
    if code == "in_stock":
        return record.num_in_stock if record is not None else 0
    if code == "warn_at":
        return record.low_stock_threshold if record is not None else None
    if code == "stamp":
        return stamp(product, record)
    return getattr(product, code)


def _write_help(workbook: "openpyxl.Workbook") -> None:
    sheet = workbook.create_sheet(_("Explanations"))
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 26, 90
    for line in (
        _("Fill in sheet 1 and send the file back at the desk: Products, Excel."),
        _("One row is one product, or one of its other packs. Rows that you leave out stay as they are."),
        _("A new product has no code. A new pack of a product has none either, and names the product."),
        _("If anything is wrong, nothing is changed, and each fault is named by row and column."),
    ):
        sheet.append([line])
    sheet.append([])
    sheet.append([_bold(sheet, _("Column")), _bold(sheet, _("What it holds"))])
    for column in COLUMNS:
        sheet.append([_cell(sheet, str(column.label)), _cell(sheet, str(column.help))])
    sheet.append([])
    sheet.append([_bold(sheet, _("Set number")), _bold(sheet, _("OCOP set"))])
    for each in Category.objects.filter(set_number__isnull=False).order_by("set_number"):
        sheet.append([each.set_number, _cell(sheet, each.display_name)])


def _bold(sheet, text: str) -> "openpyxl.cell.WriteOnlyCell":
    cell = openpyxl.cell.WriteOnlyCell(sheet, value=text)
    cell.font = openpyxl.styles.Font(bold=True)
    cell.alignment = openpyxl.styles.Alignment(wrap_text=True, vertical="top")
    return cell


def _cell(sheet, value):
    """Numbers as they are; a text as a text, which runs nothing."""
    if not isinstance(value, str):
        return value
    value = without_controls(value)
    cell = openpyxl.cell.WriteOnlyCell(sheet, value=neutralised(value) or None)
    if value[:1] in ("=", "#"):
        cell.data_type = "s"
    return cell
