"""Booths: registering for one with products, the waiting list, and what the office decides.

Each act locks the event first, so that those of one event come one after another; the last booth is taken by
one UPDATE that carries its own condition, and a constraint holds the number whatever code forgets. Whoever
withdraws or is refused leaves the booth to the first who waits. Who may act is the desk's question
(``Right.TAKE_PART``), who decides that of the office's admin.
"""

from collections.abc import Iterable

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from catalog.models import Product
from marketplace.core import activity, clock
from marketplace.core.exceptions import Refused
from marketplace.core.models import User
from marketplace.events.models import BoothRegistration, Event, RegistrationStep
from marketplace.events.signals import registration_moved
from producers.models import Partner

State = BoothRegistration.State


class RegistrationClosed(Refused):
    """The event takes no registrations today; nothing changed."""

    def __init__(self):
        super().__init__(_("This event takes no registrations now."))


class AlreadyRegistered(Refused):
    """This seller has a booth at the event or waits for one; nothing changed."""

    def __init__(self):
        super().__init__(_("This stall is registered for the event already."))


class ProductsNotAccepted(Refused):
    """No product was chosen, or one that is not the seller's or has too few stars; nothing changed."""

    def __init__(self, event: Event):
        message = _("Choose products of this stall that are recognised and on show.")
        if event.minimum_stars:
            message = _("Choose products of this stall with %(stars)s stars or more in force today.")
        super().__init__(message % {"stars": event.minimum_stars})


class StepForbidden(Refused):
    """The registration is not where this step starts, often because somebody was faster; nothing changed."""

    def __init__(self, registration: BoothRegistration):
        super().__init__(
            _("This registration is now “%(state)s”, so this step is not possible.")
            % {"state": registration.get_state_display()}
        )


def accepted_products(event: Event, seller: Partner) -> QuerySet[Product]:
    """The seller's products that the event takes today: listed, and with stars where it asks for them."""
    products = Product.objects.listed()
    if event.minimum_stars:
        products = Product.objects.starred().filter(certification__stars__gte=event.minimum_stars)
    return products.filter(producer=seller).order_by("title", "pk")


@transaction.atomic
def register(
    event: Event,
    seller: Partner,
    *,
    products: Iterable[Product],
    contact_name: str,
    contact_phone: str,
    wishes: str = "",
    actor: User | None,
) -> BoothRegistration:
    """Hold a booth for the seller, or put it on the waiting list where all are taken.

    Whoever was refused or has withdrawn may try again and waits behind the others. Raises
    ``RegistrationClosed``, ``AlreadyRegistered`` or ``ProductsNotAccepted``.
    """
    event = _locked(event.pk)
    if not event.is_open_for_registration:
        raise RegistrationClosed
    registration = BoothRegistration.objects.filter(event=event, seller=seller).first()
    if registration is not None and registration.is_active:
        raise AlreadyRegistered
    chosen = _checked(event, seller, products)
    registration = registration or BoothRegistration(event=event, seller=seller)
    registration.registered_at = clock.now()
    registration.contact_name, registration.contact_phone = contact_name, contact_phone
    registration.wishes = wishes
    registration.state = State.HELD if _take_booth(event) else State.WAITING
    registration.save()
    registration.products.set(chosen)
    _write_step(registration, actor)
    return registration


@transaction.atomic
def choose_products(
    registration: BoothRegistration, products: Iterable[Product], *, actor: User | None
) -> None:
    """Show other products than were registered; raises ``StepForbidden`` or ``ProductsNotAccepted``."""
    event, registration = _locked(registration.event_id), _reloaded(registration)
    if event.is_over or not registration.is_active:
        raise StepForbidden(registration)
    chosen = _checked(event, registration.seller, products)
    registration.products.set(chosen)
    activity.record("booth.products_chosen", registration, actor=actor, products=[each.pk for each in chosen])


@transaction.atomic
def withdraw(registration: BoothRegistration, *, actor: User | None, note: str = "") -> None:
    """The seller will not come; its booth goes to the first who waits. Raises ``StepForbidden``."""
    _give_up(registration, State.WITHDRAWN, actor, note)


@transaction.atomic
def refuse(registration: BoothRegistration, *, actor: User | None, note: str) -> None:
    """The office does not take the seller, and says why; its booth goes to the first who waits.

    Raises ``StepForbidden``.
    """
    if not note.strip():
        raise ValueError("a refusal needs its reason")
    _give_up(registration, State.REFUSED, actor, note)


@transaction.atomic
def confirm(registration: BoothRegistration, *, actor: User | None, note: str = "") -> None:
    """The office takes the seller, for whom a booth is held. Raises ``StepForbidden``."""
    _locked(registration.event_id)
    mine = _reloaded(registration)
    if mine.state != State.HELD:
        raise StepForbidden(mine)
    _move(mine, State.CONFIRMED, actor, note)
    registration.refresh_from_db()


@transaction.atomic
def fill(event: Event) -> int:
    """Give booths that are free to those who wait, as after the office has added some; returns how many."""
    event = _locked(event.pk)
    if event.is_over or event.is_cancelled:
        return 0
    given = 0
    for waiting in BoothRegistration.objects.filter(event=event).queue():
        if not _take_booth(event):
            break
        _move(waiting, State.HELD, None, "", is_promotion=True)
        given += 1
    return given


def _locked(event_id: int) -> Event:
    """The event as it is now, held until the transaction ends; SQLite holds all rows by itself."""
    return Event.objects.select_for_update().get(pk=event_id)


def _reloaded(registration: BoothRegistration) -> BoothRegistration:
    return BoothRegistration.objects.select_related("seller", "event").get(pk=registration.pk)


def _checked(event: Event, seller: Partner, products: Iterable[Product]) -> list[Product]:
    wanted = {product.pk for product in products}
    chosen = list(accepted_products(event, seller).filter(pk__in=wanted))
    if not chosen or len(chosen) != len(wanted):
        raise ProductsNotAccepted(event)
    return chosen


def _take_booth(event: Event) -> bool:
    free = Event.objects.filter(pk=event.pk, booths_taken__lt=F("booths"))
    return free.update(booths_taken=F("booths_taken") + 1) == 1


def _give_up(registration: BoothRegistration, state: str, actor: User | None, note: str) -> None:
    event = _locked(registration.event_id)
    mine = _reloaded(registration)
    if event.is_over or not mine.is_active:
        raise StepForbidden(mine)
    had_booth = mine.is_occupying
    _move(mine, state, actor, note)
    if had_booth:
        Event.objects.filter(pk=event.pk).update(booths_taken=F("booths_taken") - 1)
        fill(event)
    registration.refresh_from_db()


def _move(
    registration: BoothRegistration, state: str, actor: User | None, note: str, *, is_promotion: bool = False
) -> None:
    registration.state = state
    registration.save(update_fields=["state"])
    _write_step(registration, actor, note, is_promotion=is_promotion)


def _write_step(
    registration: BoothRegistration, actor: User | None, note: str = "", *, is_promotion: bool = False
) -> None:
    person = activity.person(actor)
    step = RegistrationStep.objects.create(
        registration=registration, state=registration.state, actor=person, note=note
    )
    activity.record(f"booth.{registration.state}", registration, actor=actor, note=note)
    registration_moved.send(
        BoothRegistration, registration=registration, step=step, is_promotion=is_promotion
    )
