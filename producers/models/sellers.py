from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from oscar.apps.partner.abstract_models import AbstractPartner

from marketplace.core import clock
from marketplace.core.addresses import address
from marketplace.core.roles import Right, TeamRole, has_role, team_roles_with
from marketplace.core.text import fold
from marketplace.regions.models import Region
from producers.names import normal_name


class SellerQuerySet(models.QuerySet):
    def open(self):
        """Sellers whose stall is open to buyers."""
        return self.filter(state=Partner.State.OPEN)

    def producers(self):
        return self.filter(kind=Partner.Kind.PRODUCER)

    def points(self):
        return self.filter(kind=Partner.Kind.POINT)

    def public(self):
        """Stalls that anyone may see: those of open producers."""
        return self.open().producers()

    def with_right(self, user, right: Right):
        """Sellers in whose team this person holds the right."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        return self.filter(team__user=user, team__role__in=team_roles_with(right)).distinct()

    def visible_to(self, user):
        """Stalls that this person may see: the public ones and the person's own."""
        if has_role(user):
            return self
        own = Q(team__user=user) if user.is_authenticated else Q()
        return self.filter(Q(state=Partner.State.OPEN, kind=Partner.Kind.PRODUCER) | own).distinct()


class Partner(AbstractPartner):
    """A seller: a producer (chủ thể) or a point of sale; both have a team and stock (design decision 4)."""

    class Kind(models.TextChoices):
        PRODUCER = "producer", _("Producer")
        POINT = "point", _("Point of sale")

    class LegalForm(models.TextChoices):
        COMPANY = "company", _("Company")
        COOPERATIVE = "cooperative", _("Cooperative")
        COOPERATIVE_GROUP = "cooperative_group", _("Cooperative group")
        HOUSEHOLD = "household", _("Business household")
        OTHER = "other", _("Other")

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        SUSPENDED = "suspended", _("Suspended")
        CLOSED = "closed", _("Closed")

    kind = models.CharField(_("Kind"), max_length=10, choices=Kind, default=Kind.PRODUCER)
    legal_form = models.CharField(_("Legal form"), max_length=20, choices=LegalForm, default=LegalForm.OTHER)
    state = models.CharField(_("State"), max_length=10, choices=State, default=State.OPEN, db_index=True)
    slug = models.SlugField(_("Slug"), max_length=140, unique=True)
    folded_name = models.CharField(
        _("Folded name"),
        max_length=255,
        db_index=True,
        editable=False,
        help_text=_("The name without marks, for finding it."),
    )
    normal_name = models.CharField(
        _("Normal form of the name"),
        max_length=255,
        db_index=True,
        editable=False,
        help_text=_("By this one producer spelt in several ways is recognised."),
    )
    region = models.ForeignKey(
        Region,
        verbose_name=_("Place now"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="sellers",
    )
    recorded_region = models.ForeignKey(
        Region,
        verbose_name=_("Place as recorded"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    summary = models.TextField(_("Introduction"), blank=True)
    banner = models.ImageField(_("Banner"), upload_to="stalls/", blank=True, max_length=255)
    # The seller's identity that Decree 248/2026 (Art. 18.1) makes public on the stall.
    registered_name = models.CharField(
        _("Registered name"),
        max_length=128,
        blank=True,
        help_text=_("Where the seller has stated it; else the name of the stall."),
    )
    registered_address = models.CharField(_("Registered address"), max_length=255, blank=True)
    business_code = models.CharField(_("Tax or business code"), max_length=20, blank=True)
    representative = models.CharField(_("Representative"), max_length=120, blank=True)
    phone = models.CharField(_("Phone"), max_length=20, blank=True)
    email = models.EmailField(_("E-mail"), blank=True)
    delivery_charge = models.PositiveIntegerField(
        _("Delivery charge (VND)"),
        default=30_000,
        help_text=_("Flat charge for each order from this seller."),
    )
    free_delivery_from = models.PositiveIntegerField(
        _("Free delivery from (VND)"),
        null=True,
        blank=True,
        help_text=_("Sum of goods from which delivery is free; empty: never."),
    )
    delivers_by_zone = models.BooleanField(
        _("Charges by zone"),
        default=False,
        editable=False,
        help_text=_("The seller has a delivery table with zones, which is asked instead of the flat charge."),
    )
    is_prepaid_only = models.BooleanField(
        _("Paid before sending"),
        default=False,
        help_text=_("The seller takes no cash at the door; needs an account for transfers."),
    )
    pause_from = models.DateField(
        _("Paused from"), null=True, blank=True, help_text=_("First day of a holiday: no orders are taken.")
    )
    pause_to = models.DateField(_("Paused to"), null=True, blank=True, help_text=_("Its last day."))
    pause_words = models.CharField(_("Words about the pause"), max_length=200, blank=True)
    is_fictional = models.BooleanField(
        _("Fictional"), default=False, help_text=_("Made up for demonstration and shown as such.")
    )
    source_url = models.URLField(_("Source"), max_length=500, blank=True)

    objects = SellerQuerySet.as_manager()

    class Meta(AbstractPartner.Meta):
        abstract = False
        verbose_name = _("Seller")
        verbose_name_plural = _("Sellers")
        constraints = [
            models.CheckConstraint(
                condition=Q(pause_from=None, pause_to=None)
                | Q(pause_from__isnull=False, pause_to__isnull=False, pause_from__lte=models.F("pause_to")),
                name="pause_of_stall_has_both_days",
            )
        ]

    def save(self, *args, **kwargs):
        self.set_name_forms()
        super().save(*args, **kwargs)

    def set_name_forms(self) -> None:
        """Derive from the name what it is found and recognised by; `save` does it, bulk writes must."""
        self.folded_name = fold(self.name)
        self.normal_name = normal_name(self.name, self.legal_form).key

    def get_absolute_url(self) -> str:
        kind = "points" if self.kind == self.Kind.POINT else "stalls"
        return address(f"{kind}:detail", self.slug)

    @property
    def is_open(self) -> bool:
        return self.state == self.State.OPEN

    @property
    def is_paused(self) -> bool:
        """Whether the stall takes no orders today; what cached pages say of it ends with the day."""
        return self.pause_from is not None and self.pause_from <= clock.today() <= self.pause_to

    @property
    def has_pause_ahead(self) -> bool:
        """Whether a pause begins on a later day."""
        return self.pause_from is not None and self.pause_from > clock.today()

    @property
    def pause_notice(self) -> str:
        """What buyers read of a pause that is on or comes; empty without one."""
        if self.is_paused:
            words = gettext("It takes no orders until %(last)s has passed.")
        elif self.has_pause_ahead:
            words = gettext("It takes no orders from %(first)s to %(last)s.")
        else:
            return ""
        days = {
            "first": date_format(self.pause_from, "SHORT_DATE_FORMAT"),
            "last": date_format(self.pause_to, "SHORT_DATE_FORMAT"),
        }
        return f"{words % days} {self.pause_words}".strip()

    def delivery_charge_for(self, goods_total: int) -> int:
        """Charge in VND for delivering goods worth ``goods_total`` VND in one parcel."""
        if self.free_delivery_from is not None and goods_total >= self.free_delivery_from:
            return 0
        return self.delivery_charge

    @property
    def roles(self) -> tuple[TeamRole, ...]:
        """The roles that its team knows."""
        return TEAM_ROLES[self.kind]

    def grants(self, user, right: Right) -> bool:
        """Whether this person holds the right in this seller's team."""
        return Partner.objects.filter(pk=self.pk).with_right(user, right).exists()


TEAM_ROLES = {
    Partner.Kind.PRODUCER: (TeamRole.OWNER, TeamRole.MANAGER, TeamRole.PACKER, TeamRole.WRITER),
    Partner.Kind.POINT: (TeamRole.OWNER, TeamRole.MANAGER, TeamRole.CLERK),
}
"""What the members of a seller's team can be, by the kind of seller; of a point the operator is the owner."""


class TeamMember(models.Model):
    """A person's place in a seller's team; a person may belong to several."""

    seller = models.ForeignKey(
        Partner, verbose_name=_("Seller"), on_delete=models.CASCADE, related_name="team"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("Person"),
        on_delete=models.CASCADE,
        related_name="memberships",
    )
    role = models.CharField(_("Role"), max_length=10, choices=TeamRole)

    class Meta:
        verbose_name = _("Team member")
        verbose_name_plural = _("Team members")
        constraints = [
            models.UniqueConstraint(fields=["seller", "user"], name="one_role_per_person_and_seller")
        ]

    def __str__(self):
        return f"{self.user}: {self.get_role_display()}, {self.seller}"
