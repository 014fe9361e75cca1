"""Reviewing what was bought, answering a review, hiding one.

Only who received the goods may write, once for each line of the order. Every act keeps the product's score
and a step of the history in one transaction.
"""

from collections.abc import Sequence

from django.db import IntegrityError, transaction
from django.db.models import Count, QuerySet, Sum
from django.utils.translation import gettext as _

from catalog.models import Product
from marketplace.core import activity, clock
from marketplace.core.exceptions import Refused
from marketplace.core.models import User
from marketplace.reviews.models import ProductScore, Review, ReviewStep
from marketplace.reviews.signals import review_answered, review_moved, review_written
from marketplace.sales.domain import fulfil
from marketplace.sales.models import SellerOrder, SellerOrderLine

State = ReviewStep.State

RECEIVED = fulfil.ENDED_WELL
"""The states of a seller order in which the buyer has the goods."""


class NotReceived(Refused):
    """The buyer does not have the goods yet, or the product has no page any more."""

    def __init__(self):
        super().__init__(_("You can review a product once you have received it."))


class AlreadyReviewed(Refused):
    """This line of the order has its review."""

    def __init__(self):
        super().__init__(_("You have reviewed this already. Thank you."))


class ReviewMoved(Refused):
    """The review is not in the state that the act needs: somebody was faster."""

    def __init__(self):
        super().__init__(_("Somebody else was faster; the review has another state now."))


def reviewable_lines(seller_order: SellerOrder) -> QuerySet[SellerOrderLine]:
    """The lines that the buyer may review and has not; none before the goods have arrived."""
    if seller_order.state not in RECEIVED:
        return seller_order.lines.none()
    return seller_order.lines.filter(review=None, order_line__product__isnull=False)


@transaction.atomic
def write(
    line: SellerOrderLine,
    *,
    author: User | None,
    name: str,
    rating: int,
    text: str = "",
    pictures: Sequence[dict] = (),
    language: str = "vi",
) -> Review:
    """Publish what a buyer thinks of one line of an order.

    ``pictures`` are rows as stories keep them. Raises ``NotReceived`` and ``AlreadyReviewed``.
    """
    product = _reviewed_product(line)
    if product is None or line.seller_order.state not in RECEIVED:
        raise NotReceived
    person = activity.person(author)
    try:
        with transaction.atomic():
            review = Review.objects.create(
                line=line,
                product=product,
                seller_id=line.seller_order.seller_id,
                author=person,
                name=name,
                rating=rating,
                text=text,
                pictures=list(pictures),
                language=language,
            )
    except IntegrityError as error:
        if Review.objects.filter(line=line).exists():
            raise AlreadyReviewed from error
        raise
    _note(review, State.WRITTEN, person)
    _count_anew(product.pk)
    review_written.send(Review, review=review)
    return review


@transaction.atomic
def answer(review: Review, *, actor: User, text: str) -> None:
    """The seller answers, or changes the answer; the history keeps that it was changed.

    Raises ``Refused`` for an empty answer and ``ReviewMoved`` for a hidden review.
    """
    if not text.strip():
        raise Refused(_("Please write an answer."))
    before = Review.objects.select_for_update().get(pk=review.pk)
    if before.is_hidden:
        raise ReviewMoved
    if text == before.answer:
        return
    now = clock.now()
    Review.objects.filter(pk=review.pk).update(answer=text, answered_at=now)
    review.answer, review.answered_at = text, now
    is_first = before.answered_at is None
    _note(review, State.ANSWERED if is_first else State.ANSWER_CHANGED, actor)
    if is_first:
        review_answered.send(Review, review=review)


@transaction.atomic
def hide(review: Review, *, actor: User, reason: str) -> None:
    """The office takes a review out of sight; buyer and seller are told the reason."""
    _move(review, State.HIDDEN, actor, reason, is_hidden=True)


@transaction.atomic
def show(review: Review, *, actor: User, reason: str = "") -> None:
    """The office shows a hidden review again."""
    _move(review, State.SHOWN, actor, reason, is_hidden=False)


def _move(review: Review, state: State, actor: User, reason: str, *, is_hidden: bool) -> None:
    """One conditional update, so that of two people who decide at once one is told."""
    if is_hidden and not reason.strip():
        raise Refused(_("Please say why: buyer and seller will read it."))
    if not Review.objects.filter(pk=review.pk, is_hidden=not is_hidden).update(is_hidden=is_hidden):
        raise ReviewMoved
    review.is_hidden = is_hidden
    step = _note(review, state, actor, reason)
    _count_anew(review.product_id)
    review_moved.send(Review, review=review, step=step)


def _note(review: Review, state: State, actor: User | None, note: str = "") -> ReviewStep:
    activity.record(f"review.{state.replace(' ', '_')}", review, actor=actor, note=note)
    return ReviewStep.objects.create(review=review, state=state, actor=actor, note=note)


def _count_anew(product_id: int) -> None:
    """Set the score to what the shown reviews come to; whoever else does so waits for the row."""
    ProductScore.objects.get_or_create(product_id=product_id)
    ProductScore.objects.select_for_update().get(product_id=product_id)
    shown = Review.objects.shown().filter(product=product_id)
    sums = shown.aggregate(count=Count("pk"), total=Sum("rating"))
    ProductScore.objects.filter(product_id=product_id).update(count=sums["count"], total=sums["total"] or 0)


def _reviewed_product(line: SellerOrderLine) -> Product | None:
    """The product whose page shows the review: a variant's own page is its parent's."""
    product = line.order_line.product
    if product is None:
        return None
    return product.parent if product.parent_id is not None else product
