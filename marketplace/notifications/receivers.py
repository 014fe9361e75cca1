"""News from sales becomes tasks, in the same transaction: no order, no mail; an order, its mails."""

from django.dispatch import receiver

from marketplace.notifications import tasks
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
