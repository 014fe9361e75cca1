"""Bank statements: what banks write, columns named once, lines counted once, a hundred thousand of them."""

import datetime
import time
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook

from catalog.domain.importing.reading import UnreadableFile
from marketplace.core.private_files import private_storage
from marketplace.payments.domain import money_files
from marketplace.payments.domain.money_files import NotWaiting
from marketplace.payments.domain.money_tables import amount_of, day_of
from marketplace.payments.models import ColumnMapping, MoneyFile, Transfer
from marketplace.payments.tasks import read_statement
from tests.factories.catalog import make_seller, make_user
from tests.factories.payments import make_owed

pytestmark = [pytest.mark.integration, pytest.mark.django_db, pytest.mark.usefixtures("frozen")]

HEADS = {
    "booked_on": "Ngày giao dịch",
    "amount": "Ghi có",
    "content": "Nội dung",
    "bank_reference": "Số giao dịch",
    "balance": "Số dư",
}
HEAD = "STT;Ngày giao dịch;Ghi nợ;Ghi có;Số dư;Nội dung;Số giao dịch"
BEFORE_HEAD = "NGÂN HÀNG TMCP NGOẠI THƯƠNG\nTài khoản: 1033193343, HTX BAC SON\n\n"


@pytest.fixture(autouse=True)
def private_folder(settings, tmp_path):
    settings.PRIVATE_ROOT = tmp_path


@pytest.fixture
def seller():
    return make_seller()


def csv_of(*lines: str, head: str = HEAD) -> bytes:
    return (BEFORE_HEAD + "\n".join((head, *lines)) + "\n").encode("utf-8-sig")


def keep(seller, content: bytes, name: str = "sao-ke.csv") -> MoneyFile:
    return money_files.keep(seller, "bank", SimpleUploadedFile(name, content), actor=make_user())


def read(seller, content: bytes, name: str = "sao-ke.csv", heads=HEADS) -> MoneyFile:
    file = keep(seller, content, name)
    money_files.begin(file, heads)
    read_statement.func(file.pk)
    file.refresh_from_db()
    return file


def counts(file: MoneyFile) -> tuple:
    return file.state, file.lines, file.new, file.matched, file.repeated, file.left_out


def line(
    number: int, amount: str, content: str, reference: str = "", day: str = "24/11/2026 09:15:01"
) -> str:
    return f"{number};{day};;{amount};1.000.000;{content};{reference}"


def test_money_in_is_noted_and_matched_and_the_rest_left_out(seller):
    payment = make_owed(150_000, seller=seller)
    code = payment.transfer_request.code
    file = read(
        seller,
        csv_of(
            line(1, "150.000", f"ck don {code.lower()} cam on", "FT1"),
            line(2, "1,250,000.00", "Tiền hàng tháng mười", "FT2"),
            "3;24/11/2026;50.000;;950.000;Phí;FT3",
            ";;Cộng;1.400.000;;;",
        ),
    )
    assert counts(file) == ("read", 4, 2, 1, 0, 2)
    payment.refresh_from_db()
    assert (payment.state, payment.received) == ("paid", 150_000)
    assert list(Transfer.objects.order_by("pk").values_list("amount", "booked_on", "state")) == [
        (150_000, datetime.date(2026, 11, 24), "matched"),
        (1_250_000, datetime.date(2026, 11, 24), "unmatched"),
    ]
    assert not private_storage().exists("money") or not private_storage().listdir("money")[1]


def test_amounts_and_days_that_cannot_be_are_left_out_and_the_rest_is_read(seller):
    payment = make_owed(150_000, seller=seller)
    code = payment.transfer_request.code
    file = read(
        seller,
        csv_of(
            line(1, "1" + "0" * 30, f"ck {code}", "FT1"),
            line(2, "9" * 5000, f"ck {code}", "FT2"),
            line(3, "150.000", f"ck {code}", "FT3", day="01/01/0001"),
            line(4, "150.000", f"ck {code}", "FT4"),
        ),
    )
    assert counts(file) == ("read", 4, 1, 1, 0, 3)
    assert Transfer.objects.get().bank_reference == "FT4"


def test_a_line_twice_counts_once_in_one_file_and_in_two(seller):
    lines = [line(1, "150.000", "A", "FT1"), line(2, "150.000", "A", "FT1"), line(3, "70.000", "B")]
    assert counts(read(seller, csv_of(*lines))) == ("read", 3, 2, 0, 1, 0)
    lines = [line(9, "70.000", "b"), line(8, "70.000", "B", day="25/11/2026")]
    assert counts(read(seller, csv_of(*lines))) == ("read", 2, 1, 0, 1, 0)


def test_a_workbook_is_read_too(seller):
    workbook = Workbook()
    workbook.active.append(["Sao kê tài khoản"])
    workbook.active.append(list(HEADS.values()))
    workbook.active.append([datetime.datetime(2026, 11, 24, 9, 15), 150_000.0, "abc", "FT7", 5])
    target = BytesIO()
    workbook.save(target)
    assert counts(read(seller, target.getvalue(), "sao-ke.xlsx")) == ("read", 1, 1, 0, 0, 0)


def test_columns_are_proposed_and_remembered(seller):
    file = keep(seller, csv_of(line(1, "1", "A")))
    names = money_files.head_of(file).names
    assert money_files.known_heads(file, names) == {}
    assert money_files.proposed_heads(file, names) == HEADS
    money_files.begin(file, {**HEADS, "balance": ""})
    with pytest.raises(NotWaiting):
        money_files.begin(file, HEADS)
    again = keep(seller, csv_of(line(2, "1", "B")))
    assert money_files.known_heads(again, names) == {**HEADS, "balance": ""}
    assert ColumnMapping.objects.count() == 1


OTHER_HEAD = "Ngày;Nội dung;Ghi có;Phát sinh có"
OTHER_HEADS = {"booked_on": "Ngày", "amount": "Phát sinh có", "content": "Nội dung"}


def other_bank(*lines: str) -> bytes:
    """A statement of another bank, whose head has a column in common with the first's."""
    return csv_of(*(lines or ("24/11/2026;abc;9;70.000",)), head=OTHER_HEAD)


def test_a_file_that_waits_is_read_by_its_own_columns_whatever_is_named_meanwhile(seller):
    first = keep(seller, csv_of(line(1, "150.000", "A", "FT1")))
    money_files.begin(first, HEADS)
    second = keep(seller, other_bank())
    money_files.begin(second, OTHER_HEADS)
    for file in (first, second):
        read_statement.func(file.pk)
        file.refresh_from_db()
    assert [counts(file) for file in (first, second)] == [("read", 1, 1, 0, 0, 0)] * 2
    assert sorted(Transfer.objects.values_list("amount", flat=True)) == [70_000, 150_000]


def test_a_stall_with_two_banks_keeps_the_columns_of_both(seller):
    read(seller, csv_of(line(1, "150.000", "A", "FT1")))
    read(seller, other_bank(), heads=OTHER_HEADS)
    first, second = keep(seller, csv_of(line(2, "1", "B"))), keep(seller, other_bank())
    for file, heads in ((first, HEADS), (second, OTHER_HEADS)):
        names = money_files.head_of(file).names
        assert money_files.known_heads(file, names) == heads
        assert money_files.proposed_heads(file, names) == heads
    assert ColumnMapping.objects.count() == 2


def test_a_bank_that_adds_a_column_is_asked_for_again_with_what_is_known(seller):
    heads = {**HEADS, "amount": "Ghi nợ", "balance": ""}
    read(seller, csv_of(line(1, "150.000", "A", "FT1")), heads=heads)
    file = keep(seller, csv_of(line(2, "1", "B") + ";x", head=f"{HEAD};Kênh"))
    names = money_files.head_of(file).names
    assert money_files.known_heads(file, names) == {}
    assert money_files.proposed_heads(file, names) == heads


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.csv", b""), ("a.csv", b"1;2;3\n4;5;6\n"), ("a.xlsx", b"PK\x03\x04 no"), ("a.csv", b"\xff\xfe\x00")],
)
def test_what_is_no_list_is_refused_and_not_kept(seller, name, content):
    with pytest.raises(UnreadableFile):
        keep(seller, content, name)
    assert not MoneyFile.objects.exists()
    assert not private_storage().listdir("money")[1]


def test_a_file_without_the_named_columns_says_so(seller):
    file = read(seller, csv_of(line(1, "1", "A")), heads={**HEADS, "amount": "Tiền vào"})
    assert (file.state, "columns" in file.problem or "cột" in file.problem) == ("failed", True)


def test_read_again_after_a_crash_nothing_is_counted_twice(seller, monkeypatch):
    monkeypatch.setattr(money_files, "PIECE", 2)
    file = keep(seller, csv_of(*(line(n, "10.000", f"A{n}") for n in range(5))))
    money_files.begin(file, HEADS)
    written = money_files.write_statement

    def dies(file, lines):
        if Transfer.objects.count() == 4:
            raise RuntimeError
        return written(file, lines)

    with pytest.raises(RuntimeError):
        money_files.read(file, dies)
    read_statement.func(file.pk)
    read_statement.func(file.pk)
    file.refresh_from_db()
    assert counts(file) == ("read", 5, 1, 0, 4, 0)
    assert Transfer.objects.count() == 5


def test_thousands_of_lines_are_streamed(seller):
    payment = make_owed(150_000, seller=seller)
    lines = [line(n, "10.000", f"Chuyển tiền {n}") for n in range(3_000)]
    lines.append(line(3_000, "150.000", f"MUA HANG {payment.transfer_request.code}"))
    started = time.monotonic()
    assert counts(read(seller, csv_of(*lines))) == ("read", 3_001, 3_001, 1, 0, 0)
    assert time.monotonic() - started < 60


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("1.250.000", 1_250_000),
        ("1,250,000.00", 1_250_000),
        ("+150,000 VND", 150_000),
        ("-50000", -50_000),
        ("150000", 150_000),
        ("150.000 đ", 150_000),
        ("", 0),
        ("-", 0),
    ],
)
def test_amounts_as_banks_write_them(text, amount):
    assert amount_of(text) == amount


@pytest.mark.parametrize("text", ["abc", "1.2e5", "12/11/2026", "٣"])
def test_what_is_no_amount_is_refused(text):
    with pytest.raises(ValueError, match="no amount"):
        amount_of(text)


@pytest.mark.parametrize("text", ["24/11/2026 09:15", "2026-11-24", "24-11-2026", "24.11.2026"])
def test_days_as_banks_write_them(text):
    assert day_of(text) == datetime.date(2026, 11, 24)


@pytest.mark.parametrize("text", ["", "31/02/2026", "gio"])
def test_what_is_no_day_is_refused(text):
    with pytest.raises(ValueError, match="day"):
        day_of(text)
