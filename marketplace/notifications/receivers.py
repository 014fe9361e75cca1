"""News from below becomes tasks, in the same transaction: no order, no mail; an order, its mails."""

import datetime

from django.contrib.auth.signals import user_logged_out
from django.dispatch import receiver

from marketplace.core import clock
from marketplace.core.money import format_vnd
from marketplace.core.tasks import enqueue_many
from marketplace.events.models import BoothRegistration
from marketplace.events.signals import event_cancelled, registration_moved
from marketplace.notifications import booth_mails, reminders, tasks
from marketplace.notifications.domain.notify import notify_buyer, notify_person, notify_team
from marketplace.notifications.push import devices
from marketplace.reviews.domain.reviewing import RECEIVED
from marketplace.reviews.models import Review
from marketplace.reviews.signals import review_answered, review_moved, review_written
from marketplace.sales.models import DeliveryWay, SellerOrder, SellerOrderEvent
from marketplace.sales.signals import (
    message_written,
    order_placed,
    return_moved,
    seller_order_moved,
    seller_order_reduced,
)
from producers.models import Partner, StockRecord
from producers.signals import reservation_shortened, stock_fell_low, story_decided

State = SellerOrder.State

INVITED_AFTER = datetime.timedelta(days=5)
"""How long after the parcel arrived a buyer is asked for a review."""

BUYER_STATES = frozenset(State) - {State.PENDING, State.PACKED}
"""States of which a buyer with an account is told in the site."""


@receiver(order_placed)
def tell_of_new_order(sender, order, **kwargs):
    tasks.mail_order_received.enqueue(order.pk)
    for seller_order in order.seller_orders.select_related("seller").order_by("number"):
        facts = {"number": seller_order.number, "amount": format_vnd(seller_order.total)}
        kind = "new_order"
        if seller_order.delivery_way == DeliveryWay.AT_POINT:
            kind, facts["point"] = "new_reservation", seller_order.seller.slug
        notify_team(seller_order.seller_id, kind, key=str(seller_order.pk), **facts)


@receiver(seller_order_moved)
def tell_of_move(sender, seller_order, event, by_buyer, **kwargs):
    if event.state in tasks.BUYER_MAILS:
        tasks.mail_order_moved.enqueue(event.pk)
    if event.state == SellerOrder.State.CANCELLED and by_buyer:
        facts = {"number": seller_order.number}
        kind = "order_cancelled_by_buyer"
        if seller_order.delivery_way == DeliveryWay.AT_POINT:
            kind, facts["point"] = "reservation_cancelled", seller_order.seller.slug
        notify_team(seller_order.seller_id, kind, key=str(seller_order.pk), **facts)
    elif event.state in BUYER_STATES and seller_order.order.user_id is not None:
        tell_buyer_of_move(seller_order, event)
    if event.state in RECEIVED:
        reminders.invite_to_review.using(run_after=clock.now() + INVITED_AFTER).enqueue(seller_order.pk)


def tell_buyer_of_move(seller_order: SellerOrder, event: SellerOrderEvent) -> None:
    """In the site and on devices; the mails of an order go to every buyer by themselves."""
    notify_buyer(
        seller_order.order,
        "order_moved",
        key=str(event.pk),
        number=seller_order.number,
        state_code=event.state,
        seller=seller_order.seller_name,
    )


@receiver(seller_order_reduced)
def tell_of_cancelled_part(sender, seller_order, event, by_buyer, **kwargs):
    if by_buyer:
        facts = {"number": seller_order.number, "amount": format_vnd(seller_order.total)}
        notify_team(seller_order.seller_id, "order_reduced_by_buyer", key=str(event.pk), **facts)
    else:
        tasks.mail_order_moved.enqueue(event.pk)


@receiver(reservation_shortened)
def tell_of_shorter_time(sender, reservation, **kwargs):
    until = reservation.held_until.isoformat()
    for seller_order in SellerOrder.objects.filter(number=reservation.reference).select_related("order"):
        facts = {"number": seller_order.number, "seller": seller_order.seller_name, "until": until}
        notify_buyer(
            seller_order.order, "reservation_shortened", key=f"{seller_order.number}:{until}", **facts
        )


@receiver(story_decided)
def tell_of_decision(sender, version, **kwargs):
    tasks.mail_story_decided.enqueue(version.pk)


@receiver(registration_moved)
def tell_of_booth(sender, registration, step, is_promotion, **kwargs):
    is_news = step.state in booth_mails.NEWS and (step.state != BoothRegistration.State.HELD or is_promotion)
    if is_news:
        booth_mails.mail_booth_moved.enqueue(step.pk)


@receiver(event_cancelled)
def tell_of_cancellation(sender, event, **kwargs):
    registered = event.registrations.active().order_by("pk").values_list("pk")
    enqueue_many(booth_mails.mail_event_cancelled, list(registered))


@receiver(message_written)
def tell_of_message(sender, message, **kwargs):
    seller_order = message.seller_order
    facts = {"key": str(message.pk), "number": seller_order.number}
    if message.is_from_buyer:
        notify_team(seller_order.seller_id, "message", **facts)
    else:
        notify_buyer(seller_order.order, "message_to_buyer", seller=seller_order.seller_name, **facts)


@receiver(return_moved)
def tell_of_return(sender, return_request, step, **kwargs):
    seller_order = return_request.seller_order
    facts = {"key": str(step.pk), "number": seller_order.number, "state_code": step.state}
    is_decided = step.state == return_request.State.DECIDED
    if step.is_by_buyer or is_decided:
        notify_team(seller_order.seller_id, "return", **{"return": return_request.pk}, **facts)
    if not step.is_by_buyer:
        notify_buyer(seller_order.order, "return_to_buyer", note=step.note, **facts)


@receiver(stock_fell_low)
def tell_of_low_stock(sender, record_ids, **kwargs):
    moment = clock.now().isoformat()
    # What runs low on a shelf of a point stands on the point's own desk.
    of_stalls = StockRecord.objects.filter(pk__in=record_ids, partner__kind=Partner.Kind.PRODUCER)
    records = of_stalls.select_related("product__parent")
    for record in records:
        product = record.product
        notify_team(
            record.partner_id,
            "low_stock",
            key=f"{record.pk}:{moment}",
            product=product.get_title(),
            left=record.num_in_stock - record.num_allocated,
        )


@receiver(review_written)
def tell_of_review(sender, review, **kwargs):
    notify_team(review.seller_id, "review", key=str(review.pk), rating=review.rating, **_of(review))


@receiver(review_answered)
def tell_of_answer(sender, review, **kwargs):
    if review.author_id is not None:
        notify_person(
            review.author_id,
            "review_answered",
            key=str(review.pk),
            seller=review.seller.name,
            slug=review.product.slug,
            product_id=review.product_id,
            **_of(review),
        )


@receiver(review_moved)
def tell_of_moved_review(sender, review, step, **kwargs):
    notify_team(review.seller_id, "review_hidden", key=str(step.pk), **_of(review))
    if review.author_id is not None:
        order = review.line.seller_order.order
        notify_person(
            review.author_id,
            "own_review_hidden",
            key=str(step.pk),
            order=order.number,
            reason=step.note or "…",
            **_of(review),
        )


def _of(review: Review) -> dict:
    return {"review": review.pk, "product": review.product.title}


@receiver(user_logged_out)
def forget_this_device(sender, request, user, **kwargs):
    """Who uses this browser next gets none of the news of who logged out."""
    if user is not None and (pk := request.session.get(devices.SESSION_KEY)):
        user.push_devices.filter(pk=pk).delete()
