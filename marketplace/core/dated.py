"""Law as data: rows of a JSON file, each with the days on which it holds, never constants in code."""

import datetime
import json
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar


@dataclass(frozen=True, kw_only=True)
class Dated:
    """What holds from ``valid_from`` to ``valid_to``, both included; without an end it still does."""

    valid_from: datetime.date
    valid_to: datetime.date | None

    def holds_on(self, day: datetime.date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


Row = TypeVar("Row", bound=Dated)


def read(file: Path, name: str, kind: type[Row]) -> tuple[Row, ...]:
    """The rows that a file has under a name, in their order; raises TypeError if they have other fields."""
    rows = json.loads(file.read_text(encoding="utf-8"))[name]
    return tuple(kind(**{field: _value(field, value) for field, value in row.items()}) for row in rows)


def _value(field: str, value: object) -> object:
    if field in ("valid_from", "valid_to"):
        return datetime.date.fromisoformat(value) if value else None
    return tuple(value) if isinstance(value, list) else value
