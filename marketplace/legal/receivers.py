"""Orders and applications carry the edition that was agreed to; the log of acceptances gets it with them."""

from django.dispatch import receiver
from django.utils.translation import get_language

from marketplace.legal.domain.accept import accept_for_order, accept_for_selling
from marketplace.legal.models import Kind, Version
from marketplace.sales.signals import order_placed
from producers.signals import application_sent


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


@receiver(application_sent)
def note_acceptance_of_seller(sender, application, **kwargs):
    version = Version.objects.filter(kind=Kind.SELLING, edition=application.terms_edition).first()
    if version is not None:
        accept_for_selling(version, user=application.applicant, language=get_language())
