"""Lists for the importer's tests: rows of real look, none of which is in the demo's data."""

import csv
import io
from pathlib import Path

from openpyxl import Workbook

COLUMNS = (
    "product_name",
    "producer_name",
    "producer_kind",
    "commune",
    "district",
    "province",
    "group",
    "stars",
    "potential_5",
    "recognised_year",
    "decision",
    "price_vnd",
    "unit",
    "source_url",
    "category_hint",
)
HONEY = {
    "product_name": "Mật ong bạc hà Đồng Văn",
    "producer_name": "Hợp tác xã Ong Đá",
    "producer_kind": "cooperative",
    "commune": "Sà Phìn",
    "district": "Đồng Văn",
    "province": "Hà Giang",
    "group": "food",
    "stars": "4",
    "recognised_year": "2022",
    "decision": "813/QĐ-UBND",
    "source_url": "https://example.org/mat-ong",
    "category_hint": "honey",
}
TEA = {
    "product_name": "Trà Shan tuyết Phìn Hồ",
    "producer_name": "Hợp tác xã Chế biến chè Phìn Hồ",
    "province": "Hà Giang",
    "district": "Hoàng Su Phì",
    "group": "beverage",
    "stars": "5",
    "potential_5": "true",
    "recognised_year": "2024",
    "category_hint": "tea",
}
NO_PRODUCER = {
    "product_name": "Rau bò khai",
    "province": "Bắc Kạn",
    "group": "food",
    "stars": "3",
    "category_hint": "fresh_vegetables",
}
ROWS = (HONEY, TEA, NO_PRODUCER)


def csv_text(rows, *, delimiter=",", columns=COLUMNS) -> str:
    target = io.StringIO()
    writer = csv.DictWriter(target, columns, restval="", delimiter=delimiter, extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows)
    return target.getvalue()


def write_csv(path: Path, rows, *, encoding="utf-8", **look) -> Path:
    path.write_bytes(csv_text(rows, **look).encode(encoding))
    return path


def write_xlsx(path: Path, rows, columns=COLUMNS) -> Path:
    """As an office writes it: numbers as numbers, empty cells empty."""
    workbook = Workbook()
    workbook.active.append(columns)
    for row in rows:
        cells = (row.get(name) or None for name in columns)
        workbook.active.append([int(cell) if cell and cell.isdigit() else cell for cell in cells])
    workbook.save(path)
    return path


def many(count: int) -> list[dict]:
    """Rows of as many products, each of a producer of its own."""
    return [
        {
            **HONEY,
            "product_name": f"Mật ong rừng {number}",
            "producer_name": f"Hợp tác xã Ong số {number}",
        }
        for number in range(count)
    ]
