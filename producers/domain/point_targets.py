"""How many points of sale the city plans to have: dated data with its source, never constants in code."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from marketplace.core import clock
from marketplace.core.dated import Dated, read

FILE = Path(__file__).resolve().parent.parent / "data" / "point_targets.json"


@dataclass(frozen=True)
class PointTarget(Dated):
    """At least so many points by a plan, and the days on which it holds (both included).

    It is the plan of a province, named by its code, so that only the points there count.
    """

    points: int
    province: str
    place: str
    act: str
    article: str

    def missing(self, opened: int) -> int:
        """How many are still to be opened."""
        return max(self.points - opened, 0)


@cache
def all_targets() -> tuple[PointTarget, ...]:
    return read(FILE, "targets", PointTarget)


def target_now() -> PointTarget | None:
    """The target that holds today; None between two plans."""
    today = clock.today()
    return next((each for each in all_targets() if each.holds_on(today)), None)
