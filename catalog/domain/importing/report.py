"""What an import did, or would do, and what it found worth saying."""

from collections import defaultdict
from dataclasses import dataclass, field
from enum import StrEnum

from django.utils.translation import gettext as _


@dataclass(frozen=True)
class Problem:
    """Why a row cannot go in: where it stands, what stands there, what is wrong with it."""

    line: int
    column: str
    value: str
    reason: str

    def __str__(self):
        return _("Line %(line)s, %(column)s: “%(value)s”: %(reason)s") % {
            "line": self.line,
            "column": self.column,
            "value": self.value,
            "reason": self.reason,
        }


@dataclass(frozen=True)
class Note:
    """Something about a row that went in, which a person may want to look at."""

    line: int
    text: str

    def __str__(self):
        return _("Line %(line)s: %(text)s") % {"line": self.line, "text": self.text}


class Outcome(StrEnum):
    """What a good row came to."""

    CREATED = "created"
    RENEWED = "renewed"
    FILLED_IN = "filled in"
    UNCHANGED = "unchanged"


@dataclass
class ImportReport:
    """The result of one import; `is_written` is False for a trial and for a file with bad rows."""

    is_written: bool = True
    rows: int = 0
    outcomes: dict[Outcome, int] = field(default_factory=lambda: dict.fromkeys(Outcome, 0))
    producers_created: int = 0
    without_producer: int = 0
    without_commune: int = 0
    problems: list[Problem] = field(default_factory=list)
    bad_lines: set[int] = field(default_factory=set)
    notes: list[Note] = field(default_factory=list)
    spellings: dict[tuple, set[str]] = field(default_factory=lambda: defaultdict(set))
    unknown_columns: tuple[str, ...] = ()
    created_ids: list[int] = field(default_factory=list)

    @property
    def has_changes(self) -> bool:
        return any(count for outcome, count in self.outcomes.items() if outcome != Outcome.UNCHANGED)

    @property
    def spelt_differently(self) -> list[list[str]]:
        """The names of each producer that is spelt in more than one way."""
        return sorted(sorted(names) for names in self.spellings.values() if len(names) > 1)

    def refuse(self, problems: list[Problem]) -> None:
        self.problems += problems
        self.bad_lines.update(problem.line for problem in problems)

    def note(self, line: int, text: str) -> None:
        self.notes.append(Note(line, text))
