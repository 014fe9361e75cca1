"""The point's desk: the shelf as a workbook."""

import re
from io import BytesIO
from zipfile import ZipFile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import load_workbook

from marketplace.core.roles import TeamRole
from producers.domain import counter, stocktakes
from producers.domain.acts import By
from producers.domain.counter import Item
from producers.models import StockRecord, Stocktake
from tests.factories.catalog import make_member
from tests.factories.points import make_point
from tests.factories.shelves import make_shelf

pytestmark = [pytest.mark.integration, pytest.mark.django_db, pytest.mark.usefixtures("frozen")]

CODE, PRICE, IN_STOCK, COUNTED = 1, 4, 7, 10


@pytest.fixture
def point(client):
    point = make_point()
    client.force_login(make_member(point.seller, TeamRole.MANAGER))
    return point


def url(name: str, point) -> str:
    return reverse(f"point_desk:{name}", args=[point.seller.slug])


def workbook(client, point):
    return load_workbook(BytesIO(client.get(url("sheet-download", point)).getvalue()))


def send(client, point, book, act: str = "import"):
    file = BytesIO()
    book.save(file)
    upload = SimpleUploadedFile("ke.xlsx", file.getvalue())
    return client.post(url("sheet", point), {"file": upload, "act": act})


def test_prices_and_counts_come_back_and_a_trial_changes_nothing(client, point):
    record, other = make_shelf(point=point), make_shelf(point=point)
    book = workbook(client, point)
    sheet = book.worksheets[0]
    rows = {sheet.cell(row, CODE).value: row for row in (2, 3)}
    sheet.cell(rows[record.product_id], PRICE).value = 52_000
    sheet.cell(rows[other.product_id], COUNTED).value = 8
    report = send(client, point, book, "try").context["report"]
    assert (report.priced, report.counted, Stocktake.objects.count()) == (1, 1, 0)
    assert send(client, point, book).status_code == 302
    stock = dict(StockRecord.objects.filter(partner=point.seller).values_list("pk", "num_in_stock"))
    record.refresh_from_db()
    assert (record.price, stock) == (52_000, {record.pk: 10, other.pk: 8})
    sheet.cell(rows[record.product_id], PRICE).value = 60_000
    again = send(client, point, book)
    assert again.status_code == 422
    assert [fault.line for fault in again.context["faults"]] == [rows[record.product_id]]


@pytest.mark.parametrize("counted", [10, 7])
def test_a_count_of_goods_that_moved_since_is_a_fault_of_its_row(client, point, counted):
    record, other = make_shelf(point=point), make_shelf(point=point)
    book = workbook(client, point)
    sheet = book.worksheets[0]
    rows = {sheet.cell(row, CODE).value: row for row in (2, 3)}
    sheet.cell(rows[record.product_id], COUNTED).value = counted
    sheet.cell(rows[other.product_id], COUNTED).value = 9
    counter.sell(point, [Item(record.pk, 3)], paid_by="cash", by=By())

    response = send(client, point, book)

    assert response.status_code == 422
    [fault] = response.context["faults"]
    assert (fault.line, fault.value) == (rows[record.product_id], str(counted))
    record.refresh_from_db()
    assert (record.num_in_stock, Stocktake.objects.count()) == (7, 0)


def test_a_count_needs_the_number_that_lay_there(client, point):
    make_shelf(point=point)
    book = workbook(client, point)
    book.worksheets[0].cell(2, COUNTED).value = 8
    book.worksheets[0].cell(2, IN_STOCK).value = None
    response = send(client, point, book)
    assert response.status_code == 422
    assert [fault.line for fault in response.context["faults"]] == [2]


@pytest.mark.parametrize(
    ("column", "value"),
    [(CODE, 999_999), (CODE, None), (PRICE, "rẻ"), (PRICE, 0), (COUNTED, -1), (COUNTED, "=1+1")],
)
def test_a_fault_is_named_by_its_row_and_nothing_is_changed(client, point, column, value):
    make_shelf(point=point)
    book = workbook(client, point)
    book.worksheets[0].cell(2, column).value = value
    response = send(client, point, book)
    assert response.status_code == 422
    assert response.context["faults"][0].line == 2
    assert not Stocktake.objects.exists()


def test_a_row_without_the_empty_cells_at_its_end_is_read_as_one_with_them(client, point):
    """As programs write it that name no dimension of the sheet and only cells with something in them."""
    record = make_shelf(point=point)
    book = workbook(client, point)
    book.worksheets[0].delete_cols(PRICE + 2, 5)
    book.worksheets[0].cell(2, PRICE).value = None
    book.worksheets[0].cell(2, PRICE + 1).value = None
    file = BytesIO()
    book.save(file)
    upload = SimpleUploadedFile("ke.xlsx", without_dimension(file))
    assert client.post(url("sheet", point), {"file": upload, "act": "import"}).status_code == 302
    before = record.price
    record.refresh_from_db()
    assert record.price == before


def without_dimension(file: BytesIO) -> bytes:
    """The same workbook, its first sheet as a stream of cells that says nothing of its size."""
    written = BytesIO()
    with ZipFile(file) as old, ZipFile(written, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            if name == "xl/worksheets/sheet1.xml":
                part = re.sub(rb"<dimension [^>]*/>", b"", part)
                part = re.sub(rb'<c r="[D-Z]2"[^>]*?/>', b"", part)
            new.writestr(name, part)
    return written.getvalue()


def test_no_second_stocktake_by_workbook_and_no_other_file(client, point):
    make_shelf(point=point)
    stocktakes.begin(point)
    book = workbook(client, point)
    book.worksheets[0].cell(2, COUNTED).value = 8
    assert send(client, point, book).status_code == 422
    file = SimpleUploadedFile("ke.xlsx", b"PK nothing")
    assert client.post(url("sheet", point), {"file": file}).status_code == 422
