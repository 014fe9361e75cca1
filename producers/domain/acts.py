"""Acts at a point of sale: who did what there and when, each written exactly once."""

import datetime
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


class OtherAct(Refused):
    """The client's number belongs to another act already."""

    def __init__(self):
        super().__init__(_("This entry has been used for something else already."))


@dataclass(frozen=True)
class By:
    """Who acts, and under which number: the same number twice is the same act, which is done once.

    ``happened_at`` is the moment by the clock of a device that was without network.
    """

    actor: User | None = None
    client_id: uuid.UUID = field(default_factory=uuid.uuid4)
    happened_at: datetime.datetime | None = None


def once(
    point: PointOfSale, kind: PointAct.Kind, by: By, work: Callable[[PointAct], None], **fields
) -> PointAct:
    """Write an act and do its work in one transaction; or give the act that this number has made before.

    Of two that come at the same time with one number the second waits for the first. Raises what ``work``
    raises, and then nothing is written; ``OtherAct`` for a number of another point or kind.
    """
    now = clock.now()
    happened = by.happened_at or now
    with transaction.atomic():
        act, is_new = PointAct.objects.get_or_create(
            client_id=by.client_id,
            defaults={
                "point": point,
                "kind": kind,
                "actor": by.actor,
                "happened_at": happened,
                "is_clock_wrong": not now - MOST_LATE <= happened <= now + MOST_AHEAD,
                **fields,
            },
        )
        if is_new:
            work(act)
        elif (act.point_id, act.kind) != (point.pk, kind):
            raise OtherAct
    return act
