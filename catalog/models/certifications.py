import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from marketplace.core import clock
from marketplace.core.codes import random_code

EXPIRING_DAYS = 180
CODE_LENGTH = 10


def new_code() -> str:
    """A code for the public look-up that cannot be guessed and has no letters that look alike."""
    return random_code(CODE_LENGTH)


class CertificationStatus(models.TextChoices):
    """What a certification is worth today; derived, never stored (design decision 3)."""

    VALID = "valid", _("In force")
    EXPIRING = "expiring", _("In force, ends soon")
    EXTENDED = "extended", _("In force, extended")
    EXPIRED = "expired", _("No longer in force")
    UNKNOWN = "unknown", _("Date not stated")
    UNSTATED = "unstated", _("Recognised, stars not stated")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    SUPERSEDED = "superseded", _("Replaced by a newer one")


STARRED = frozenset({CertificationStatus.VALID, CertificationStatus.EXPIRING, CertificationStatus.EXTENDED})


class CertificationQuerySet(models.QuerySet):
    def newest_first(self):
        """The history of a product, the newest recognition first."""
        return self.order_by(models.F("started_on").desc(nulls_last=True), "-id")


def not_withdrawn(prefix: str = "", on: datetime.date | None = None) -> Q:
    """Condition for a certification that no withdrawal has reached by a day."""
    day = on or clock.today()
    return Q(**{f"{prefix}withdrawn_on__isnull": True}) | Q(**{f"{prefix}withdrawn_on__gt": day})


def in_force(prefix: str = "", on: datetime.date | None = None) -> Q:
    """Condition for stars that count on a day; ``prefix`` leads to the certification (``certification__``).

    Whether a newer recognition has replaced it shows only from the product, whose `certification` it is.
    """
    day = on or clock.today()
    ends = Q(**{f"{prefix}valid_until__gte": day}) | Q(**{f"{prefix}extended_until__gte": day})
    return Q(**{f"{prefix}stars__isnull": False}) & not_withdrawn(prefix, day) & ends


class Certification(models.Model):
    """A recognition of a product: its stars, who gave them, when and how long they last.

    What a source leaves out stays empty. A recognition that is known only by its year counts
    to 36 months after 31 December of that year (design decision 3).
    """

    class Level(models.TextChoices):
        DISTRICT = "district", _("District council")
        PROVINCE = "province", _("Provincial council")
        CENTRAL = "central", _("Central council")

    class Provenance(models.TextChoices):
        AWARDED = "awarded", _("Awarded here")
        IMPORTED = "imported", _("Taken over from a source")
        ILLUSTRATIVE = "illustrative", _("Illustrative")

    product = models.ForeignKey(
        "catalogue.Product",
        verbose_name=_("Product"),
        on_delete=models.CASCADE,
        related_name="certifications",
    )
    code = models.CharField(_("Look-up code"), max_length=16, unique=True, default=new_code, editable=False)
    stars = models.PositiveSmallIntegerField(_("Stars"), null=True, blank=True)
    potential_five_star = models.BooleanField(_("Potential five stars"), default=False)
    level = models.CharField(_("Level"), max_length=10, choices=Level, blank=True)
    act = models.CharField(
        _("Graded under"), max_length=60, blank=True, help_text=_("Number of the act, such as 148/QĐ-TTg.")
    )
    decision_number = models.CharField(_("Decision"), max_length=60, blank=True)
    decision_on = models.DateField(_("Date of the decision"), null=True, blank=True)
    number = models.CharField(_("Certificate number"), max_length=60, blank=True)
    recognised_year = models.PositiveSmallIntegerField(_("Year of recognition"), null=True, blank=True)
    issued_on = models.DateField(_("Issued on"), null=True, blank=True)
    valid_until = models.DateField(_("Valid until"), null=True, blank=True, db_index=True)
    extended_until = models.DateField(_("Extended until"), null=True, blank=True)
    withdrawn_on = models.DateField(_("Withdrawn on"), null=True, blank=True)
    started_on = models.DateField(
        _("Counted from"),
        null=True,
        blank=True,
        editable=False,
        help_text=_("Issue date, or 31 December of the year that a source gives; orders the history."),
    )
    provenance = models.CharField(
        _("Provenance"), max_length=12, choices=Provenance, default=Provenance.AWARDED
    )
    source_url = models.URLField(_("Source"), max_length=500, blank=True)
    created_at = models.DateTimeField(_("Recorded"), auto_now_add=True)

    objects = CertificationQuerySet.as_manager()

    class Meta:
        verbose_name = _("Certification")
        verbose_name_plural = _("Certifications")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(stars__isnull=True) | Q(stars__gte=1, stars__lte=5),
                name="certification_one_to_five_stars",
            ),
        ]

    def __str__(self):
        stars = f"{self.stars}★" if self.stars else "?"
        return f"{self.product_id}: {stars} {self.started_on or ''}".strip()

    def get_absolute_url(self) -> str:
        """The public look-up page of this certification."""
        return reverse("certifications:detail", args=[self.code])

    @property
    def ends_on(self) -> datetime.date | None:
        """The last day on which the stars count, an extension included."""
        return max(filter(None, (self.valid_until, self.extended_until)), default=None)

    @property
    def is_illustrative(self) -> bool:
        return self.provenance == self.Provenance.ILLUSTRATIVE

    def status_on(self, day: datetime.date) -> CertificationStatus:
        """What this certification is worth on a day in Hà Nội."""
        if self.withdrawn_on is not None and self.withdrawn_on <= day:
            return CertificationStatus.WITHDRAWN
        if self.product.certification_id not in (None, self.pk):
            return CertificationStatus.SUPERSEDED
        if self.stars is None:
            return CertificationStatus.UNSTATED
        if self.ends_on is None:
            return CertificationStatus.UNKNOWN
        if self.ends_on < day:
            return CertificationStatus.EXPIRED
        if self.valid_until is None or self.valid_until < day:
            return CertificationStatus.EXTENDED
        if self.ends_on - day < datetime.timedelta(days=EXPIRING_DAYS):
            return CertificationStatus.EXPIRING
        return CertificationStatus.VALID

    @property
    def status(self) -> CertificationStatus:
        """What this certification is worth today."""
        return self.status_on(clock.today())

    @property
    def stars_in_force(self) -> int | None:
        """The stars that may be shown today, or None."""
        return self.stars if self.status in STARRED else None


class CertificationAct(models.Model):
    """What was done to a certification after its award: an extension or a withdrawal, with its decision."""

    class Kind(models.TextChoices):
        EXTENDED = "extended", _("Extended")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    certification = models.ForeignKey(
        Certification, verbose_name=_("Certification"), on_delete=models.CASCADE, related_name="acts"
    )
    kind = models.CharField(_("Kind"), max_length=10, choices=Kind)
    on = models.DateField(_("On"))
    until = models.DateField(_("Until"), null=True, blank=True)
    decision_number = models.CharField(_("Decision"), max_length=60, blank=True)
    reason = models.TextField(_("Reason"), blank=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("Actor"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    at = models.DateTimeField(_("Recorded"), auto_now_add=True)

    class Meta:
        verbose_name = _("Act on a certification")
        verbose_name_plural = _("Acts on certifications")
        ordering = ["id"]

    def __str__(self):
        return f"{self.get_kind_display()} {self.on}"
