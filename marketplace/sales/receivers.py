"""What sellers' packages tell of: orders go with it, in the same transaction."""

from django.dispatch import receiver

from marketplace.sales.domain import fulfil
from producers.signals import reservation_ended


@receiver(reservation_ended)
def follow_reservation(sender, reservation, actor, **kwargs):
    fulfil.follow_reservation(reservation, actor)
