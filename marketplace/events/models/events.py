import calendar
import datetime
import uuid

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel

from marketplace.core import clock
from marketplace.core.addresses import address
from marketplace.core.languages import in_readers_language, language_of
from marketplace.core.text import fold, slugify
from marketplace.events import dates
from marketplace.regions.models import Region

SLUG_LENGTH = 120
RESERVED_SLUGS = frozenset({"thang", "truc-tiep"})
"""What stands in the place of a slug in other addresses below `/su-kien/`."""


class EventQuerySet(models.QuerySet):
    def public(self):
        """What everybody may see: published events, and cancelled ones, which say so."""
        return self.exclude(state=Event.State.DRAFT)

    def held(self):
        """Events that were not cancelled."""
        return self.filter(state=Event.State.PUBLISHED)

    def coming(self, on: datetime.date | None = None):
        """Events that are not over on a day, today without one; the soonest first."""
        return self.filter(last_day__gte=on or clock.today()).order_by("starts_on", "last_day", "pk")

    def past(self, on: datetime.date | None = None):
        """Events that are over, the latest first, those without any date last."""
        day = on or clock.today()
        return self.filter(Q(last_day__lt=day) | Q(last_day=None)).newest_first()

    def newest_first(self):
        """By when they begin, the latest first; those that are known by the month only after its others."""
        return self.order_by(F("starts_on").desc(nulls_last=True), "-last_day", "pk")

    def this_month(self, on: datetime.date | None = None):
        """What is on or still to come in the month of a day, today without one; the soonest first."""
        day = on or clock.today()
        return self.in_month(day.year, day.month).coming(day)

    def in_month(self, year: int, month: int):
        """Events that are known to be in a month, those that last longer included; the soonest first."""
        first = datetime.date(year, month, 1)
        last = first.replace(day=calendar.monthrange(year, month)[1])
        known = self.exclude(precision=Event.Precision.YEAR)
        return known.filter(starts_on__lte=last, last_day__gte=first).order_by("starts_on", "last_day", "pk")

    def for_cards(self):
        """With what a row of a list shows, in one query."""
        return self.select_related("region__parent__parent", "recorded_region__parent__parent")


class Event(ClusterableModel):
    """A fair, a product week, a training: what the programme or its partners hold for producers and buyers.

    A source may know the month only, or nothing of the end: ``precision`` says how exact ``starts_on`` is,
    ``ends_on`` is empty where no source names it, and pages show no more than that.
    """

    class Kind(models.TextChoices):
        CULTURE = "culture", _("Products and culture of a region")
        WEEK = "week", _("Product week")
        FAIR = "fair", _("Fair")
        FESTIVAL = "festival", _("Festival")
        EXHIBITION = "exhibition", _("Exhibition")
        MARKET = "market", _("Tết market")
        CEREMONY = "ceremony", _("Recognition ceremony")
        TRADE = "trade", _("Trade connection")
        TRAINING = "training", _("Training")
        CONFERENCE = "conference", _("Conference")
        OPENING = "opening", _("Opening")
        ONLINE = "online", _("Online market")

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        PUBLISHED = "published", _("Published")
        CANCELLED = "cancelled", _("Cancelled")

    class Precision(models.TextChoices):
        DAY = "day", _("The day is known")
        MONTH = "month", _("Only the month is known")
        YEAR = "year", _("Only the year is known")
        UNKNOWN = "unknown", _("No date is known")

    kind = models.CharField(_("Kind"), max_length=12, choices=Kind)
    state = models.CharField(_("State"), max_length=10, choices=State, default=State.DRAFT)
    cancelled_because = models.CharField(_("Reason for the cancellation"), max_length=300, blank=True)
    title = models.CharField(_("Title"), max_length=200)
    title_en = models.CharField(_("Title in English"), max_length=200, blank=True)
    slug = models.SlugField(
        _("Slug"),
        max_length=SLUG_LENGTH,
        unique=True,
        blank=True,
        help_text=_("The last part of the address; empty: made from the title."),
    )
    intro = models.TextField(_("Introduction"), blank=True)
    intro_en = models.TextField(_("Introduction in English"), blank=True)
    body = models.TextField(_("Text"), blank=True, help_text=_("An empty line begins a paragraph."))
    body_en = models.TextField(_("Text in English"), blank=True)

    precision = models.CharField(_("Precision"), max_length=8, choices=Precision, default=Precision.DAY)
    starts_on = models.DateField(
        _("First day"),
        null=True,
        blank=True,
        help_text=_("Any day of it where only the month or the year is known."),
    )
    ends_on = models.DateField(
        _("Last day"), null=True, blank=True, help_text=_("Empty where it is not known.")
    )
    last_day = models.DateField(
        _("Over after"),
        null=True,
        blank=True,
        editable=False,
        help_text=_("The last day on which it can still be on, by what is known."),
    )
    opens_at = models.TimeField(_("Opens at"), null=True, blank=True)
    closes_at = models.TimeField(_("Closes at"), null=True, blank=True)

    venue = models.CharField(_("Venue"), max_length=200, blank=True)
    region = models.ForeignKey(
        Region,
        verbose_name=_("Place now"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="events",
    )
    recorded_region = models.ForeignKey(
        Region,
        verbose_name=_("Place as recorded"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    latitude = models.FloatField(
        _("Latitude"), null=True, blank=True, validators=[MinValueValidator(-90), MaxValueValidator(90)]
    )
    longitude = models.FloatField(
        _("Longitude"), null=True, blank=True, validators=[MinValueValidator(-180), MaxValueValidator(180)]
    )
    organiser = models.CharField(_("Organiser"), max_length=300, blank=True)
    # By the setting, as the user model is: which model holds the editors' pictures is theirs to say.
    picture = models.ForeignKey(
        settings.WAGTAILIMAGES_IMAGE_MODEL,
        verbose_name=_("Picture"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    source_url = models.URLField(_("Source"), max_length=500, blank=True)
    is_fictional = models.BooleanField(
        _("Fictional"), default=False, help_text=_("Made up for demonstration and shown as such.")
    )

    booths = models.PositiveIntegerField(_("Standard booths"), null=True, blank=True)
    booths_taken = models.PositiveIntegerField(_("Booths taken"), default=0, editable=False)
    minimum_stars = models.PositiveSmallIntegerField(
        _("Minimum stars"),
        null=True,
        blank=True,
        choices=[(stars, str(stars)) for stars in range(1, 6)],
        help_text=_("Of every product that is to be shown; empty where the fair asks for none."),
    )
    registration_opens_on = models.DateField(_("Registration opens on"), null=True, blank=True)
    registration_closes_on = models.DateField(
        _("Registration closes on"),
        null=True,
        blank=True,
        help_text=_("Both days are needed for producers to register here."),
    )

    folded = models.TextField(_("Folded words"), blank=True, editable=False)
    uid = models.UUIDField(_("Identity in calendars"), default=uuid.uuid4, unique=True, editable=False)
    sequence = models.PositiveIntegerField(_("Revision in calendars"), default=0, editable=False)
    published_at = models.DateTimeField(_("Published"), null=True, blank=True, editable=False)
    updated_at = models.DateTimeField(_("Changed"), auto_now=True)

    objects = EventQuerySet.as_manager()

    class Meta:
        verbose_name = _("Event")
        verbose_name_plural = _("Events")
        ordering = ["-starts_on", "-pk"]
        permissions = [("publish_event", "Can publish and cancel events")]
        indexes = [
            models.Index(fields=["state", "last_day"], name="events_event_over"),
            models.Index(fields=["state", "starts_on"], name="events_event_begins"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(starts_on__isnull=False, ends_on__gte=F("starts_on")),
                name="event_ends_after_it_begins",
                violation_error_message=_("The event would end before it begins."),
            ),
            models.CheckConstraint(
                condition=Q(precision="unknown", starts_on=None)
                | (~Q(precision="unknown") & Q(starts_on__isnull=False)),
                name="event_date_as_precise_as_it_says",
                violation_error_message=_("Enter the first day, or say that no date is known."),
            ),
            models.CheckConstraint(
                condition=Q(booths=None, booths_taken=0)
                | Q(booths__isnull=False, booths_taken__lte=F("booths")),
                name="event_booths_not_taken_twice",
                violation_error_message=_("More booths are taken than there would be."),
            ),
            models.CheckConstraint(
                condition=Q(registration_opens_on=None)
                | Q(registration_closes_on=None)
                | Q(registration_closes_on__gte=F("registration_opens_on")),
                name="event_registration_closes_after_it_opens",
                violation_error_message=_("Registration would close before it opens."),
            ),
        ]

    def __str__(self):
        return self.title

    def clean(self):
        """What the database refuses too, said at the field where it is to be mended."""
        wrong = {}
        if self.precision == self.Precision.UNKNOWN:
            if self.starts_on or self.ends_on:
                wrong["precision"] = _("There is a date, so something is known.")
        elif not self.starts_on:
            wrong["starts_on"] = _("Enter the first day, or say that no date is known.")
        elif self.ends_on and self.ends_on < self.starts_on:
            wrong["ends_on"] = _("The event would end before it begins.")
        if self.opens_at and self.closes_at and self.closes_at <= self.opens_at:
            wrong["closes_at"] = _("It would close before it opens.")
        if self.slug in RESERVED_SLUGS:
            wrong["slug"] = _("This address belongs to another page.")
        if (self.latitude is None) != (self.longitude is None):
            wrong["longitude"] = _("A place on the map needs both latitude and longitude.")
        wrong |= self._wrong_registration()
        if wrong:
            raise ValidationError(wrong)

    def _wrong_registration(self) -> dict[str, object]:
        opens, closes = self.registration_opens_on, self.registration_closes_on
        if (opens is None) != (closes is None):
            return {
                "registration_closes_on": _("Enter both the day registration opens and the day it closes.")
            }
        if closes is None:
            return {}
        if self.booths is None:
            return {"booths": _("Enter the number of booths for which producers can register.")}
        if closes < opens:
            return {"registration_closes_on": _("Registration would close before it opens.")}
        last = dates.last_day(self.starts_on, self.ends_on, self.precision)
        if last is not None and closes > last:
            return {"registration_closes_on": _("Registration would close after the event.")}
        return {}

    def save(self, *args, **kwargs):
        self.set_derived()
        super().save(*args, **kwargs)

    def set_derived(self) -> None:
        """What follows from the other fields; `save` does it, bulk writes must."""
        self.starts_on = dates.beginning(self.starts_on, self.precision)
        self.last_day = dates.last_day(self.starts_on, self.ends_on, self.precision)
        self.slug = self.slug or self._free_slug()
        places = [region.label for region in (self.region, self.recorded_region) if region is not None]
        self.folded = fold(" ".join([self.title, self.title_en, self.venue, *places]))
        if self.state != self.State.DRAFT and self.published_at is None:
            self.published_at = clock.now()

    def _free_slug(self) -> str:
        wanted = slugify(self.title)[: SLUG_LENGTH - 4].strip("-")
        taken = set(Event.objects.filter(slug__startswith=wanted).values_list("slug", flat=True))
        taken |= RESERVED_SLUGS
        numbered = (f"{wanted}-{number}" for number in range(2, len(taken) + 3))
        return wanted if wanted not in taken else next(slug for slug in numbered if slug not in taken)

    def get_absolute_url(self) -> str:
        return address("events:detail", self.slug)

    # --- in the reader's language
    @property
    def title_language(self) -> str:
        return language_of(self.title_en)

    @property
    def display_title(self) -> str:
        return in_readers_language(self.title, self.title_en)

    @property
    def intro_language(self) -> str:
        return language_of(self.intro_en)

    @property
    def display_intro(self) -> str:
        return in_readers_language(self.intro, self.intro_en)

    @property
    def body_language(self) -> str:
        return language_of(self.body_en)

    @property
    def display_body(self) -> str:
        return in_readers_language(self.body, self.body_en)

    def get_kind_display(self) -> str:
        """As Django's, which would put the names of all kinds into words for each row of a list."""
        return str(_KINDS.get(self.kind, self.kind))

    @property
    def when(self) -> str:
        """The dates in words, as exact as they are known."""
        return dates.in_words(self.starts_on, self.ends_on, self.precision)

    @property
    def day_box(self) -> tuple[str, str]:
        """What stands large and small in the box of a list."""
        return dates.in_box(self.starts_on, self.ends_on, self.precision)

    @property
    def place(self) -> str:
        """Venue and place in one line: today's commune, or as it was recorded where that is more exact."""
        region = self.region
        if self.recorded_region is not None and (region is None or region.parent_id is None):
            region = self.recorded_region
        return ", ".join(part for part in (self.venue, region.label if region is not None else "") if part)

    @property
    def place_then(self) -> str:
        """The place as it was recorded, where it is called otherwise today and ``place`` says so."""
        is_known_now = self.region is not None and self.region.parent_id is not None
        if self.recorded_region is None or self.recorded_region_id == self.region_id or not is_known_now:
            return ""
        return self.recorded_region.label

    # --- what is possible
    @property
    def is_cancelled(self) -> bool:
        return self.state == self.State.CANCELLED

    @property
    def is_over(self) -> bool:
        return self.last_day is None or self.last_day < clock.today()

    @property
    def is_on(self) -> bool:
        """Whether it is known to be on today."""
        known = self.state == self.State.PUBLISHED and self.precision == self.Precision.DAY
        return known and self.starts_on <= clock.today() <= self.last_day

    @property
    def takes_registrations(self) -> bool:
        """Whether producers register for its booths here, now or at another time."""
        return self.registration_closes_on is not None and self.booths is not None

    @property
    def is_open_for_registration(self) -> bool:
        return (
            self.state == self.State.PUBLISHED
            and self.takes_registrations
            and self.registration_opens_on <= clock.today() <= self.registration_closes_on
        )

    @property
    def booths_free(self) -> int | None:
        """How many booths are free; None where producers do not register here."""
        return self.booths - self.booths_taken if self.takes_registrations else None

    @property
    def sign(self) -> tuple[str, str]:
        """What a list says of its state, as kind and words; both are empty where there is nothing to say."""
        if self.is_cancelled:
            return "warn", gettext("Cancelled")
        if self.is_open_for_registration:
            free = self.booths_free
            return "new", ngettext("%(counter)s booth free", "%(counter)s booths free", free) % {
                "counter": free
            }
        if self.is_on:
            return "ok", gettext("On now")
        if self.booths:
            words = ngettext("%(counter)s booth", "%(counter)s booths", self.booths)
            return "", words % {"counter": self.booths}
        return "", ""


_KINDS = dict(Event.Kind.choices)


class ProgrammeItem(models.Model):
    """One item of an event's programme."""

    event = ParentalKey(Event, verbose_name=_("Event"), on_delete=models.CASCADE, related_name="programme")
    on = models.DateField(_("Day"), null=True, blank=True)
    starts_at = models.TimeField(_("Begins at"), null=True, blank=True)
    ends_at = models.TimeField(_("Ends at"), null=True, blank=True)
    title = models.CharField(_("Title"), max_length=200)
    title_en = models.CharField(_("Title in English"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("Item of the programme")
        verbose_name_plural = _("Programme")
        ordering = ["on", "starts_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at=None) | Q(starts_at__isnull=False, ends_at__gte=F("starts_at")),
                name="programme_item_ends_after_it_begins",
                violation_error_message=_("This item would end before it begins."),
            )
        ]

    def __str__(self):
        return self.title

    @property
    def title_language(self) -> str:
        return language_of(self.title_en)

    @property
    def display_title(self) -> str:
        return in_readers_language(self.title, self.title_en)
