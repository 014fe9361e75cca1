"""Notices as lists show them, in the language of the page."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from marketplace.notifications.kinds import KINDS
from marketplace.notifications.models import Notice


@dataclass(frozen=True)
class NoticeRow:
    pk: int
    title: str
    text: str
    at: datetime
    is_new: bool


def notice_rows(notices: Iterable[Notice]) -> list[NoticeRow]:
    """The rows of these notices; a kind that there is no more is left out."""
    return [_row(notice) for notice in notices if notice.kind in KINDS]


def _row(notice: Notice) -> NoticeRow:
    kind = KINDS[notice.kind]
    return NoticeRow(
        pk=notice.pk,
        title=kind.title_of(notice.facts),
        text=kind.text_of(notice.facts),
        at=notice.created_at,
        is_new=notice.read_at is None,
    )
