"""What other packages and the acts of orders tell of: the rest follows, in one transaction."""

from django.dispatch import receiver

from marketplace.payments.signals import payment_moved
from marketplace.sales.domain import fulfil, ledger
from marketplace.sales.signals import seller_order_moved, seller_order_reduced
from producers.signals import reservation_ended


@receiver(reservation_ended)
def follow_reservation(sender, reservation, actor, **kwargs):
    fulfil.follow_reservation(reservation, actor)


@receiver([seller_order_moved, seller_order_reduced])
def post_order_step(sender, seller_order, event, **kwargs):
    ledger.post_order_step(seller_order, event)


@receiver(payment_moved)
def post_payment_step(sender, payment, event, **kwargs):
    ledger.post_payment_step(payment, event)
