"""Where a stall is met: fairs to come and those that it attended, and its livestreams."""

from marketplace.events.models import BoothRegistration, Event, Livestream
from producers.models import Partner

MOST_FAIRS = 40
MOST_LIVESTREAMS = 6


def events_of(stall: Partner) -> dict[str, list]:
    """Events with a confirmed booth of the stall, coming and past, and what it shows live; two queries."""
    public = Livestream.objects.public().filter(seller=stall)
    shown = public.filter(state__in=(Livestream.State.LIVE, Livestream.State.PLANNED))
    fairs = _fairs(stall)
    return {
        "fairs_coming": [event for event in reversed(fairs) if not event.is_over],
        "fairs_attended": [event for event in fairs if event.is_over],
        # "live" stands before "planned" in the alphabet.
        "livestreams": list(shown.for_cards().order_by("state", "starts_at", "pk")[:MOST_LIVESTREAMS]),
    }


def _fairs(stall: Partner) -> list[Event]:
    confirmed = BoothRegistration.objects.confirmed().filter(seller=stall)
    return list(Event.objects.filter(registrations__in=confirmed).for_cards().newest_first()[:MOST_FAIRS])
