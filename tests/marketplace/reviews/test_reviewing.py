"""Reviewing: who may, once; the score beside the product; answers, hiding and showing, with their history."""

import pytest
from django.db import IntegrityError, transaction

from marketplace.core.exceptions import Refused
from marketplace.core.models import Activity
from marketplace.reviews.domain import reviewing
from marketplace.reviews.domain.reviewing import AlreadyReviewed, NotReceived, ReviewMoved
from marketplace.reviews.models import ProductScore, Review
from marketplace.sales.models import SellerOrder
from tests.factories.catalog import make_member, make_product, make_seller, make_user
from tests.factories.reviews import make_received_line, make_review

pytestmark = [pytest.mark.integration, pytest.mark.django_db, pytest.mark.usefixtures("frozen")]


@pytest.fixture
def product():
    return make_product()


@pytest.fixture
def office():
    return make_user()


def score_of(product) -> tuple[int, int]:
    score = ProductScore.objects.get(product=product)
    return score.count, score.total


def states(review) -> list[str]:
    return [step.state for step in review.steps.all()]


def test_who_received_a_product_reviews_it(product):
    buyer = make_user()
    line = make_received_line(product, user=buyer)

    review = reviewing.write(line, author=buyer, name="Lan", rating=5, text="Thơm.")

    assert (review.product, review.seller, review.author) == (product, product.producer, buyer)
    assert score_of(product) == (1, 5)
    assert [(step.state, step.actor) for step in review.steps.all()] == [("written", buyer)]
    assert Activity.objects.get(act="review.written").subject_id == str(review.pk)


def test_who_bought_without_an_account_reviews_too(product):
    review = reviewing.write(make_received_line(product), author=None, name="Lan", rating=3)

    assert review.author is None


@pytest.mark.parametrize("state", set(SellerOrder.State) - set(reviewing.RECEIVED))
def test_nobody_reviews_what_has_not_arrived(product, state):
    line = make_received_line(product)
    line.seller_order.state = state

    with pytest.raises(NotReceived):
        reviewing.write(line, author=None, name="Lan", rating=3)

    assert not Review.objects.exists()


def test_each_line_is_reviewed_once(product):
    line = make_received_line(product)
    reviewing.write(line, author=None, name="Lan", rating=3)

    with pytest.raises(AlreadyReviewed):
        reviewing.write(line, author=None, name="Lan", rating=1)

    assert score_of(product) == (1, 3)


@pytest.mark.parametrize("rating", [0, 6])
def test_no_rating_but_one_to_five_gets_into_the_database(product, rating):
    line = make_received_line(product)

    with pytest.raises(IntegrityError), transaction.atomic():
        reviewing.write(line, author=None, name="Lan", rating=rating)


def test_the_lines_that_wait_for_a_review(product):
    line = make_received_line(product)
    assert list(reviewing.reviewable_lines(line.seller_order)) == [line]

    reviewing.write(line, author=None, name="Lan", rating=3)

    assert list(reviewing.reviewable_lines(line.seller_order)) == []


def test_the_seller_answers_once_and_may_change_it(product):
    review, owner = make_review(product), make_member(product.producer)

    reviewing.answer(review, actor=owner, text="Cảm ơn bạn.")
    reviewing.answer(review, actor=owner, text="Cảm ơn bạn.")
    reviewing.answer(review, actor=owner, text="Cảm ơn chị Lan.")

    review.refresh_from_db()
    assert review.answer == "Cảm ơn chị Lan."
    assert states(review) == ["written", "answered", "answer changed"]


def test_an_empty_answer_and_one_to_a_hidden_review_are_refused(product, office):
    review = make_review(product)
    with pytest.raises(Refused):
        reviewing.answer(review, actor=office, text=" ")
    reviewing.hide(review, actor=office, reason="Nêu số điện thoại")

    with pytest.raises(ReviewMoved):
        reviewing.answer(review, actor=office, text="Cảm ơn.")


def test_the_office_hides_with_a_reason_and_shows_again(product, office):
    bad, _good = make_review(product, rating=1), make_review(product, rating=5)
    assert score_of(product) == (2, 6)

    reviewing.hide(bad, actor=office, reason="Lời lẽ xúc phạm")
    assert list(Review.objects.shown().values_list("rating", flat=True)) == [5]
    assert score_of(product) == (1, 5)

    reviewing.show(bad, actor=office)
    assert score_of(product) == (2, 6)
    assert [(step.state, step.note) for step in bad.steps.all()] == [
        ("written", ""),
        ("hidden", "Lời lẽ xúc phạm"),
        ("shown", ""),
    ]


def test_hiding_needs_a_reason_and_happens_once(product, office):
    review = make_review(product)
    with pytest.raises(Refused):
        reviewing.hide(review, actor=office, reason=" ")
    reviewing.hide(review, actor=office, reason="Trùng")

    with pytest.raises(ReviewMoved):
        reviewing.hide(review, actor=office, reason="Trùng")
    assert states(review) == ["written", "hidden"]


def test_a_team_sees_the_reviews_of_its_own_stall(product):
    review = make_review(product)
    make_review(make_product(seller=make_seller()))

    assert list(Review.objects.visible_to(make_member(product.producer))) == [review]
    assert not Review.objects.visible_to(make_user()).exists()
