"""What buyers think of a product in one number, drawn so that nobody takes it for the stars of a council."""

from dataclasses import dataclass

from django.utils.formats import number_format
from django.utils.translation import ngettext

from marketplace.reviews.models.reviews import MOST


@dataclass(frozen=True)
class Score:
    """``count`` reviews whose ratings come to ``total``; never without a review."""

    count: int
    total: int

    @property
    def average(self) -> float:
        """With one decimal, a half rounded up."""
        return (self.total * 20 + self.count) // (self.count * 2) / 10

    @property
    def number(self) -> str:
        """The average as the reader's language writes it."""
        return number_format(self.average, 1)

    @property
    def grains(self) -> tuple[str, ...]:
        """Five grains, each whole (no class), half or off."""
        halves = round(self.average * 2)
        return tuple("" if halves >= 2 * at else "half" if halves == 2 * at - 1 else "off" for at in _PLACES)

    @property
    def in_words(self) -> str:
        return ngettext("%(count)s review by a buyer", "%(count)s reviews by buyers", self.count) % {
            "count": self.count
        }


_PLACES = range(1, MOST + 1)
