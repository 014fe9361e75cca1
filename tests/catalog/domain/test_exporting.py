"""A list that is exported is read again without a change, whatever stands in it."""

import csv
import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from openpyxl import load_workbook

from catalog.domain import exporting
from catalog.domain.exporting import TooManyRows, export_products
from catalog.domain.importing import import_products
from catalog.domain.importing.cells import clean, neutralised, restored
from catalog.domain.importing.reading import COLUMNS, open_table
from catalog.models import Certification, Product
from producers.models import Partner, StockRecord
from tests.catalog.domain.importing.lists import HONEY, NO_PRODUCER, ROWS, TEA, many, write_csv
from tests.catalog.domain.importing.test_import import everything, resolver
from tests.factories.catalog import make_certification, make_product

unit = pytest.mark.unit
pytestmark = [pytest.mark.integration, pytest.mark.usefixtures("regions")]

HISTORY = (
    {**HONEY, "unit": "chai 500 ml", "price_vnd": "250000"},
    {**HONEY, "recognised_year": "2025", "stars": "5", "decision": "9/QĐ-UBND"},
    TEA,
    {**NO_PRODUCER, "commune": "Không Đâu Cả"},
    {**NO_PRODUCER, "product_name": "Bộ lư hương", "group": "handicraft", "category_hint": ""},
    {**TEA, "product_name": "=HYPERLINK(1)", "producer_name": "+Cộng", "unit": "-kg", "decision": "@1"},
    {**TEA, "product_name": "'=Nháy", "producer_name": "'Ong'", "unit": "'", "province": "", "district": ""},
    {**TEA, "product_name": "Trà không năm", "recognised_year": "", "stars": "3", "decision": "D1"},
    {**TEA, "product_name": "Trà không năm", "recognised_year": "2024", "stars": "4"},
)


@pytest.fixture(params=["csv", "xlsx"])
def path(request, tmp_path):
    return tmp_path / f"out.{request.param}"


@pytest.fixture
def bring_in(tmp_path):
    def bring_in(*rows):
        report = import_products(write_csv(tmp_path / "in.csv", rows), resolver=resolver())
        assert report.is_written
        return report

    return bring_in


def cells(path):
    with open_table(path) as table:
        return [row.cells for row in table.rows]


def test_what_a_row_says(frozen, bring_in, path):
    bring_in(*HISTORY)
    assert export_products(path, Product.objects.all()) == len(HISTORY)
    first, second, tea, greens, *_others = cells(path)
    assert first == {
        **HONEY,
        "group": "food",
        "potential_5": "",
        "price_vnd": "250000",
        "unit": "chai 500 ml",
        "category_hint": "set-04",
    }
    assert (second["recognised_year"], second["stars"], second["decision"]) == ("2025", "5", "9/QĐ-UBND")
    assert (tea["potential_5"], tea["commune"], tea["district"]) == ("true", "", "Hoàng Su Phì")
    assert (greens["producer_name"], greens["producer_kind"], greens["recognised_year"]) == ("", "", "")


def test_the_same_database_does_not_change(frozen, bring_in, path):
    bring_in(*HISTORY)
    before = everything()
    export_products(path, Product.objects.all())
    report = import_products(path, resolver=resolver())
    assert (report.problems, report.has_changes, report.producers_created) == ([], False, 0)
    assert everything() == before


def test_another_database_gives_the_same_list(frozen, bring_in, tmp_path):
    bring_in(*HISTORY)
    first, second = tmp_path / "first.csv", tmp_path / "second.csv"
    export_products(first, Product.objects.all())
    for model in (StockRecord, Certification, Product, Partner):
        model.objects.all().delete()
    assert import_products(first, resolver=resolver()).is_written
    export_products(second, Product.objects.all())
    assert second.read_bytes() == first.read_bytes()


def test_what_people_entered_or_renamed_is_found_again(frozen, bring_in, path):
    bring_in(*ROWS)
    Product.objects.filter(title=TEA["product_name"]).update(title="Trà đổi tên")
    Partner.objects.filter(name=HONEY["producer_name"]).update(
        name="HTX Ong Đổi Tên", normal_name="htx ongdoiten"
    )
    by_hand = make_product(title="Sản phẩm tự nhập", producer=Partner.objects.first())
    make_certification(by_hand, stars=3, issued_on=datetime.date(2025, 5, 5))
    before = everything()
    export_products(path, Product.objects.all())
    report = import_products(path, resolver=resolver())
    assert (report.problems, report.has_changes, report.producers_created) == ([], False, 0)
    assert everything() == before


def test_illustrative_recognitions_are_left_out(frozen, bring_in, path):
    bring_in(HONEY)
    renewal = {"issued_on": datetime.date(2025, 12, 20), "provenance": Certification.Provenance.ILLUSTRATIVE}
    make_certification(Product.objects.get(), stars=4, **renewal)
    assert export_products(path, Product.objects.all()) == 1


def test_no_cell_of_a_csv_file_runs(frozen, bring_in, tmp_path):
    bring_in(*HISTORY)
    export_products(tmp_path / "out.csv", Product.objects.all())
    content = (tmp_path / "out.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbfproduct_name,")
    rows = list(csv.reader(content.decode("utf-8-sig").splitlines()))
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
    assert "'=HYPERLINK(1)" in {row[0] for row in rows}


def test_no_cell_of_a_workbook_runs(frozen, bring_in, tmp_path):
    bring_in(*HISTORY)
    export_products(tmp_path / "out.xlsx", Product.objects.all())
    sheet = load_workbook(tmp_path / "out.xlsx").active
    kinds = {cell.value: cell.data_type for row in sheet.iter_rows() for cell in row}
    assert kinds["=HYPERLINK(1)"] == "s"
    assert "f" not in kinds.values()
    assert kinds[250_000] == kinds[2022] == "n"


@pytest.mark.parametrize("count", [1, 30])
def test_queries_do_not_grow_with_rows(frozen, bring_in, path, count):
    bring_in(*many(count))
    with CaptureQueriesContext(connection) as queries:
        export_products(path, Product.objects.all())
    assert len(queries) == 4


def test_a_workbook_that_would_be_too_long_is_refused(frozen, bring_in, tmp_path, monkeypatch):
    bring_in(*ROWS)
    monkeypatch.setattr(exporting, "MOST_ROWS_OF_A_SHEET", 3)
    with pytest.raises(TooManyRows):
        export_products(tmp_path / "out.xlsx", Product.objects.all())
    assert export_products(tmp_path / "out.csv", Product.objects.all()) == 3


def test_an_interrupted_export_leaves_what_was_there(frozen, bring_in, path):
    bring_in(*ROWS)
    path.write_text("yesterday's")

    def interrupted(rows, **_description):
        yield next(iter(rows))
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        export_products(path, Product.objects.all(), progress=interrupted)
    assert path.read_text() == "yesterday's"
    assert [each.name for each in path.parent.iterdir() if each.name.startswith("out")] == [path.name]


odd = st.text("='+-@\t\r\n＝,;\"#N/A_x0041đ ạ\u200b", max_size=12) | st.text(max_size=12)


@unit
@given(odd)
def test_an_apostrophe_goes_on_and_off(text):
    assert restored(neutralised(text)) == text
    assert not neutralised(text).startswith(tuple("=+-@\t\r\n＝＋－＠"))


class TestAnyText(TestCase):
    @pytest.fixture(autouse=True)
    def _folder(self, tmp_path, frozen):
        self.folder = tmp_path

    @settings(max_examples=10, deadline=None)
    @given(
        st.lists(
            st.tuples(odd.filter(lambda text: any(map(str.isalnum, clean(text)))), odd, odd, odd),
            min_size=1,
            max_size=5,
        )
    )
    def test_goes_out_and_in_without_change(self, texts):
        rows = [
            {**TEA, "product_name": title, "producer_name": producer, "unit": unit, "decision": decision}
            for title, producer, unit, decision in texts
        ]
        path = self.folder / "in.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, COLUMNS, restval="")
            writer.writeheader()
            writer.writerows({name: neutralised(text) for name, text in row.items()} for row in rows)
        import_products(path, skip_bad=True, resolver=resolver())
        before = everything()
        exported = []
        for name in ("out.csv", "out.xlsx"):
            export_products(self.folder / name, Product.objects.all())
            report = import_products(self.folder / name, resolver=resolver())
            assert (report.problems, report.has_changes) == ([], False)
            exported.append([list(row.values()) for row in cells(self.folder / name)])
        assert exported[0] == exported[1]
        assert everything() == before
