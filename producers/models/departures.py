import datetime

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.formats import date_format, time_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from marketplace.core import clock

MOST_PLACES = 1_000
"""Places of one date: what is above it was mistyped."""
MOST_NOTICE = 24 * 90
"""Hours: who wants to know of guests longer before does not sell online."""


class CountedIn(models.TextChoices):
    """What one place of a date is."""

    PEOPLE = "people", _("guests")
    ROOMS = "rooms", _("rooms")
    GROUPS = "groups", _("groups")


class BookingTerms(models.Model):
    """How a product that is booked by date can be booked; without a row as the defaults say."""

    CountedIn = CountedIn

    product = models.OneToOneField(
        "catalogue.Product",
        verbose_name=_("Product"),
        on_delete=models.CASCADE,
        related_name="booking_terms",
    )
    counted_in = models.CharField(_("Places are"), max_length=6, choices=CountedIn, default=CountedIn.PEOPLE)
    least = models.PositiveSmallIntegerField(
        _("Fewest places in one booking"), default=1, validators=[MinValueValidator(1)]
    )
    most = models.PositiveSmallIntegerField(
        _("Most places in one booking"),
        default=20,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_PLACES)],
    )
    notice_hours = models.PositiveSmallIntegerField(
        _("Book at least so many hours before"),
        default=24,
        validators=[MaxValueValidator(MOST_NOTICE)],
        help_text=_("A date without a time begins at 0:00."),
    )

    class Meta:
        verbose_name = _("Terms of booking")
        verbose_name_plural = _("Terms of booking")
        constraints = [
            models.CheckConstraint(
                condition=Q(least__gte=1) & Q(most__gte=F("least")), name="booking_least_at_most_most"
            )
        ]

    def __str__(self):
        return f"{self.product_id}: {self.least}–{self.most}"

    def free_in_words(self, free: int) -> str:
        """How many places are left, such as ``12 guests free``."""
        texts = {
            CountedIn.PEOPLE: ngettext("%(count)s place left", "%(count)s places left", free),
            CountedIn.ROOMS: ngettext("%(count)s room left", "%(count)s rooms left", free),
            CountedIn.GROUPS: ngettext("room for %(count)s group", "room for %(count)s groups", free),
        }
        return texts[CountedIn(self.counted_in)] % {"count": free}

    @property
    def in_words(self) -> str:
        """The terms as a buyer reads them."""
        days, hours = divmod(self.notice_hours, 24)
        words = {"least": self.least, "most": self.most, "unit": self.get_counted_in_display()}
        text = _("Counted in %(unit)s, from %(least)s to %(most)s in one booking.") % words
        if self.notice_hours == 0:
            return str(text)
        notice = (
            ngettext("Book at least %(count)s day before.", "Book at least %(count)s days before.", days)
            if hours == 0
            else ngettext(
                "Book at least %(count)s hour before.",
                "Book at least %(count)s hours before.",
                self.notice_hours,
            )
        )
        return f"{text} {notice % {'count': days if hours == 0 else self.notice_hours}}"


class DepartureQuerySet(models.QuerySet):
    def bookable(self, at: datetime.datetime | None = None):
        """Dates with free places that can still be booked at a moment, now without one."""
        return self.filter(
            closed_at=None,
            stock_record__bookable_until__gt=at or clock.now(),
            stock_record__num_in_stock__gt=F("stock_record__num_allocated"),
        )

    def in_order(self):
        """The earliest first; on one day the date without a time before those with one."""
        return self.order_by("day", F("starts").asc(nulls_first=True), "pk")


class Departure(models.Model):
    """A date on which a host receives guests of a product: a day, perhaps a time, and so many places.

    What is booked stands in its own stock record (design decision 5): of ``capacity`` places those are free
    that can be bought of the record. Both are written only by ``producers.domain.departures``.
    """

    product = models.ForeignKey(
        "catalogue.Product",
        verbose_name=_("Product"),
        on_delete=models.PROTECT,
        related_name="departures",
        db_index=False,
    )
    day = models.DateField(_("Day"))
    starts = models.TimeField(_("Starts at"), null=True, blank=True, help_text=_("In Hà Nội."))
    capacity = models.PositiveSmallIntegerField(_("Places"))
    closed_at = models.DateTimeField(_("Closed"), null=True, blank=True)
    closing_reason = models.CharField(_("Why it was closed"), max_length=300, blank=True)

    objects = DepartureQuerySet.as_manager()

    class Meta:
        verbose_name = _("Date for guests")
        verbose_name_plural = _("Dates for guests")
        ordering = ["day", "starts", "id"]
        indexes = [models.Index(fields=["day"], name="departures_by_day")]
        constraints = [
            models.UniqueConstraint(fields=["product", "day", "starts"], name="one_departure_per_time"),
            models.UniqueConstraint(
                fields=["product", "day"], condition=Q(starts=None), name="one_departure_per_day_without_time"
            ),
            models.CheckConstraint(condition=Q(capacity__gt=0), name="departure_has_places"),
        ]

    def __str__(self):
        return f"{self.product_id}, {self.when}"

    @property
    def when(self) -> str:
        """Day and time as the reader's language writes them."""
        return when(self.day, self.starts)

    @property
    def begins_at(self) -> datetime.datetime:
        """The moment at which it begins; without a time the day's first."""
        return datetime.datetime.combine(self.day, self.starts or datetime.time.min, tzinfo=clock.HA_NOI)

    @property
    def is_over(self) -> bool:
        """Whether its day has passed."""
        return self.day < clock.today()

    @property
    def is_closed(self) -> bool:
        return self.closed_at is not None

    @property
    def free(self) -> int:
        """Places that nobody has booked."""
        return self.stock_record.net_stock_level

    @property
    def booked(self) -> int:
        """Places that orders have taken and not given back."""
        return self.capacity - self.free

    @property
    def is_bookable(self) -> bool:
        """Whether a buyer can still book it."""
        return self.stock_record.can_be_taken


def when(day: datetime.date, starts: datetime.time | None) -> str:
    """A day with its weekday, and a time if there is one, as the reader's language writes them."""
    written = f"{date_format(day, 'D')}, {date_format(day, 'SHORT_DATE_FORMAT')}"
    return f"{written} {time_format(starts, 'H:i')}" if starts is not None else written
