"""Events, booths and livestreams: plain functions over the real models.

What a test does not name has a sensible value: the event is published, three weeks after 24 November 2026,
and takes registrations for three booths.
"""

import datetime
from itertools import count

from marketplace.core import clock
from marketplace.events.domain import booths
from marketplace.events.models import BoothRegistration, Event, Livestream
from producers.models import Partner
from tests.factories.catalog import make_product, make_seller

_numbers = count(1)


def make_event(**fields) -> Event:
    """A coming fair; ``booths=None`` gives one for which nobody registers here."""
    number = next(_numbers)
    today = clock.today()
    fields.setdefault("title", f"Hội chợ mẫu {number}")
    fields.setdefault("kind", Event.Kind.FAIR)
    fields.setdefault("state", Event.State.PUBLISHED)
    if fields.get("precision") != Event.Precision.UNKNOWN:
        fields.setdefault("starts_on", today + datetime.timedelta(days=21))
    if fields.setdefault("booths", 3) is not None:
        fields.setdefault("registration_opens_on", today)
        fields.setdefault("registration_closes_on", today + datetime.timedelta(days=7))
    return Event.objects.create(**fields)


def make_registration(
    event: Event, seller: Partner | None = None, *, products: int = 1, confirmed: bool = False
) -> BoothRegistration:
    """A registration made as producers make it: with a booth, or waiting where all are taken."""
    seller = seller or make_seller()
    goods = [make_product(seller=seller) for _number in range(products)]
    registration = booths.register(
        event,
        seller,
        products=goods,
        contact_name="Nguyễn Thị Lan",
        contact_phone="+84912345678",
        actor=None,
    )
    if confirmed:
        booths.confirm(registration, actor=None)
    return registration


def hold_in_the_past(event: Event, days: int = 30) -> Event:
    """Move an event to the past with all who registered, as time does."""
    back = datetime.timedelta(days=days)
    event.refresh_from_db()
    event.starts_on = clock.today() - back
    event.ends_on = event.starts_on
    event.registration_opens_on = event.starts_on - back
    event.registration_closes_on = event.starts_on - datetime.timedelta(days=1)
    event.save()
    return event


def make_livestream(seller: Partner | None = None, **fields) -> Livestream:
    """A livestream that is planned for tomorrow."""
    number = next(_numbers)
    fields.setdefault("title", f"Phiên trực tiếp mẫu {number}")
    fields.setdefault("url", "https://www.youtube.com/watch?v=abcdefghijk")
    fields.setdefault("presenter", "Nguyễn Thị Lan")
    fields.setdefault("starts_at", clock.now() + datetime.timedelta(days=1))
    return Livestream.objects.create(seller=seller or make_seller(), **fields)
