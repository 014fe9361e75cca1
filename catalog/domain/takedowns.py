"""Taking a listing down on an authority's request or the office's own decision, and lifting that."""

import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from catalog.domain import listings
from catalog.models import Product, TakeDown
from catalog.signals import listing_taken_down
from marketplace.core import activity, clock
from marketplace.core.exceptions import Refused
from marketplace.core.models import User
from producers.domain.duties import duty


class TakeDownMoved(Refused):
    """The take-down is not in the state that the act needs: somebody was faster."""

    def __init__(self):
        super().__init__(_("Somebody else was faster; this was carried out or lifted already."))


@transaction.atomic
def order(
    product: Product,
    *,
    ground: str,
    reason: str,
    actor: User,
    authority: str = "",
    reference: str = "",
    received_at: datetime.datetime | None = None,
) -> TakeDown:
    """Record that a listing is to go, due within the hours that the law gives from ``received_at``."""
    received_at = received_at or clock.now()
    take_down = TakeDown.objects.create(
        product=product,
        ground=ground,
        authority=authority,
        reference=reference,
        reason=reason,
        received_at=received_at,
        due_at=received_at + duty("take down", received_at).time,
        recorded_by=actor,
    )
    activity.record("listing.take_down_ordered", product, actor=actor, take_down=take_down.pk, reason=reason)
    return take_down


@transaction.atomic
def carry_out(take_down: TakeDown, *, actor: User) -> None:
    """Take the listing from the site; the seller is told. Raises ``TakeDownMoved``."""
    now = clock.now()
    if not TakeDown.objects.to_do().filter(pk=take_down.pk).update(done_at=now, done_by=actor):
        raise TakeDownMoved
    take_down.done_at, take_down.done_by = now, actor
    listings.close(take_down.product)
    activity.record("listing.taken_down", take_down.product, actor=actor, take_down=take_down.pk)
    listing_taken_down.send(sender=TakeDown, take_down=take_down)


@transaction.atomic
def lift(take_down: TakeDown, *, actor: User, reason: str) -> None:
    """Let the listing back, unless another take-down holds it.

    Raises ``TakeDownMoved``, and ``Refused`` without a reason.
    """
    if not reason.strip():
        raise Refused(_("Please say why: it stays on record."))
    now = clock.now()
    standing = TakeDown.objects.filter(pk=take_down.pk, lifted_at=None)
    if not standing.update(lifted_at=now, lifted_by=actor, lifted_reason=reason):
        raise TakeDownMoved
    take_down.lifted_at, take_down.lifted_by, take_down.lifted_reason = now, actor, reason
    product = take_down.product
    if not product.take_downs.in_force().exists():
        listings.reopen(product)
    activity.record("listing.take_down_lifted", product, actor=actor, take_down=take_down.pk, reason=reason)
    listing_taken_down.send(sender=TakeDown, take_down=take_down)
