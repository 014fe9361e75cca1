"""In which order products are shown: one pure function, the same for every engine.

The words count first: how well they fit is a tier, and no advantage of a product outweighs a better tier.
Within a tier come, in this order of weight, stars in force, whether it can be bought, sales and freshness.
No engine's own score counts, and nobody can pay for a place. The weights are data, so that the public page
about the ranking shows what is in force.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

#: Stars and their last day in one number: a range of it is "so many stars, in force on a day".
DAYS = 32_768


@dataclass(frozen=True)
class Weight:
    """One part of the score: what it is called, and the most points that it gives."""

    name: str
    label: str
    most: int
    explanation: str


TIER_STEP = 10_000
LIFT = 15_000
PER_STAR = 100
IN_STOCK = 250
PER_DOUBLING = 10
DOUBLINGS = 10
FRESH = 50
FRESH_DAYS = 1_096
COVERAGE = 200

WEIGHTS = (
    Weight(
        "text",
        _("Words"),
        TIER_STEP,
        _("How well the words fit: the whole name, its beginning, parts of it, seller and place, texts."),
    ),
    Weight(
        "lift",
        _("Stars that the words name"),
        LIFT,
        _("“4 sao” among the words lifts products with four stars; others stay in the list."),
    ),
    Weight("stars", _("OCOP stars"), 5 * PER_STAR, _("Only stars that are in force today.")),
    Weight("stock", _("In stock"), IN_STOCK, _("Whether it can be bought now.")),
    Weight("coverage", _("Share of the name"), COVERAGE, _("How much of the name the words make up.")),
    Weight(
        "sales",
        _("Number of sales"),
        PER_DOUBLING * DOUBLINGS,
        _("Number of orders in the last twelve months."),
    ),
    Weight("fresh", _("Freshness"), FRESH, _("How lately the product was recognised.")),
)


class Facts(NamedTuple):
    """What the order of a product depends on, beside the words.

    ``stars_until`` is ``stars * DAYS + last day in force`` (0 without), days count from 1 January 2000;
    ``stock_until`` is the last day on which it can be bought, 0 for never;
    ``sold`` is the number of orders within a year, ``started`` the day of recognition or 0.
    """

    pk: int
    stars_until: int
    stock_until: int
    sold: int
    started: int
    name_length: int
    producer: int


def stars_on(stars_until: int, day: int) -> int:
    """Stars in force on a day, 0 if none."""
    return stars_until // DAYS if stars_until % DAYS >= day else 0


def standing(facts: Facts, day: int) -> int:
    """Points of a product whatever the words; the index keeps them as they were when it was indexed."""
    return scores([facts], [0], tiers=0, words=0, lifted=None, day=day)[0]


def scores(
    facts: Iterable[Facts],
    ranks: Iterable[int],
    *,
    tiers: int,
    words: int,
    lifted: int | None,
    day: int,
) -> list[int]:
    """All points of products for a query, one number each.

    ``ranks`` are their tiers, which count from 0, the best, to ``tiers - 1``; ``words`` is the number of
    words asked for and ``lifted`` the stars that they name.
    """
    points_of_all = []
    # One loop without calls: it runs over ten pages of products at every search.
    for (_pk, stars_until, stock_until, sold, started, name_length, _producer), tier in zip(
        facts, ranks, strict=True
    ):
        points = TIER_STEP * (tiers - tier)
        if stars_until % DAYS >= day:
            stars = stars_until // DAYS
            points += PER_STAR * stars
            if stars and stars == lifted:
                points += LIFT
        if stock_until >= day:
            points += IN_STOCK
        if sold:
            doublings = sold.bit_length()
            points += PER_DOUBLING * (doublings if doublings < DOUBLINGS else DOUBLINGS)
        age = day - started
        if age < FRESH_DAYS:
            points += FRESH * (FRESH_DAYS - age) // FRESH_DAYS if age > 0 else FRESH
        if words and name_length:
            points += COVERAGE if words >= name_length else COVERAGE * words // name_length
        points_of_all.append(points)
    return points_of_all


def parts(facts: Facts, *, tier: int, tiers: int, words: int, lifted: int | None, day: int) -> dict[str, int]:
    """The points of one product by the names of `WEIGHTS`, for those who ask why; their sum is its score."""
    nothing = facts._replace(stars_until=0, stock_until=0, sold=0, started=day - FRESH_DAYS)
    stars = stars_on(facts.stars_until, day)

    def alone(**fact: int) -> int:
        return standing(nothing._replace(**fact), day)

    covered = min(words, facts.name_length)
    return {
        "text": TIER_STEP * (tiers - tier),
        "lift": LIFT if stars and stars == lifted else 0,
        "stars": alone(stars_until=facts.stars_until),
        "stock": alone(stock_until=facts.stock_until),
        "coverage": COVERAGE * covered // facts.name_length if covered else 0,
        "sales": alone(sold=facts.sold),
        "fresh": alone(started=facts.started),
    }
