import datetime
from collections.abc import Iterable

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel

from marketplace.core import clock
from marketplace.core.text import fold
from producers.opening import Opening, exceptions_on, opening_at

from .sellers import Partner
from .stock import StockRecord

RESERVED_SLUGS = frozenset({"quan-ly"})
"""What stands in the place of a slug in other addresses below `/diem-ban/`."""

FIRST_YEAR = 2018
"""The programme began in May 2018 (Decision 490/QĐ-TTg)."""


class Weekday(models.IntegerChoices):
    """As Python counts them."""

    MONDAY = 0, _("Monday")
    TUESDAY = 1, _("Tuesday")
    WEDNESDAY = 2, _("Wednesday")
    THURSDAY = 3, _("Thursday")
    FRIDAY = 4, _("Friday")
    SATURDAY = 5, _("Saturday")
    SUNDAY = 6, _("Sunday")


class PointQuerySet(models.QuerySet):
    def public(self, on: datetime.date | None = None):
        """Points that buyers can go to on a day, today without one, or some day soon."""
        day = on or clock.today()
        is_not_over = Q(last_day=None) | Q(last_day__gte=day)
        # Not by joining: a database without statistics would go through all open sellers.
        seller = Partner.objects.filter(
            pk=OuterRef("seller"), kind=Partner.Kind.POINT, state=Partner.State.OPEN
        )
        return self.filter(is_not_over, Exists(seller))

    def begun(self):
        """Public points that have begun to sell: those that keep goods for buyers."""
        return self.public().filter(Q(opened_on=None) | Q(opened_on__lte=clock.today()))

    def carrying(self, products: Iterable[int] | models.QuerySet, *, in_stock: bool = False):
        """Begun ones with one of these products on the shelf, sold out or not, or with one to sell now."""
        shelves = StockRecord.objects.on_sale(products).filter(partner=OuterRef("seller"))
        if in_stock:
            shelves = shelves.with_sellable().filter(sellable__gt=0)
        return self.begun().filter(Exists(shelves))

    def open_at(self, moment: datetime.datetime):
        """Points whose known hours include the moment."""
        local = moment.astimezone(clock.HA_NOI)
        day, time = local.date(), local.time()
        before = day - datetime.timedelta(days=1)
        goes_on = Q(closes_at__lte=F("opens_at"))
        begun = Q(opens_at__lte=time) & (Q(closes_at__gt=time) | goes_on)
        since_yesterday = goes_on & Q(closes_at__gt=time)
        return self.filter(
            _open_on(day, begun) | _open_on(before, since_yesterday),
            Q(opened_on=None) | Q(opened_on__lte=day),
        )

    def for_lists(self):
        """With what a row of a list shows, in three queries."""
        return self.select_related(
            "seller__region__parent__parent", "seller__recorded_region__parent__parent"
        ).prefetch_related("hours", "exceptions")


def _open_on(day: datetime.date, condition: Q) -> Q:
    """Hours of the day that began then and fulfil the condition: of an exception, or else of the week."""
    special = OpeningException.objects.filter(point=OuterRef("pk"), first_day__lte=day, last_day__gte=day)
    usual = OpeningHours.objects.filter(condition, point=OuterRef("pk"), weekday=day.weekday())
    return Q(Exists(special.filter(condition))) | (Q(Exists(usual)) & ~Q(Exists(special)))


class PointOfSale(ClusterableModel):
    """What a seller that is a point of sale (điểm giới thiệu và bán) has beyond a name, a place and a team.

    The register of the programme: who runs it, where it is, when it is open, by which decision. What a source
    does not say stays empty, and pages say so.
    """

    class Kind(models.TextChoices):
        POINT = "point", _("Point of introduction and sale")
        CENTRE = "centre", _("Design and creative centre")
        TOURISM = "tourism", _("Tourism spot")
        COUNTER = "counter", _("Supermarket counter")
        FAIR = "fair", _("Booth at a fair")

    seller = models.OneToOneField(
        Partner, verbose_name=_("Seller"), on_delete=models.CASCADE, related_name="point"
    )
    kind = models.CharField(_("Kind"), max_length=10, choices=Kind, default=Kind.POINT)
    operator = models.CharField(_("Run by"), max_length=255, blank=True)
    address = models.CharField(
        _("Street or building"), max_length=255, blank=True, help_text=_("Without the commune.")
    )
    latitude = models.FloatField(
        _("Latitude"), null=True, blank=True, validators=[MinValueValidator(-90), MaxValueValidator(90)]
    )
    longitude = models.FloatField(
        _("Longitude"), null=True, blank=True, validators=[MinValueValidator(-180), MaxValueValidator(180)]
    )
    is_approximate = models.BooleanField(
        _("Position is approximate"),
        default=False,
        help_text=_("The middle of its commune or province, not the place itself."),
    )
    opened_on = models.DateField(_("Opened on"), null=True, blank=True)
    opened_year = models.PositiveSmallIntegerField(
        _("Year of opening"),
        null=True,
        blank=True,
        validators=[MinValueValidator(FIRST_YEAR)],
        help_text=_("Where the day is not known."),
    )
    last_day = models.DateField(
        _("Last day"),
        null=True,
        blank=True,
        help_text=_("Of a booth at a fair, or of a point that closes or has closed."),
    )
    decision = models.CharField(_("Licence or decision"), max_length=255, blank=True)
    folded = models.TextField(
        _("Folded words"), blank=True, editable=False, help_text=_("What it is found by, without marks.")
    )

    objects = PointQuerySet.as_manager()

    class Meta:
        verbose_name = _("Point of sale")
        verbose_name_plural = _("Points of sale")
        constraints = [
            models.CheckConstraint(
                condition=Q(opened_on=None) | Q(last_day=None) | Q(last_day__gte=F("opened_on")),
                name="point_closes_after_it_opens",
            ),
            models.CheckConstraint(
                condition=Q(latitude=None, longitude=None)
                | Q(latitude__isnull=False, longitude__isnull=False),
                name="point_has_a_whole_position",
            ),
        ]
        indexes = [models.Index(fields=["latitude", "longitude"], name="points_by_position")]

    def __str__(self):
        return self.seller.name

    def save(self, *args, **kwargs):
        self.folded = self.words()
        super().save(*args, **kwargs)

    def clean(self):
        super().clean()
        if self.opened_on and self.last_day and self.last_day < self.opened_on:
            raise ValidationError({"last_day": _("It closes before it opens.")})
        if (self.latitude is None) != (self.longitude is None):
            raise ValidationError({"latitude": _("A position has both latitude and longitude.")})

    def words(self) -> str:
        """The folded words by which it is found; `save` keeps them, changes of the seller must save it."""
        places = (self.seller.region, self.seller.recorded_region)
        labels = [place.label for place in places if place is not None]
        return fold(" ".join([self.seller.name, self.operator, self.address, *labels]))

    def get_absolute_url(self) -> str:
        return self.seller.get_absolute_url()

    @property
    def name(self) -> str:
        return self.seller.name

    @property
    def place(self) -> str:
        """Street and today's unit, as one reads an address; empty where neither is known."""
        region = self.seller.region
        return ", ".join(filter(None, (self.address, region.label if region is not None else "")))

    @property
    def map_url(self) -> str:
        """The place on OpenStreetMap; empty where only its commune or province is known."""
        if self.latitude is None or self.is_approximate:
            return ""
        at = f"{self.latitude}/{self.longitude}"
        return f"https://www.openstreetmap.org/?mlat={self.latitude}&mlon={self.longitude}#map=16/{at}"

    @property
    def place_then(self) -> str:
        """The place as it was called when it was recorded, where that differs from today's."""
        then, now = self.seller.recorded_region, self.seller.region
        if then is None or then == now:
            return ""
        return then.label if now is None or then.label.casefold() != now.label.casefold() else ""

    @property
    def is_over(self) -> bool:
        return self.last_day is not None and self.last_day < clock.today()

    @property
    def is_public(self) -> bool:
        """Whether buyers can go there; the page of another says why they cannot."""
        return self.seller.is_open and not self.is_over

    @property
    def keeps_for_buyers(self) -> bool:
        """Whether buyers can have goods kept here: it has opened, and its last day is not over."""
        return self.is_public and (self.opened_on is None or self.opened_on <= clock.today())

    @cached_property
    def opening(self) -> Opening | None:
        """Whether it is open now, and until or from when; None where no hours are known."""
        if self.opened_on and self.opened_on > clock.today():
            return None
        return opening_at(clock.now(), self.hours.all(), self.exceptions.all())

    @property
    def week(self) -> list[tuple[str, list]]:
        """Each weekday with its hours; empty where none are known."""
        hours = sorted(self.hours.all(), key=lambda each: (each.weekday, each.opens_at))
        if not hours:
            return []
        return [(day.label, [each for each in hours if each.weekday == day]) for day in Weekday]

    @property
    def coming_exceptions(self) -> list["OpeningException"]:
        """Days with other hours, today's and later ones."""
        today = clock.today()
        coming = [each for each in self.exceptions.all() if each.last_day >= today]
        return sorted(coming, key=lambda each: (each.first_day, each.opens_at or datetime.time.min))

    @property
    def exceptions_today(self) -> list["OpeningException"]:
        return exceptions_on(clock.today(), self.exceptions.all())


class OpeningHours(models.Model):
    """A span of a weekday; one that closes no later than it opens closes on the next day."""

    point = ParentalKey(
        PointOfSale, verbose_name=_("Point of sale"), on_delete=models.CASCADE, related_name="hours"
    )
    weekday = models.PositiveSmallIntegerField(_("Weekday"), choices=Weekday)
    opens_at = models.TimeField(_("Opens at"))
    closes_at = models.TimeField(
        _("Closes at"), help_text=_("No later than it opens: closes on the next day.")
    )

    class Meta:
        verbose_name = _("Opening hours")
        verbose_name_plural = _("Opening hours")
        ordering = ["weekday", "opens_at"]
        constraints = [
            models.UniqueConstraint(fields=["point", "weekday", "opens_at"], name="one_opening_at_a_time")
        ]

    def __str__(self):
        return f"{self.get_weekday_display()} {self.opens_at:%H:%M}–{self.closes_at:%H:%M}"


class OpeningException(models.Model):
    """Days on which other hours count than those of the week: closed, or hours of their own."""

    point = ParentalKey(
        PointOfSale, verbose_name=_("Point of sale"), on_delete=models.CASCADE, related_name="exceptions"
    )
    first_day = models.DateField(_("First day"))
    last_day = models.DateField(_("Last day"))
    opens_at = models.TimeField(_("Opens at"), null=True, blank=True, help_text=_("Empty: closed."))
    closes_at = models.TimeField(_("Closes at"), null=True, blank=True)
    occasion = models.CharField(_("Occasion"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("Days with other hours")
        verbose_name_plural = _("Days with other hours")
        ordering = ["first_day", "opens_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(last_day__gte=F("first_day")), name="exception_ends_after_it_begins"
            ),
            models.CheckConstraint(
                condition=Q(opens_at=None, closes_at=None)
                | Q(opens_at__isnull=False, closes_at__isnull=False),
                name="exception_opens_and_closes",
            ),
        ]

    def __str__(self):
        return f"{self.first_day} – {self.last_day}"

    def clean(self):
        super().clean()
        if self.first_day and self.last_day and self.last_day < self.first_day:
            raise ValidationError({"last_day": _("The last day lies before the first.")})
        if (self.opens_at is None) != (self.closes_at is None):
            raise ValidationError({"closes_at": _("Name both times, or none where it is closed.")})

    @property
    def is_closed(self) -> bool:
        return self.opens_at is None


class PointPicture(models.Model):
    """A picture of a point, in the order in which it is shown."""

    point = ParentalKey(
        PointOfSale, verbose_name=_("Point of sale"), on_delete=models.CASCADE, related_name="pictures"
    )
    picture = models.ForeignKey(
        settings.WAGTAILIMAGES_IMAGE_MODEL,
        verbose_name=_("Picture"),
        on_delete=models.CASCADE,
        related_name="+",
    )
    sort_order = models.PositiveSmallIntegerField(_("Order"), default=0, editable=False)

    class Meta:
        verbose_name = _("Picture of a point")
        verbose_name_plural = _("Pictures of a point")
        ordering = ["sort_order", "pk"]

    def __str__(self):
        return str(self.picture)
