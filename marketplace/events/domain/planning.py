"""Planning events: what follows when the office has changed one."""

from collections.abc import Collection

from django.db import transaction
from django.db.models import F

from marketplace.core import activity
from marketplace.core.models import User
from marketplace.events.domain import booths
from marketplace.events.models import Event
from marketplace.events.signals import event_cancelled

CALENDAR_FIELDS = frozenset(
    {"state", "title", "precision", "starts_on", "ends_on", "opens_at", "closes_at", "venue", "region"}
)
"""What calendars show: a change of it makes a new revision, which they take over."""


@transaction.atomic
def save_changes(event: Event, changed: Collection[str], *, actor: User | None) -> None:
    """Save an event of which these fields have changed, and do what follows.

    Calendars that took it over learn of the change, the teams that registered of a cancellation, and those
    who wait get the booths that were added. Raises what the database refuses, as IntegrityError.
    """
    before = Event.objects.select_for_update().values_list("state", "booths_taken").get(pk=event.pk)
    was, event.booths_taken = before
    event.save()
    if CALENDAR_FIELDS & set(changed):
        Event.objects.filter(pk=event.pk).update(sequence=F("sequence") + 1)
    activity.record("event.changed", event, actor=actor, fields=sorted(changed))
    if event.is_cancelled and was == Event.State.PUBLISHED:
        event_cancelled.send(Event, event=event)
    if "booths" in changed:
        booths.fill(event)
    event.refresh_from_db(fields=["sequence", "booths_taken"])
