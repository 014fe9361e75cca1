"""Whether a list tells of a recognition that is known already, and what it adds to it."""

import datetime
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from django.utils.translation import gettext as _

from catalog.domain.certify import counted_from, last_day
from catalog.domain.importing.checking import Row
from catalog.models import Certification
from marketplace.core import bulk


@dataclass(frozen=True)
class Match:
    """What became of a row's recognition, and where it differs from what is recorded."""

    class Kind(StrEnum):
        NEW = "new"
        FILLED_IN = "filled in"
        KNOWN = "known"

    kind: Kind
    notes: tuple[str, ...] = ()


def take_over(row: Row, history: list[Certification]) -> Match:
    """Add the row's recognition to the history unless it is there; nothing is saved.

    One year, one recognition: a row of a known year fills in what is empty there, a row of another year is
    a new recognition, and a row without a year can only tell of one without a year or of the newest. What
    differs stays as it is recorded and is noted. Illustrative renewals are no recognitions of a source and
    are passed over.
    """
    known = _counterpart(row, [each for each in history if not each.is_illustrative])
    if known is None:
        history.append(_recognition(row))
        return Match(Match.Kind.NEW)
    notes = []
    is_filled_in = False
    for name, value in _stated(row).items():
        recorded = getattr(known, name)
        if recorded in (None, "", False):
            setattr(known, name, value)
            is_filled_in = True
        elif recorded != value:
            notes.append(
                _("%(field)s differs: recorded %(recorded)s, in the list %(value)s; nothing was changed")
                % {
                    "field": Certification._meta.get_field(name).verbose_name,
                    "recorded": recorded,
                    "value": value,
                }
            )
    if is_filled_in:
        _set_dates(known)
        known.is_filled_in = True
    return Match(Match.Kind.FILLED_IN if is_filled_in else Match.Kind.KNOWN, tuple(notes))


def _stated(row: Row) -> dict[str, object]:
    """What the row says of its recognition."""
    said = {
        "stars": row.stars,
        "potential_five_star": row.potential_five_star,
        "decision_number": row.decision,
        "recognised_year": row.year,
    }
    return {name: value for name, value in said.items() if value not in (None, "", False)}


def _counterpart(row: Row, history: list[Certification]) -> Certification | None:
    if not history:
        return None
    if row.year is None:
        same = [each for each in history if each.recognised_year is None and each.stars == row.stars]
        return same[0] if same else max(history, key=lambda each: (each.recognised_year or 0, each.pk or 0))
    of_year = [each for each in history if each.recognised_year == row.year]
    undated = [
        each
        for each in history
        if each.recognised_year is None and (each.stars is None or row.stars in (None, each.stars))
    ]
    of_year.sort(key=lambda each: each.stars != row.stars)
    return next(iter([*of_year, *undated]), None)


def _recognition(row: Row) -> Certification:
    certification = _maker()(
        row.stars,
        row.potential_five_star,
        row.decision,
        row.year,
        Certification.Provenance.IMPORTED,
        row.source_url,
    )
    _set_dates(certification)
    return certification


@cache
def _maker() -> bulk.Maker:
    return bulk.Maker(
        Certification,
        "stars",
        "potential_five_star",
        "decision_number",
        "recognised_year",
        "provenance",
        "source_url",
    )


def _set_dates(certification: Certification) -> None:
    """A recognition known by its year counts from 31 December of it (design decision 3)."""
    if certification.issued_on is None:
        certification.started_on, certification.valid_until = _first_and_last_day(
            certification.recognised_year
        )


@cache
def _first_and_last_day(year: int | None) -> tuple[datetime.date | None, datetime.date | None]:
    started_on = counted_from(None, year)
    return started_on, last_day(started_on)
