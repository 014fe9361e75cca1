"""Livestreams: going live, going off, calling off. Each is one UPDATE that carries its own condition."""

import datetime
from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from catalog.models import Product
from marketplace.core import activity, clock
from marketplace.core.exceptions import Refused
from marketplace.core.models import User
from marketplace.events.models import Livestream

State = Livestream.State

LONGEST = datetime.timedelta(hours=6)
"""A livestream that nobody has ended by then is over: its host has forgotten it."""

EARLIEST = datetime.timedelta(hours=1)
"""How long before the time that was announced a host may go live."""

STEPS = {State.PLANNED: (State.LIVE, State.CANCELLED), State.LIVE: (State.ENDED,)}
"""From a state to those that an act leads to."""


class StepForbidden(Refused):
    """The livestream is not where this step starts; nothing changed."""

    def __init__(self, livestream: Livestream):
        super().__init__(
            _("This livestream is now “%(state)s”, so this step is not possible.")
            % {"state": livestream.get_state_display()}
        )


class TooEarly(Refused):
    """Long before the time that buyers were told; nothing changed."""

    def __init__(self):
        super().__init__(
            _("This livestream begins later. Change its time first, so that buyers find it when it is on.")
        )


@transaction.atomic
def announce(livestream: Livestream, *, products: Iterable[Product], actor: User | None) -> None:
    """Save a livestream that is new or was changed, with the products that it shows.

    Raises ``StepForbidden`` for one that is over: its record stays as it was.
    """
    is_new = livestream.pk is None
    if not is_new:
        now = Livestream.objects.select_for_update().get(pk=livestream.pk)
        if now.state not in STEPS:
            raise StepForbidden(now)
        livestream.state, livestream.started_at = now.state, now.started_at
    livestream.save()
    livestream.products.set(products)
    act = "livestream.announced" if is_new else "livestream.changed"
    activity.record(act, livestream, actor=actor, url=livestream.url, presenter=livestream.presenter)


@transaction.atomic
def start(livestream: Livestream, *, actor: User | None) -> None:
    """The host is live. Raises ``TooEarly`` or ``StepForbidden``."""
    if livestream.starts_at - clock.now() > EARLIEST:
        raise TooEarly
    _move(livestream, (State.PLANNED,), State.LIVE, actor, started_at=clock.now())


@transaction.atomic
def end(livestream: Livestream, *, actor: User | None) -> None:
    """The host is off. Raises ``StepForbidden``."""
    _move(livestream, (State.LIVE,), State.ENDED, actor, ended_at=clock.now())


@transaction.atomic
def call_off(livestream: Livestream, *, actor: User | None) -> None:
    """It will not take place; its record stays. Raises ``StepForbidden``."""
    _move(livestream, (State.PLANNED,), State.CANCELLED, actor)


@transaction.atomic
def take_down(livestream: Livestream, *, actor: User | None, reason: str) -> None:
    """The office hides it at once, whatever its state, and says why; its record stays.

    Raises ``StepForbidden`` for one that is taken down already.
    """
    if not reason.strip():
        raise ValueError("taking down needs its reason")
    shown = tuple(state for state in State.values if state != State.TAKEN_DOWN)
    _move(livestream, shown, State.TAKEN_DOWN, actor, taken_down_because=reason)


ACTS = {State.LIVE: start, State.ENDED: end, State.CANCELLED: call_off}


def end_forgotten() -> int:
    """End what has been live for longer than anybody speaks; returns how many."""
    forgotten = Livestream.objects.filter(state=State.LIVE, started_at__lte=clock.now() - LONGEST)
    ended = 0
    for livestream in forgotten.order_by("pk"):
        try:
            end(livestream, actor=None)
        except StepForbidden:
            continue
        ended += 1
    return ended


def _move(
    livestream: Livestream, before: tuple[str, ...], state: str, actor: User | None, **changes: object
) -> None:
    moved = Livestream.objects.filter(pk=livestream.pk, state__in=before).update(state=state, **changes)
    livestream.refresh_from_db()
    if not moved:
        raise StepForbidden(livestream)
    activity.record(
        f"livestream.{state}", livestream, actor=actor, url=livestream.url, presenter=livestream.presenter
    )
