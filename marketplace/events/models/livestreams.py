from django.core.validators import URLValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from marketplace.core.languages import in_readers_language, language_of
from marketplace.core.roles import Right
from producers.models import Partner


class LivestreamQuerySet(models.QuerySet):
    def public(self):
        """What everybody may see: those of open stalls, neither called off nor taken down."""
        hidden = (Livestream.State.CANCELLED, Livestream.State.TAKEN_DOWN)
        return self.filter(seller__state=Partner.State.OPEN).exclude(state__in=hidden)

    def live_now(self):
        """What is being shown at this moment, the longest first."""
        return self.filter(state=Livestream.State.LIVE).order_by("started_at", "pk")

    def coming(self):
        """What is planned, the soonest first."""
        return self.filter(state=Livestream.State.PLANNED).order_by("starts_at", "pk")

    def past(self):
        """What has been shown, the latest first."""
        return self.filter(state=Livestream.State.ENDED).order_by("-starts_at", "-pk")

    def visible_to(self, user):
        """Livestreams of sellers for whom this person may go live."""
        return self.filter(seller__in=Partner.objects.with_right(user, Right.TAKE_PART))

    def for_cards(self):
        """With what a row of a list shows, in one query."""
        return self.select_related("seller")


class Livestream(models.Model):
    """A sale that a seller shows live on a platform elsewhere: who, when, where, which products.

    That it is on is a state which an act writes, not a comparison with the clock, so that pages which are
    kept for everybody change with it. Livestreams are kept as the law asks, also those that were called off.
    """

    class State(models.TextChoices):
        PLANNED = "planned", _("Planned")
        LIVE = "live", _("Live now")
        ENDED = "ended", _("Ended")
        CANCELLED = "cancelled", _("Called off")
        TAKEN_DOWN = "taken down", _("Taken down by the office")

    seller = models.ForeignKey(
        Partner, verbose_name=_("Host"), on_delete=models.PROTECT, related_name="livestreams"
    )
    title = models.CharField(_("Title"), max_length=200)
    title_en = models.CharField(_("Title in English"), max_length=200, blank=True)
    url = models.URLField(
        _("Link"),
        max_length=500,
        validators=[URLValidator(["https"])],
        help_text=_("Where it is shown; begins with https."),
    )
    presenter = models.CharField(
        _("Presenter"),
        max_length=120,
        help_text=_("Who speaks; kept for the authorities and not shown."),
    )
    starts_at = models.DateTimeField(_("Begins"))
    ends_at = models.DateTimeField(_("Ends"), null=True, blank=True)
    state = models.CharField(_("State"), max_length=10, choices=State, default=State.PLANNED)
    started_at = models.DateTimeField(_("Went live"), null=True, blank=True, editable=False)
    taken_down_because = models.CharField(
        _("Reason for taking it down"), max_length=500, blank=True, editable=False
    )
    ended_at = models.DateTimeField(_("Went off"), null=True, blank=True, editable=False)
    products = models.ManyToManyField(
        "catalogue.Product", verbose_name=_("Products"), related_name="livestreams", blank=True
    )

    objects = LivestreamQuerySet.as_manager()

    class Meta:
        verbose_name = _("Livestream")
        verbose_name_plural = _("Livestreams")
        ordering = ["-starts_at", "-pk"]
        indexes = [models.Index(fields=["state", "starts_at"], name="events_livestream_state")]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at=None) | Q(ends_at__gt=F("starts_at")),
                name="livestream_ends_after_it_begins",
                violation_error_message=_("The livestream would end before it begins."),
            )
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("events:livestream", args=[self.pk])

    @property
    def title_language(self) -> str:
        return language_of(self.title_en)

    @property
    def display_title(self) -> str:
        return in_readers_language(self.title, self.title_en)

    @property
    def is_live(self) -> bool:
        return self.state == self.State.LIVE

    @property
    def is_planned(self) -> bool:
        return self.state == self.State.PLANNED
