"""In which order products are shown: one pure function, the same for every engine.

The words count first: how well they fit is a tier, and no advantage of a product outweighs a better tier.
Within a tier come, in this order of weight, stars in force, whether it can be bought, sales and freshness.
No engine's own score counts, and nobody can pay for a place. The weights are data, so that the public page
about the ranking shows what is in force.
"""

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
    ``sold`` is the number of orders within a year, ``started`` the day of recognition or 0.
    """

    pk: int
    stars_until: int
    in_stock: int
    sold: int
    started: int
    name_length: int
    producer: int


def stars_on(stars_until: int, day: int) -> int:
    """Stars in force on a day, 0 if none."""
    return stars_until // DAYS if stars_until % DAYS >= day else 0


def standing(facts: Facts, day: int) -> int:
    """Points of a product whatever the words; the index keeps them as they were when it was indexed."""
    doublings = facts.sold.bit_length()
    age = day - facts.started
    return (
        PER_STAR * stars_on(facts.stars_until, day)
        + IN_STOCK * facts.in_stock
        + PER_DOUBLING * (doublings if doublings < DOUBLINGS else DOUBLINGS)
        + (FRESH * (FRESH_DAYS - age) // FRESH_DAYS if 0 <= age < FRESH_DAYS else FRESH if age < 0 else 0)
    )


def score(facts: Facts, *, tier: int, tiers: int, words: int, lifted: int | None, day: int) -> int:
    """All points of a product for a query.

    ``tier`` counts from 0, the best, to ``tiers - 1``; ``words`` is the number of words asked for and
    ``lifted`` the stars that they name.
    """
    points = TIER_STEP * (tiers - tier) + standing(facts, day)
    if words and facts.name_length:
        points += COVERAGE * min(words, facts.name_length) // facts.name_length
    if lifted is not None and stars_on(facts.stars_until, day) == lifted:
        points += LIFT
    return points


def parts(facts: Facts, *, tier: int, tiers: int, words: int, lifted: int | None, day: int) -> dict[str, int]:
    """The same points, by the names of `WEIGHTS`, for those who ask why."""
    nothing = facts._replace(stars_until=0, in_stock=0, sold=0, started=day - FRESH_DAYS)
    stars = stars_on(facts.stars_until, day)
    return {
        "text": TIER_STEP * (tiers - tier),
        "lift": LIFT if lifted is not None and stars == lifted else 0,
        "coverage": COVERAGE * min(words, facts.name_length) // facts.name_length
        if words and facts.name_length
        else 0,
        "stars": PER_STAR * stars,
        "stock": standing(nothing._replace(in_stock=facts.in_stock), day),
        "sales": standing(nothing._replace(sold=facts.sold), day),
        "fresh": standing(nothing._replace(started=facts.started), day),
    }
