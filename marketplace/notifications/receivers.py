"""News from sales becomes tasks, in the same transaction: no order, no mail; an order, its mails."""

from django.dispatch import receiver

from marketplace.core.tasks import enqueue_many
from marketplace.events.models import BoothRegistration
from marketplace.events.signals import event_cancelled, registration_moved
from marketplace.notifications import booth_mails, tasks
from marketplace.sales.models import SellerOrder
from marketplace.sales.signals import order_placed, seller_order_moved
from producers.signals import story_decided


@receiver(order_placed)
def tell_of_new_order(sender, order, **kwargs):
    tasks.mail_order_received.enqueue(order.pk)
    for seller_order in order.seller_orders.order_by("number"):
        tasks.mail_new_order.enqueue(seller_order.pk)


@receiver(seller_order_moved)
def tell_of_move(sender, seller_order, event, by_buyer, **kwargs):
    if event.state in tasks.BUYER_MAILS:
        tasks.mail_order_moved.enqueue(event.pk)
    if event.state == SellerOrder.State.CANCELLED and by_buyer:
        tasks.mail_order_cancelled_to_team.enqueue(seller_order.pk)


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
