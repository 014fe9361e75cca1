"""Reviews as pages show them."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from catalog.models import Product
from marketplace.core.prepared import Prepared
from marketplace.reviews.models import Review
from producers.models.stories import StoryPicture
from storefront.scores import Score

LATEST = 3


@dataclass(frozen=True)
class ShownReview:
    """One review with what a page says of it."""

    pk: int
    score: Score
    text: str
    lang: str
    about: str
    pictures: list[StoryPicture]
    answer: str
    answered_on: str


def score_of(product: Product) -> Score | None:
    """The buyers' score that `find_product` read with the product; None without a review."""
    return Score(product.review_count, product.review_total) if product.review_count else None


def latest_reviews(product: Product) -> list[ShownReview]:
    """The newest of a product's shown reviews; one query."""
    return shown(_LATEST.objects(product=product.pk))


def shown(reviews: Iterable[Review]) -> list[ShownReview]:
    language = get_language()
    return [
        ShownReview(
            pk=review.pk,
            score=Score(1, review.rating),
            text=review.text,
            lang=review.language if review.language != language else "",
            about=_("%(name)s, bought here, %(date)s")
            % {"name": review.name, "date": _day(review.written_at)},
            pictures=review.shown_pictures,
            answer=review.answer,
            answered_on=_day(review.answered_at) if review.answered_at else "",
        )
        for review in reviews
    ]


def _day(moment) -> str:
    return date_format(timezone.localtime(moment), "SHORT_DATE_FORMAT")


def _latest(product: int) -> QuerySet:
    return Review.objects.shown().filter(product=product).newest_first()[:LATEST]


_LATEST = Prepared(_latest, product=int)
