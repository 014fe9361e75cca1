from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from phonenumber_field.modelfields import PhoneNumberField

from marketplace.core.models import Step
from marketplace.core.roles import Right
from marketplace.events.models.events import Event
from producers.models import Partner


class RegistrationState(models.TextChoices):
    HELD = "held", _("Booth held, not confirmed yet")
    WAITING = "waiting", _("On the waiting list")
    CONFIRMED = "confirmed", pgettext_lazy("booth", "Confirmed")
    REFUSED = "refused", _("Refused")
    WITHDRAWN = "withdrawn", pgettext_lazy("booth", "Withdrawn")


OCCUPYING = (RegistrationState.HELD, RegistrationState.CONFIRMED)
"""The states in which a registration has one of the event's booths."""

ACTIVE = (*OCCUPYING, RegistrationState.WAITING)


class RegistrationQuerySet(models.QuerySet):
    def confirmed(self):
        """Participants of events that everybody may see."""
        return self.filter(state=RegistrationState.CONFIRMED, event__state=Event.State.PUBLISHED)

    def active(self):
        """Registrations that have a booth or wait for one."""
        return self.filter(state__in=ACTIVE)

    def queue(self):
        """Those who wait for a booth, the first one first."""
        return self.filter(state=RegistrationState.WAITING).order_by("registered_at", "pk")

    def visible_to(self, user):
        """Registrations of sellers in whose team this person may take part in events."""
        return self.filter(seller__in=Partner.objects.with_right(user, Right.TAKE_PART))


class BoothRegistration(models.Model):
    """A producer's wish for a booth at an event with some of its products; one for each event and seller.

    It changes only in ``marketplace.events.domain.booths``, each time with a step in its history.
    """

    State = RegistrationState

    event = models.ForeignKey(
        Event, verbose_name=_("Event"), on_delete=models.PROTECT, related_name="registrations"
    )
    seller = models.ForeignKey(
        Partner, verbose_name=_("Seller"), on_delete=models.PROTECT, related_name="booth_registrations"
    )
    state = models.CharField(_("State"), max_length=10, choices=RegistrationState)
    products = models.ManyToManyField(
        "catalogue.Product", verbose_name=_("Products"), related_name="booth_registrations"
    )
    contact_name = models.CharField(_("Who will be at the booth"), max_length=120)
    contact_phone = PhoneNumberField(_("Phone"))
    wishes = models.CharField(
        _("Wishes"), max_length=500, blank=True, help_text=_("Such as a power socket or a cooled case.")
    )
    registered_at = models.DateTimeField(_("Registered"), help_text=_("The waiting list goes by this."))

    objects = RegistrationQuerySet.as_manager()

    class Meta:
        verbose_name = _("Booth registration")
        verbose_name_plural = _("Booth registrations")
        ordering = ["registered_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["event", "seller"], name="one_registration_per_event_and_seller")
        ]
        indexes = [models.Index(fields=["event", "state"], name="events_registration_state")]

    def __str__(self):
        return f"{self.seller}: {self.event}"

    @property
    def is_active(self) -> bool:
        return self.state in ACTIVE

    @property
    def is_occupying(self) -> bool:
        """Whether it has one of the event's booths."""
        return self.state in OCCUPYING


class RegistrationStep(Step):
    """One step in the history of a booth registration, never changed afterwards."""

    registration = models.ForeignKey(
        BoothRegistration,
        verbose_name=_("Booth registration"),
        on_delete=models.CASCADE,
        related_name="steps",
    )
    state = models.CharField(_("State"), max_length=10, choices=RegistrationState)

    class Meta(Step.Meta):
        verbose_name = _("Step of a booth registration")
        verbose_name_plural = _("Steps of booth registrations")
