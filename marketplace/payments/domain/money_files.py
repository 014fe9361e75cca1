"""Files with money: kept until they are read, read in a task line by line, then removed.

A statement may have a hundred thousand lines, so it is read in pieces, each in a transaction of its own. A
task that dies in the middle is run again from the start: lines that were counted are known by then.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from itertools import islice
from pathlib import Path
from uuid import uuid4

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.domain.importing.reading import UnreadableFile
from marketplace.core.exceptions import Refused
from marketplace.core.models import User
from marketplace.core.private_files import private_storage
from marketplace.core.text import fold
from marketplace.payments.domain import transfers
from marketplace.payments.domain.money_tables import Head, amount_of, day_of, find_head, read_columns
from marketplace.payments.models import ColumnMapping, MoneyFile
from producers.models import Partner

State = MoneyFile.State
Kind = MoneyFile.Kind

PIECE = 500
"""Lines that are written down together."""


@dataclass(frozen=True)
class Column:
    """What a column of a file can hold; ``usual`` are beginnings of heads, folded, that banks give it."""

    label: Promise
    usual: tuple[str, ...]
    is_needed: bool = True


COLUMNS: dict[str, dict[str, Column]] = {
    Kind.BANK: {
        "booked_on": Column(
            gettext_lazy("Day"),
            (
                "ngay giao dich",
                "ngay hach toan",
                "ngay hieu luc",
                "thoi gian",
                "ngay",
                "transaction date",
                "date",
            ),
        ),
        "amount": Column(
            gettext_lazy("Money in"),
            (
                "ghi co",
                "so tien ghi co",
                "phat sinh co",
                "co credit",
                "tien vao",
                "credit",
                "so tien",
                "amount",
            ),
        ),
        "content": Column(
            gettext_lazy("Content of the transfer"),
            ("noi dung", "dien giai", "mo ta", "chi tiet", "description", "details", "content"),
        ),
        "bank_reference": Column(
            gettext_lazy("Bank's number"),
            (
                "so giao dich",
                "ma giao dich",
                "so tham chieu",
                "so but toan",
                "so ct",
                "reference",
                "transaction no",
            ),
            is_needed=False,
        ),
        "balance": Column(gettext_lazy("Balance"), ("so du", "balance"), is_needed=False),
    },
    Kind.CARRIER: {
        "tracking_number": Column(
            gettext_lazy("Tracking number"),
            ("ma van don", "ma don hang", "ma don", "so hieu", "van don", "tracking", "order code"),
        ),
        "amount": Column(
            gettext_lazy("Money collected"),
            ("tien thu ho", "thu ho", "so tien cod", "cod", "so tien", "amount"),
        ),
        "paid_on": Column(
            gettext_lazy("Day"), ("ngay doi soat", "ngay tra", "ngay", "date"), is_needed=False
        ),
    },
}


class NotWaiting(Refused):
    """The file is being read, or was; nothing changed."""

    def __init__(self):
        super().__init__(_("This file is being read already."))


@dataclass
class Counts:
    """What came of the lines of a file. ``left_out``: money out, sums, lines that are no list."""

    lines: int = 0
    new: int = 0
    matched: int = 0
    repeated: int = 0
    left_out: int = 0


Piece = Callable[[MoneyFile, list[Mapping[str, str]]], Counts]
"""Writes a piece of a file down, in one transaction."""


def keep(seller: Partner, kind: str, upload: UploadedFile, *, actor: User) -> MoneyFile:
    """Keep what was sent until it is read; raises UnreadableFile for what is no list."""
    suffix = Path(upload.name).suffix.lower()
    stored_as = private_storage().save(f"money/{uuid4().hex}{suffix}", upload)
    try:
        find_head(_path(stored_as))
    except UnreadableFile:
        private_storage().delete(stored_as)
        raise
    name = Path(upload.name).name[: MoneyFile._meta.get_field("name").max_length]
    return MoneyFile.objects.create(seller=seller, kind=kind, name=name, stored_as=stored_as, sent_by=actor)


def head_of(file: MoneyFile) -> Head:
    """The columns of a file that waits; raises UnreadableFile."""
    return find_head(_path(file.stored_as))


def proposed_heads(file: MoneyFile, names: Iterable[str]) -> dict[str, str]:
    """Which column holds what: as the seller named them for a file with such heads, else by usual names."""
    names = [name for name in names if name]
    usual = {name: _usual(column, names) for name, column in COLUMNS[file.kind].items()}
    return known_heads(file, names) or _fitting_heads(file, names) or usual


def known_heads(file: MoneyFile, names: Iterable[str]) -> dict[str, str]:
    """As the seller named the columns of a file with just these heads; empty where there was none."""
    mapping = _mappings(file).filter(fingerprint=_fingerprint(names)).first()
    return mapping.heads if mapping is not None else {}


@transaction.atomic
def begin(file: MoneyFile, heads: Mapping[str, str]) -> None:
    """The columns are named: keep them with the file, and for the next one with the same heads.

    Whoever calls enqueues the task that reads the file, in the same transaction. Raises ``NotWaiting`` and
    UnreadableFile.
    """
    waiting = MoneyFile.objects.filter(pk=file.pk, state=State.SENT)
    moved = waiting.update(state=State.READING, heads=dict(heads))
    file.refresh_from_db(fields=["state", "heads"])
    if not moved:
        raise NotWaiting
    ColumnMapping.objects.update_or_create(
        seller=file.seller,
        kind=file.kind,
        fingerprint=_fingerprint(head_of(file).names),
        defaults={"heads": dict(heads)},
    )


def read(file: MoneyFile, write_piece: Piece) -> None:
    """Read a file that was begun, and remove it; one that was read already stays as it is."""
    if file.state != State.READING:
        return
    counts = Counts()
    try:
        lines = _lines(file)
        while piece := list(islice(lines, PIECE)):
            _add(counts, write_piece(file, piece))
    except UnreadableFile as error:
        _end(file, State.FAILED, counts, str(error))
    else:
        _end(file, State.READ, counts)


def write_statement(file: MoneyFile, lines: list[Mapping[str, str]]) -> Counts:
    """Note the incoming transfers of a piece of a bank statement."""
    counts = Counts(lines=len(lines))
    told = [each for each in map(_told, lines) if each is not None]
    counts.left_out = len(lines) - len(told)
    counts.new, counts.matched = transfers.note_many(file.seller, told, file=file)
    counts.repeated = len(told) - counts.new
    return counts


def _told(line: Mapping[str, str]) -> transfers.Told | None:
    """A line as a transfer; None for money that went out, for sums and what else is no transfer."""
    try:
        amount, day = amount_of(line["amount"]), day_of(line["booked_on"])
    except ValueError:
        return None
    if amount <= 0:
        return None
    return transfers.Told(
        amount, day, line["content"], line.get("bank_reference", ""), line.get("balance", "")
    )


def _mappings(file: MoneyFile) -> QuerySet[ColumnMapping]:
    return ColumnMapping.objects.filter(seller=file.seller, kind=file.kind)


def _fitting_heads(file: MoneyFile, names: list[str]) -> dict[str, str]:
    """As named for the newest file whose named columns this one has too, beside others; empty without one."""
    for mapping in _mappings(file).order_by("-pk"):
        if set(filter(None, mapping.heads.values())) <= set(names):
            return mapping.heads
    return {}


def _fingerprint(names: Iterable[str]) -> str:
    """The same for files with the same line of heads."""
    return sha256("\n".join(fold(name) for name in names if name).encode()).hexdigest()


def _lines(file: MoneyFile) -> Iterator[dict[str, str]]:
    path = _path(file.stored_as)
    if not path.exists():
        raise UnreadableFile(_("The file is gone. Please send it again."))
    return read_columns(path, file.heads)


def _add(counts: Counts, more: Counts) -> None:
    for name, number in vars(more).items():
        setattr(counts, name, getattr(counts, name) + number)


def _end(file: MoneyFile, state: str, counts: Counts, problem: str = "") -> None:
    stored_as = file.stored_as
    ended = MoneyFile.objects.filter(pk=file.pk, state=State.READING)
    ended.update(state=state, problem=problem, stored_as="", **vars(counts))
    file.refresh_from_db()
    private_storage().delete(stored_as)


def _usual(column: Column, names: list[str]) -> str:
    for usual in column.usual:
        for name in names:
            if usual in fold(name):
                return name
    return ""


def _path(stored_as: str) -> Path:
    return Path(private_storage().path(stored_as))
