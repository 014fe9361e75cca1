"""Suspending a stall: at once on an authority's request, else after the notice that the law asks for."""

import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from marketplace.core import activity, clock
from marketplace.core.exceptions import Refused
from marketplace.core.models import User
from producers.domain.duties import duty
from producers.models import Partner, Suspension
from producers.signals import stall_suspended

Ground = Suspension.Ground


class SuspensionMoved(Refused):
    """The suspension is not in the state that the act needs: somebody was faster."""

    def __init__(self):
        super().__init__(_("Somebody else was faster; this was carried out or lifted already."))


@transaction.atomic
def order(
    seller: Partner,
    *,
    ground: str,
    reason: str,
    actor: User,
    authority: str = "",
    reference: str = "",
    received_at: datetime.datetime | None = None,
    begins_at: datetime.datetime | None = None,
) -> Suspension:
    """Record a suspension; the seller is told with its reason.

    An authority's request is due within the hours of the law, counted from ``received_at``. The office's own
    decision begins after the notice of the law, or at ``begins_at`` where that is later.
    """
    now = clock.now()
    by_authority = ground == Ground.AUTHORITY
    received_at = received_at or now
    notice_ends = now + duty("notice", now).time
    begins = now if by_authority else max(filter(None, (notice_ends, begins_at)))
    suspension = Suspension.objects.create(
        seller=seller,
        ground=ground,
        authority=authority,
        reference=reference,
        reason=reason,
        received_at=received_at,
        due_at=received_at + duty("suspend", received_at).time if by_authority else begins,
        recorded_by=actor,
        notice_at=None if by_authority else now,
        begins_at=begins,
    )
    activity.record("stall.suspension_ordered", seller, actor=actor, suspension=suspension.pk, reason=reason)
    stall_suspended.send(sender=Suspension, suspension=suspension)
    return suspension


@transaction.atomic
def begin(suspension: Suspension, *, actor: User | None) -> None:
    """Close the stall to buyers. Raises ``Refused`` before the notice is over, and ``SuspensionMoved``."""
    now = clock.now()
    if suspension.begins_at > now:
        raise Refused(_("The seller's notice is not over yet."))
    seller = Partner.objects.select_for_update().get(pk=suspension.seller_id)
    undone = Suspension.objects.to_do().filter(pk=suspension.pk)
    if not undone.update(done_at=now, done_by=actor):
        raise SuspensionMoved
    suspension.done_at, suspension.done_by = now, actor
    if seller.state == Partner.State.OPEN:
        seller.state = Partner.State.SUSPENDED
        seller.save(update_fields=["state"])
    activity.record("stall.suspended", seller, actor=actor, suspension=suspension.pk)
    stall_suspended.send(sender=Suspension, suspension=suspension)


def begin_due() -> int:
    """Begin those whose notice is over; gives how many. An authority's request waits for a person."""
    due = Suspension.objects.to_do().filter(ground=Ground.OFFICE, begins_at__lte=clock.now())
    begun = 0
    for suspension in due:
        try:
            begin(suspension, actor=None)
        except SuspensionMoved:
            continue
        begun += 1
    return begun


@transaction.atomic
def lift(suspension: Suspension, *, actor: User, reason: str) -> None:
    """End a suspension, or call off one that has not begun; the stall opens unless another one holds it.

    Raises ``SuspensionMoved``, and ``Refused`` without a reason.
    """
    if not reason.strip():
        raise Refused(_("Please say why: it stays on record."))
    now = clock.now()
    seller = Partner.objects.select_for_update().get(pk=suspension.seller_id)
    standing = Suspension.objects.filter(pk=suspension.pk, lifted_at=None)
    if not standing.update(lifted_at=now, lifted_by=actor, lifted_reason=reason):
        raise SuspensionMoved
    suspension.lifted_at, suspension.lifted_by, suspension.lifted_reason = now, actor, reason
    is_held = seller.suspensions.in_force().exists()
    if seller.state == Partner.State.SUSPENDED and not is_held:
        seller.state = Partner.State.OPEN
        seller.save(update_fields=["state"])
    activity.record("stall.suspension_lifted", seller, actor=actor, suspension=suspension.pk, reason=reason)
    stall_suspended.send(sender=Suspension, suspension=suspension)
