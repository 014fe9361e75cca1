"""Acts at a point of sale: who did what there and when, each written exactly once."""

import datetime
import hashlib
import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field

from django.db import transaction
from django.utils.translation import gettext as _

from marketplace.core import clock
from marketplace.core.exceptions import Refused
from marketplace.core.models import User
from producers.models import PointAct, PointOfSale

MOST_AHEAD = datetime.timedelta(minutes=10)
MOST_LATE = datetime.timedelta(hours=12)
"""How far a device's clock may be ahead, and how long its entries may wait for a network, before its clock
counts as wrong."""

_UNKNOWN = ""
"""The digest of acts that are older than digests."""


class OtherAct(Refused):
    """The client's number belongs to another act already; nothing was written."""

    def __init__(self, act: PointAct):
        self.act = act
        words = _(
            "%(act)s has been recorded under this number already, with other particulars. "
            "If this is another one, please send it once more."
        )
        super().__init__(words % {"act": act})


@dataclass(frozen=True)
class By:
    """Who acts, and under which number: the same number twice is the same act, which is done once.

    ``happened_at`` is the moment by the clock of a device that was without network, ``received_at`` when
    the device sent it; without them it is now.
    """

    actor: User | None = None
    client_id: uuid.UUID = field(default_factory=uuid.uuid4)
    happened_at: datetime.datetime | None = None
    received_at: datetime.datetime | None = None

    @property
    def day(self) -> datetime.date:
        """The day in Hà Nội on which it happens, as far as the clock of a device is believed."""
        received = self.received_at or clock.now()
        happened = min(max(self.happened_at or received, received - MOST_LATE), received)
        return happened.astimezone(clock.HA_NOI).date()


def once(
    point: PointOfSale,
    kind: PointAct.Kind,
    by: By,
    work: Callable[[PointAct], None],
    *,
    said: object = None,
    **fields,
) -> PointAct:
    """Write an act and do its work in one transaction; or give the act that this number has made before.

    ``said`` are the particulars by which the same act is known again, as JSON has them. Of two that come at
    the same time with one number the second waits for the first. Raises what ``work`` raises, and then
    nothing is written; ``OtherAct`` for a number of another point or kind, or with other particulars.
    """
    received = by.received_at or clock.now()
    happened = by.happened_at or received
    digest = _digest(said)
    with transaction.atomic():
        act, is_new = PointAct.objects.get_or_create(
            client_id=by.client_id,
            defaults={
                "point": point,
                "kind": kind,
                "actor": by.actor,
                "happened_at": happened,
                "is_clock_wrong": not received - MOST_LATE <= happened <= received + MOST_AHEAD,
                "digest": digest,
                **fields,
            },
        )
        if is_new:
            work(act)
        elif (act.point_id, act.kind) != (point.pk, kind) or act.digest not in (digest, _UNKNOWN):
            raise OtherAct(act)
    return act


def _digest(said: object) -> str:
    return hashlib.sha256(json.dumps(said, default=str, sort_keys=True).encode()).hexdigest()
