import pytest

from catalog.domain.importing import UnreadableFile
from catalog.domain.importing.reading import COLUMNS, open_table
from tests.catalog.domain.importing.lists import ROWS, csv_text, write_csv, write_xlsx

pytestmark = pytest.mark.unit


def read(path):
    with open_table(path) as table:
        return [(row.line, {name: text for name, text in row.cells.items() if text}) for row in table.rows]


EXPECTED = [(number, row) for number, row in enumerate(ROWS, start=2)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_encodings_and_separators(tmp_path, encoding, delimiter):
    path = write_csv(tmp_path / "list.csv", ROWS, encoding=encoding, delimiter=delimiter)
    assert read(path) == EXPECTED


def test_workbook(tmp_path):
    assert read(write_xlsx(tmp_path / "list.xlsx", ROWS)) == EXPECTED


def test_workbook_of_any_name(tmp_path):
    assert read(write_xlsx(tmp_path / "list.xlsx", ROWS).rename(tmp_path / "list.csv")) == EXPECTED


def test_lines_are_those_of_the_file(tmp_path):
    rows = [{**ROWS[0], "unit": "hộp\n500 g"}, {}, ROWS[1]]
    assert [line for line, _cells in read(write_csv(tmp_path / "list.csv", rows))] == [2, 5]


def test_header_in_other_dress(tmp_path):
    text = csv_text(ROWS)
    header, rest = text.split("\r\n", 1)
    path = tmp_path / "list.csv"
    path.write_text("\r\n".join([header.replace("_", " ").title(), rest]), encoding="utf-8", newline="")
    assert read(path) == EXPECTED


def test_missing_columns_are_named(tmp_path):
    columns = [name for name in COLUMNS if name not in ("stars", "province")]
    path = write_csv(tmp_path / "list.csv", ROWS, columns=columns)
    with pytest.raises(UnreadableFile, match=r": province, stars$"):
        read(path)


def test_columns_that_may_be_missing(tmp_path):
    columns = ("product_name", "producer_name", "province", "group", "stars", "recognised_year", "Ghi chú")
    path = write_csv(tmp_path / "list.csv", ROWS[:1], columns=columns)
    with open_table(path) as table:
        assert table.unknown_columns == ("ghi_chu",)
        assert [row.cells["product_name"] for row in table.rows] == ["Mật ong bạc hà Đồng Văn"]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x89PNG\r\n\x1a\n",
        "Tên sản phẩm".encode("cp1258", errors="replace"),
        b"PK\x03\x04 no workbook",
        b"product_name,product_name,producer_name,province,group,stars,recognised_year\n",
        csv_text(ROWS).encode() + b"\xff\xfe\xff",
        csv_text(ROWS).encode() + b'"never closed',
    ],
)
def test_what_is_no_list_is_told(tmp_path, content):
    path = tmp_path / "list.csv"
    path.write_bytes(content)
    with pytest.raises(UnreadableFile):
        read(path)


def test_no_file(tmp_path):
    with pytest.raises(UnreadableFile, match=r"none\.csv"):
        read(tmp_path / "none.csv")


def test_a_folder(tmp_path):
    with pytest.raises(UnreadableFile):
        read(tmp_path)
