"""Applications of those who want to sell here: written step by step, decided by the office."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from marketplace.core.models.steps import Step
from marketplace.core.private_files import private_storage
from marketplace.regions.models import Region
from producers.banks import Bank, bank_of

from .points import PointOfSale
from .sellers import Partner


class ApplicationQuerySet(models.QuerySet):
    def visible_to(self, user):
        """One's own applications; the office reads those that were sent by other ways (its desk)."""
        return self.filter(applicant=user) if user.is_authenticated else self.none()

    def sent(self):
        """What the office has or had on its table."""
        return self.exclude(sent_at=None)

    def waiting(self):
        """What the office has to decide, the longest waiting first."""
        return self.filter(state=SellerApplication.State.SENT).order_by("sent_at", "pk")


class SellerApplication(models.Model):
    """What a future seller says of itself. A seller that is here already may be claimed by one."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        SENT = "sent", _("Waits for the office")
        ASKED = "asked", _("The office asks for more")
        APPROVED = "approved", _("Approved")
        REFUSED = "refused", _("Refused")

    #: States in which the applicant may change it.
    WRITABLE = (State.DRAFT, State.ASKED)

    applicant = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("Applicant"),
        on_delete=models.PROTECT,
        related_name="seller_applications",
    )
    state = models.CharField(_("State"), max_length=10, choices=State, default=State.DRAFT)
    claims = models.ForeignKey(
        Partner,
        verbose_name=_("Seller that is here already"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="claims",
    )
    kind = models.CharField(
        _("What it applies for"), max_length=10, choices=Partner.Kind, default=Partner.Kind.PRODUCER
    )
    point_name = models.CharField(_("Name of the point"), max_length=128, blank=True)
    point_kind = models.CharField(
        _("Kind of point"), max_length=10, choices=PointOfSale.Kind, default=PointOfSale.Kind.POINT
    )
    point_street = models.CharField(_("Street or building of the point"), max_length=200, blank=True)
    point_region = models.ForeignKey(
        Region,
        verbose_name=_("Commune or ward of the point"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    point_opens_on = models.DateField(_("The point opens on"), null=True, blank=True)
    point_last_day = models.DateField(
        _("Last day of the point"), null=True, blank=True, help_text=_("Of a booth at a fair.")
    )
    legal_form = models.CharField(_("Legal form"), max_length=20, choices=Partner.LegalForm, blank=True)
    legal_name = models.CharField(_("Registered name"), max_length=128, blank=True)
    business_code = models.CharField(_("Tax or business code"), max_length=14, blank=True)
    personal_number = models.TextField(
        _("Personal number (encrypted)"), blank=True, editable=False, help_text=_("Never shown.")
    )
    representative = models.CharField(_("Representative"), max_length=120, blank=True)
    phone = models.CharField(_("Phone"), max_length=20, blank=True)
    email = models.EmailField(_("E-mail"), blank=True)
    street = models.CharField(_("House number, lane, street or hamlet"), max_length=200, blank=True)
    region = models.ForeignKey(
        Region,
        verbose_name=_("Commune or ward"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    bank_code = models.CharField(_("Bank"), max_length=6, blank=True)
    bank_number = models.CharField(_("Account number"), max_length=19, blank=True)
    bank_holder = models.CharField(_("Account holder"), max_length=100, blank=True)
    is_other_name = models.BooleanField(_("The account is in another name"), default=False)
    needs_no_papers = models.BooleanField(_("Sells no food"), default=False)
    terms_edition = models.CharField(_("Edition of the terms"), max_length=20, blank=True)
    terms_accepted_at = models.DateTimeField(_("Terms accepted"), null=True, blank=True)
    steps_done = models.JSONField(_("Steps done"), default=list, blank=True)
    created_at = models.DateTimeField(_("Begun"), auto_now_add=True)
    saved_at = models.DateTimeField(_("Saved"), auto_now=True)
    sent_at = models.DateTimeField(_("Sent"), null=True, blank=True)
    decided_at = models.DateTimeField(_("Decided"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("Decided by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    seller = models.ForeignKey(
        Partner,
        verbose_name=_("Seller"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="applications",
        help_text=_("The stall that it led to."),
    )

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        verbose_name = _("Application of a seller")
        verbose_name_plural = _("Applications of sellers")
        ordering = ["-id"]
        indexes = [models.Index(fields=["state", "sent_at"])]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="approved") | Q(seller__isnull=False),
                name="approved_application_has_its_seller",
            )
        ]

    def __str__(self):
        return self.legal_name or str(self.applicant)

    @property
    def is_writable(self) -> bool:
        return self.state in self.WRITABLE

    @property
    def is_for_point(self) -> bool:
        """Whether it is for a point of sale, else for a producer's stall."""
        return self.kind == Partner.Kind.POINT

    @property
    def bank(self) -> "Bank | None":
        return bank_of(self.bank_code)

    @property
    def address(self) -> str:
        """As it stands on the stall: street, commune, province."""
        return _address(self.street, self.region)

    @property
    def point_address(self) -> str:
        """Where the point of sale is: street, commune, province."""
        return _address(self.point_street, self.point_region)


def _address(street: str, region: Region | None) -> str:
    return ", ".join(filter(None, (street, region.label if region is not None else "")))


class ApplicationPaper(models.Model):
    """A paper that an applicant brings: only the applicant and the office read it."""

    class Kind(models.TextChoices):
        FOOD_SAFETY = "food safety", _("Food-safety certificate or commitment")
        DECLARATION = "declaration", _("Declaration of the product (Decree 15/2018)")
        BUSINESS = "business", _("Business registration")
        OTHER = "other", _("Another paper")

    application = models.ForeignKey(
        SellerApplication, verbose_name=_("Application"), on_delete=models.CASCADE, related_name="papers"
    )
    kind = models.CharField(_("What it is"), max_length=12, choices=Kind, default=Kind.FOOD_SAFETY)
    number = models.CharField(_("Number of the paper"), max_length=80, blank=True)
    valid_until = models.DateField(_("Valid until"), null=True, blank=True)
    file = models.FileField(
        _("File"), storage=private_storage, upload_to="applications/%Y/%m/", max_length=255
    )
    file_type = models.CharField(max_length=40, editable=False)
    uploaded_at = models.DateTimeField(_("Uploaded"), auto_now_add=True)

    class Meta:
        verbose_name = _("Paper of an application")
        verbose_name_plural = _("Papers of applications")
        ordering = ["id"]

    def __str__(self):
        return f"{self.get_kind_display()} {self.number}".strip()


class ApplicationStep(Step):
    """One step in an application's history; the note is what the office or the applicant wrote."""

    application = models.ForeignKey(
        SellerApplication, verbose_name=_("Application"), on_delete=models.CASCADE, related_name="steps"
    )
    state = models.CharField(_("State"), max_length=10, choices=SellerApplication.State)

    class Meta(Step.Meta):
        verbose_name = _("Step of an application")
        verbose_name_plural = _("Steps of applications")
