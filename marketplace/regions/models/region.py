import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from marketplace.core.text import fold
from marketplace.regions.names import english_name, label

TWO_LEVELS_SINCE = datetime.date(2025, 7, 1)
"""Districts ended and 63 provinces became 34: resolution 202/2025/QH15."""


class RegionKind(models.TextChoices):
    PROVINCE = "province", _("province")
    DISTRICT = "district", _("district")
    COMMUNE = "commune", _("commune")


class UnitType(models.TextChoices):
    """What a unit is called by law; `Tỉnh Lâm Đồng` is a tinh, `Phường Hà Đông` a phuong."""

    PROVINCE = "tinh", _("province")
    CITY = "thanh_pho", _("city")
    URBAN_DISTRICT = "quan", _("urban district")
    RURAL_DISTRICT = "huyen", _("rural district")
    TOWN = "thi_xa", _("town")
    WARD = "phuong", _("ward")
    COMMUNE = "xa", _("rural commune")
    TOWNSHIP = "thi_tran", _("township")
    SPECIAL_ZONE = "dac_khu", _("special zone")


class RegionQuerySet(models.QuerySet):
    def current(self):
        return self.filter(is_former=False)

    def former(self):
        return self.filter(is_former=True)

    def provinces(self):
        return self.filter(kind=RegionKind.PROVINCE)

    def districts(self):
        return self.filter(kind=RegionKind.DISTRICT)

    def communes(self):
        return self.filter(kind=RegionKind.COMMUNE)

    def within(self, region):
        """Current communes of a place.

        Of a current province its communes, of a current commune itself, of a former unit the
        communes that succeed it or the units below it (all parts of a divided one).
        """
        communes = self.current().communes()
        if region.is_current:
            return communes.filter(Q(pk=region.pk) | Q(parent=region))
        if region.kind == RegionKind.PROVINCE and region.valid_to != TWO_LEVELS_SINCE:
            # Only then provinces were merged; before and since they have changed but their names.
            return communes.filter(parent__inheritances__predecessor=region)
        below = Q(predecessor=region) | Q(predecessor__parent=region) | Q(predecessor__parent__parent=region)
        successors = Region.succession_model().objects.filter(below).values("successor")
        return communes.filter(pk__in=successors)

    def matching(self, text):
        """Units in whose name every word of `text` begins a word; marks and case do not count."""
        found = self
        for word in fold(text).split():
            found = found.filter(Q(folded__startswith=word) | Q(folded__contains=f" {word}"))
        return found

    def labelled(self):
        """With what `label` and `name_en` read, so that a list of labels costs no more queries."""
        return self.select_related("parent__parent")


class Region(models.Model):
    """An administrative unit with its dates: a current or former province, district or commune.

    Comes only from the versioned data file (`load_regions`). `valid_to` is the first day on
    which the unit no longer existed. Units that were merged before 2025 are former although
    the sources do not say when they ended, hence `is_former` beside the date.
    """

    key = models.CharField(_("key"), max_length=32, unique=True, help_text=_("Stable key of the data file."))
    kind = models.CharField(_("kind"), max_length=10, choices=RegionKind.choices)
    code = models.CharField(_("official code"), max_length=8, blank=True)
    name = models.CharField(_("name"), max_length=80)
    short_name = models.CharField(
        _("short name"), max_length=80, help_text=_("Without the word for the kind of unit.")
    )
    unit_type = models.CharField(_("type of unit"), max_length=10, choices=UnitType.choices)
    parent = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("part of"),
    )
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_to = models.DateField(
        _("valid to"),
        null=True,
        blank=True,
        help_text=_("The first day on which the unit no longer existed."),
    )
    is_former = models.BooleanField(_("former"), default=False)
    latitude = models.FloatField(_("latitude"), null=True, blank=True)
    longitude = models.FloatField(_("longitude"), null=True, blank=True)
    folded = models.CharField(_("name for search"), max_length=80, db_index=True, editable=False)

    aliases = models.TextField(
        _("other names"),
        blank=True,
        editable=False,
        help_text=_("Other spellings, and units merged into this one, folded, separated by spaces."),
    )

    objects = RegionQuerySet.as_manager()

    class Meta:
        verbose_name = _("region")
        verbose_name_plural = _("regions")
        ordering = ["name"]
        indexes = [
            models.Index(fields=["kind", "is_former", "parent"], name="regions_region_tree"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(is_former=True),
                name="regions_region_ended_is_former",
            ),
        ]

    def __str__(self):
        return self.name

    @property
    def is_current(self):
        return not self.is_former

    @property
    def label(self):
        """`Phường Hà Đông, Hà Nội`; a former commune with its district.

        Reads the parents: take regions from `labelled()` or `select_related("parent__parent")`.
        """
        above = [self.parent, self.parent.parent] if self.parent is not None else []
        return label(self.name, self.is_former, [(each.name, each.short_name) for each in above if each])

    @property
    def name_en(self):
        """`Hà Đông Ward, Hà Nội`: names stay Vietnamese, only the word for the unit is English."""
        own = english_name(self.short_name, self.unit_type, self.kind)
        if self.parent is None:
            return own
        if self.parent.parent is None:
            return f"{own}, {self.parent.short_name}"
        district = english_name(self.parent.short_name, self.parent.unit_type, self.parent.kind)
        return f"{own}, {district}, {self.parent.parent.short_name}"

    def successors_now(self):
        """The current units in this one's place, the default one first; a current unit: itself."""
        if self.is_current:
            return Region.objects.filter(pk=self.pk).labelled()
        return (
            Region.objects.filter(inheritances__predecessor=self)
            .labelled()
            .order_by("-inheritances__is_default", "name")
        )

    @classmethod
    def succession_model(cls):
        return cls._meta.get_field("successions").related_model
