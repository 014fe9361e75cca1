"""What buyers of the busy stall wrote and gave back: reviews, messages and returns."""

import datetime

from django.db.models import Count, OuterRef, Subquery, Sum

from marketplace.core import clock
from marketplace.reviews.models import ProductScore, Review, ReviewStep
from marketplace.sales.models import (
    Message,
    ReturnLine,
    ReturnRequest,
    ReturnStep,
    SellerOrder,
    Side,
    Thread,
)
from producers.models import Partner
from tests.bench.stall_money import GivenBack, Paid, give_back
from tests.bench.stall_orders import Sold, State

#: One line, order, return of so many.
LINES_FOR_A_REVIEW, ORDERS_FOR_A_THREAD, ORDERS_FOR_A_RETURN = 10, 20, 50
#: Days after receipt in which goods are given back.
RETURN_DAYS = 30
WORDS = "Hàng đóng gói cẩn thận, giao nhanh, thơm và đậm vị như lời giới thiệu; gia đình tôi sẽ mua lại."
ANSWER = "Cảm ơn anh chị đã ủng hộ hợp tác xã."

Return = ReturnRequest.State
#: The steps to where returns stand; of those that are over in proportion.
OPEN_RETURNS = (
    (Return.ASKED,),
    (Return.ASKED, Return.ACCEPTED),
    (Return.ASKED, Return.ACCEPTED, Return.RECEIVED),
)
ENDED_RETURNS = (
    *((Return.ASKED, Return.ACCEPTED, Return.RECEIVED, Return.REFUNDED),) * 8,
    (Return.ASKED, Return.REFUSED),
    (Return.ASKED, Return.WITHDRAWN),
)


def write_reviews(seller: Partner, piece: list[Sold]) -> None:
    """A review of every tenth line that was received, six of ten of them answered."""
    lines = [
        (each, line, record.product_id)
        for each in piece
        if each.state == State.DELIVERED
        for line, (record, _quantity) in zip(each.lines, each.basket, strict=True)
        if (each.number + line.pk) % LINES_FOR_A_REVIEW == 0
    ]
    reviews = Review.objects.bulk_create(
        Review(
            line=line,
            product_id=product,
            seller=seller,
            name=each.buyer,
            rating=5 - each.number % 3,
            text=WORDS,
            answer=ANSWER if each.number % 5 < 3 else "",
            answered_at=each.ended_at + datetime.timedelta(days=2) if each.number % 5 < 3 else None,
        )
        for each, line, product in lines
    )
    steps = ReviewStep.State
    ReviewStep.objects.bulk_create(
        ReviewStep(review=review, state=state)
        for review in reviews
        for state in ((steps.WRITTEN, steps.ANSWERED) if review.answer else (steps.WRITTEN,))
    )


def count_reviews(seller: Partner) -> None:
    """When the reviews were written, and the scores that they come to."""
    placed = SellerOrder.objects.filter(lines=OuterRef("line")).values("placed_at")
    Review.objects.filter(seller=seller).update(written_at=Subquery(placed[:1]))
    scores = Review.objects.filter(seller=seller).order_by().values("product")
    ProductScore.objects.bulk_create(
        ProductScore(product_id=row["product"], count=row["number"], total=row["sum"])
        for row in scores.annotate(number=Count("pk"), sum=Sum("rating"))
    )


def write_messages(seller: Partner, piece: list[Sold]) -> None:
    """A thread of every twentieth order: asked, answered, thanked; of the last week the thanks are unread."""
    asked = [each for each in piece if each.number % ORDERS_FOR_A_THREAD == 0]
    hour = datetime.timedelta(hours=1)
    Thread.objects.bulk_create(
        Thread(
            seller_order=each.part,
            seller=seller,
            last_at=each.placed_at + 3 * hour,
            waits_for_seller=not each.is_older_than(7),
            unread_by_seller=0 if each.is_older_than(7) else 1,
        )
        for each in asked
    )
    Message.objects.bulk_create(
        Message(
            seller_order=each.part,
            side=side,
            body=words,
            at=each.placed_at + number * hour,
            read_at=each.placed_at + (number + 1) * hour if number < 3 or each.is_older_than(7) else None,
        )
        for each in asked
        for number, (side, words) in enumerate(
            (
                (Side.BUYER, "Bao giờ hàng được gửi đi ạ?"),
                (Side.SELLER, "Chiều nay hợp tác xã gửi, anh chị nhận sau hai ngày."),
                (Side.BUYER, "Vâng, cảm ơn."),
            ),
            start=1,
        )
    )


def write_returns(seller: Partner, paid: list[Paid]) -> None:
    """One item of every fiftieth order comes back, where it is not all that was bought."""
    asked = [
        each
        for each in paid
        if each.sold.number % ORDERS_FOR_A_RETURN == 1
        and each.sold.state == State.DELIVERED
        and sum(line.quantity for line in each.sold.lines) > 1
    ]
    ways = [_way_of_return(each.sold) for each in asked]
    back = [(each, way) for each, way in zip(asked, ways, strict=True) if way[-1] == Return.REFUNDED]
    refunds = give_back(
        GivenBack(each, _one_item(each.sold), each.sold.ended_at + datetime.timedelta(days=6))
        for each, _way in back
    )
    refund_of = {refund.payment_id: refund for refund in refunds}
    requests = ReturnRequest.objects.bulk_create(
        ReturnRequest(
            seller_order=each.sold.part,
            seller=seller,
            state=way[-1],
            reason=ReturnRequest.Reason.DAMAGED,
            words="Một gói bị rách khi nhận.",
            asked_at=each.sold.ended_at + datetime.timedelta(days=2),
            answer_by=clock.working_days_after((each.sold.ended_at + datetime.timedelta(days=2)).date(), 3),
            refund=refund_of.get(each.payment.pk),
        )
        for each, way in zip(asked, ways, strict=True)
    )
    ReturnLine.objects.bulk_create(
        ReturnLine(return_request=request, line=each.sold.lines[0], quantity=1)
        for each, request in zip(asked, requests, strict=True)
    )
    ReturnStep.objects.bulk_create(
        ReturnStep(return_request=request, state=state, is_by_buyer=state in (Return.ASKED, Return.WITHDRAWN))
        for way, request in zip(ways, requests, strict=True)
        for state in way
    )


def _way_of_return(sold: Sold) -> tuple[str, ...]:
    ways = ENDED_RETURNS if sold.is_older_than(RETURN_DAYS) else OPEN_RETURNS
    return ways[sold.number // ORDERS_FOR_A_RETURN % len(ways)]


def _one_item(sold: Sold) -> int:
    """What was paid for one of the first line, in whole VND."""
    return sold.lines[0].total // sold.lines[0].quantity
