"""An order carries the edition that its buyer agreed to; the log of acceptances gets it with the order."""

from django.dispatch import receiver

from marketplace.legal.domain.accept import accept_for_order
from marketplace.legal.models import Kind, Version
from marketplace.sales.signals import order_placed


@receiver(order_placed)
def note_acceptance(sender, order, **kwargs):
    placement = order.placement
    if not placement.terms_version:
        return
    version = Version.objects.filter(kind=Kind.TERMS, edition=placement.terms_version).first()
    if version is not None:
        accept_for_order(
            version,
            order_number=order.number,
            user=order.user,
            email=placement.buyer_email,
            language=placement.language,
        )
