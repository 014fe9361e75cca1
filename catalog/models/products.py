import datetime
from urllib.parse import urlsplit

from django.core.files.storage import default_storage
from django.db import models
from django.db.models import Prefetch, Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from oscar.apps.catalogue.abstract_models import AbstractProduct, AbstractProductImage
from oscar.apps.catalogue.managers import ProductQuerySet as OscarProductQuerySet

from marketplace.core import clock
from marketplace.core.addresses import address
from marketplace.core.languages import in_readers_language, language_of
from marketplace.core.text import fold
from marketplace.regions.models import Region
from producers.models import Partner, StockRecord

from .categories import Category
from .certifications import Certification, CertificationStatus, in_force, not_withdrawn

SELLABLE_STATUSES = frozenset(CertificationStatus) - {
    CertificationStatus.WITHDRAWN,
    CertificationStatus.SUPERSEDED,
}


def sold_online(on: datetime.date | None = None) -> Q:
    """Condition for products whose set is open to sale or booking, or whose seller is cleared for it."""
    is_cleared = Q(categories__sale_rule=Category.SaleRule.CLEARANCE, cleared_until__gte=on or clock.today())
    rules = (Category.SaleRule.OPEN, Category.SaleRule.BOOKING)
    return Q(categories__sale_rule__in=rules) | is_cleared


def is_other_pack() -> Q:
    """Condition for variants that buyers choose beside their products; what is booked by date has none."""
    is_booked = Q(categories__sale_rule=Category.SaleRule.BOOKING)
    return Q(parent__isnull=False, is_public=True) & ~is_booked


class ProductQuerySet(OscarProductQuerySet):
    def listed(self, on: datetime.date | None = None):
        """What lists and search show on a day, today without one (design decision 3).

        Recognised, not withdrawn, stall not closed.
        """
        return self.filter(
            Q(producer__isnull=True) | Q(producer__state=Partner.State.OPEN),
            not_withdrawn("certification__", on),
            is_public=True,
            parent=None,
            certification__isnull=False,
        )

    def reachable(self):
        """Products that have a page: recognised at some time, even if withdrawn or of a closed stall."""
        return self.filter(is_public=True, parent=None, certification__isnull=False)

    def buyable(self):
        """What can lie in a basket: products that have a page, and their variants."""
        is_shown = Q(parent=None) | Q(parent__is_public=True)
        return self.filter(is_shown, is_public=True, certification__isnull=False)

    def of_desk(self, sellers):
        """What the teams of these sellers work on: their products, public or not, without the variants."""
        return self.filter(producer__in=sellers, parent=None)

    def starred(self):
        """Listed products whose stars are in force today."""
        return self.listed().filter(in_force("certification__"))

    def for_sale(self):
        """Listed products that have a seller and a price and whose set this seller may sell online."""
        return self.listed().filter(
            sold_online(),
            producer__isnull=False,
            stockrecords__partner=models.F("producer"),
            stockrecords__departure=None,
            stockrecords__price__isnull=False,
        )

    def for_cards(self):
        """Everything that a card shows, in a fixed number of queries."""
        return self.select_related(
            "product_class",
            "producer",
            "certification",
            "region__parent",
            "recorded_region__parent__parent",
        ).prefetch_related(
            Prefetch(
                "stockrecords",
                StockRecord.objects.filter(partner=models.F("product__producer"), departure=None).order_by(
                    "pk"
                ),
            ),
            "images",
            "categories",
        )


class Product(AbstractProduct):
    """A product that the OCOP programme recognised, or that a producer prepares for it.

    The product itself is its first pack. Its other packs, the variants, are products with it as ``parent``:
    each has an own stock record and ``variant``, the words that tell it from the others, and shares name,
    place, set and recognition with its parent (kept so by ``catalog.domain.variants``); without a public
    parent it is not public either.
    """

    class RegionCertainty(models.TextChoices):
        EXACT = "exact", _("Exact")
        SPLIT_DEFAULT = "split_default", _("The commune was divided; its main successor is shown")
        PROVINCE_ONLY = "province_only", _("Only the province is known")
        UNKNOWN = "unknown", _("Not known")

    title_en = models.CharField(_("English name"), max_length=255, blank=True)
    producer = models.ForeignKey(
        Partner,
        verbose_name=_("Producer"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="products",
        help_text=_("Empty where the source names none: shown, not for sale."),
    )
    region = models.ForeignKey(
        Region,
        verbose_name=_("Place now"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="products",
        help_text=_("Today's commune, or province where only that is known."),
    )
    recorded_region = models.ForeignKey(
        Region,
        verbose_name=_("Place as recorded"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="recorded_products",
    )
    region_certainty = models.CharField(
        _("Certainty of the place"), max_length=14, choices=RegionCertainty, default=RegionCertainty.UNKNOWN
    )
    certification = models.ForeignKey(
        Certification,
        verbose_name=_("Current certification"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        editable=False,
        help_text=_("The newest recognition, whatever it is worth today; kept by catalog.domain.certify."),
    )
    unit = models.CharField(_("Unit"), max_length=40, blank=True)
    net_content = models.CharField(_("Net content"), max_length=80, blank=True)
    variant = models.CharField(
        _("Variant"), max_length=80, blank=True, help_text=_("Such as 500 g, mild or gift box.")
    )
    net_weight = models.PositiveIntegerField(_("Net weight (g)"), null=True, blank=True)
    shipping_weight = models.PositiveIntegerField(_("Weight when packed (g)"), null=True, blank=True)
    ingredients = models.TextField(_("Ingredients"), blank=True)
    material = models.TextField(_("Material"), blank=True)
    dimensions = models.CharField(_("Size"), max_length=120, blank=True)
    shelf_life = models.CharField(_("Shelf life"), max_length=120, blank=True)
    storage = models.TextField(_("Storage"), blank=True)
    duration = models.CharField(_("Duration"), max_length=80, blank=True)
    dates = models.CharField(_("Dates"), max_length=200, blank=True)
    origin_statement = models.TextField(_("Statement of origin"), blank=True)
    source_url = models.URLField(_("Source"), max_length=500, blank=True)
    cleared_until = models.DateField(
        _("Cleared until"),
        null=True,
        blank=True,
        editable=False,
        help_text=_("Last day on which the seller may sell this set; kept by catalog.domain.clear."),
    )
    folded = models.TextField(
        _("Folded words"),
        blank=True,
        editable=False,
        help_text=_("Words of name, set, producer and places without marks, for finding it."),
    )
    natural_key = models.CharField(
        _("Natural key"),
        max_length=64,
        null=True,
        blank=True,
        unique=True,
        editable=False,
        help_text=_("Digest of name, producer and place, by which an import recognises the product."),
    )

    objects = ProductQuerySet.as_manager()

    class Meta(AbstractProduct.Meta):
        abstract = False
        indexes = [
            # The newest of a stall or a place are read from the end, without sorting the others.
            models.Index(fields=["producer", "is_public", "id"]),
            models.Index(fields=["region", "is_public", "id"]),
            # Few products have a parent; in an index of all of them SQLite takes it for one of many.
            models.Index(fields=["parent"], condition=Q(parent__isnull=False), name="variants_of_product"),
        ]

    def get_absolute_url(self) -> str:
        """The product's page; that of a variant is its parent's."""
        return address("catalogue:detail", self.slug, self.parent_id or self.pk)

    @property
    def display_title(self) -> str:
        """The name in the reader's language; names without an English one stay Vietnamese."""
        return in_readers_language(self.title, self.title_en)

    @property
    def title_language(self) -> str:
        """The language of ``display_title``, for the ``lang`` attribute."""
        return language_of(self.title_en)

    @cached_property
    def category(self) -> Category | None:
        """The product's OCOP set, or its group where the set is not known."""
        return next(iter(sorted(self.categories.all(), key=lambda category: -category.depth)), None)

    @cached_property
    def stock_record(self) -> StockRecord | None:
        """The producer's own stock record, the one that is sold online (design decision 5).

        What is booked by date is sold from the records of its dates; its own has the price.
        """
        own = (each for each in self.stockrecords.all() if each.partner_id == self.producer_id)
        return next((record for record in own if record.departure_id is None), None)

    @property
    def price(self) -> int | None:
        """Price of one unit in whole VND, or None."""
        record = self.stock_record
        return int(record.price) if record is not None and record.price is not None else None

    @property
    def available(self) -> int:
        """How many can be bought now."""
        return self.stock_record.net_stock_level if self.stock_record is not None else 0

    @property
    def certification_status(self) -> CertificationStatus | None:
        if self.certification is None:
            return None
        self.certification.product = self
        return self.certification.status

    @property
    def stars(self) -> int | None:
        """The stars that may be shown today, or None."""
        if self.certification is None:
            return None
        self.certification.product = self
        return self.certification.stars_in_force

    @property
    def status_label(self) -> str:
        """The certification's state in its own words."""
        status = self.certification_status
        return str(status.label) if status is not None else ""

    @property
    def is_listed(self) -> bool:
        """Whether lists and search show it; a product that is not listed keeps a page that says why."""
        return (
            self.is_public
            and (self.parent_id is None or self.parent.is_public)
            and self.certification_status in SELLABLE_STATUSES
            and (self.producer is None or self.producer.is_open)
        )

    @property
    def sale_rule(self) -> str:
        return self.category.sale_rule if self.category is not None else Category.SaleRule.OPEN

    @property
    def is_sold_online(self) -> bool:
        """Whether this seller may sell its set here today."""
        if self.sale_rule == Category.SaleRule.CLEARANCE:
            return self.cleared_until is not None and self.cleared_until >= clock.today()
        return self.sale_rule in (Category.SaleRule.OPEN, Category.SaleRule.BOOKING)

    @property
    def is_booked(self) -> bool:
        """Whether it is booked for a date instead of sent."""
        return self.sale_rule == Category.SaleRule.BOOKING

    @property
    def is_in_stock(self) -> bool:
        """Whether there is one to buy; of what is booked by date, a date with places that can be booked."""
        record = self.stock_record
        if record is None or (self.is_booked and record.bookable_until is None):
            return False
        return record.can_be_taken

    @property
    def is_for_sale(self) -> bool:
        """Whether it is sold online at all, in stock or not."""
        return self.is_listed and self.producer is not None and self.price is not None and self.is_sold_online

    @property
    def is_paused(self) -> bool:
        """Whether its stall takes no orders today."""
        return self.producer is not None and self.producer.is_paused

    @property
    def can_buy(self) -> bool:
        return self.is_for_sale and self.is_in_stock and not self.is_paused

    @property
    def is_sold_out(self) -> bool:
        return self.is_for_sale and not self.is_in_stock

    @property
    def grams(self) -> int | None:
        """What one of it weighs in a parcel, in grams; None where the seller has not said."""
        return self.shipping_weight or self.net_weight

    def get_product_class(self):
        """The own one: variants have it too, so that a basket need not read their parents."""
        return self.product_class

    @property
    def unit_label(self) -> str:
        """What one unit is, such as ``hộp 500 g``."""
        return unit_label(self.unit, self.net_content)

    @property
    def pack_label(self) -> str:
        """The words that tell this pack from the product's others."""
        return self.variant or self.unit_label

    @property
    def place_now(self) -> str:
        return self.region.label if self.region is not None else ""

    @property
    def place_then(self) -> str:
        """The place as it was recorded, where it is called otherwise today."""
        if self.recorded_region is None:
            return ""
        then = self.recorded_region.label
        return then if then.casefold() != self.place_now.casefold() else ""

    @property
    def source_name(self) -> str:
        """The name of the site that the facts come from."""
        return urlsplit(self.source_url).netloc.removeprefix("www.")

    @property
    def picture(self) -> "ProductImage | None":
        """Its first picture, or its parent's where a variant has none of its own."""
        own = next(iter(self.images.all()), None)
        return own if own is not None or self.parent_id is None else self.parent.picture

    def words(self) -> str:
        """The folded words by which the database finds this product."""
        parts = [self.title, self.title_en, self.place_now, self.place_then]
        if self.producer is not None:
            parts.append(self.producer.name)
        if self.category is not None:
            parts += [self.category.name, self.category.name_en]
        return fold(" ".join(parts))


class ProductImage(AbstractProductImage):
    """A picture of a product, stored in three widths as WebP; ``original`` is the widest."""

    class Kind(models.TextChoices):
        PHOTO = "photo", _("Photo")
        ILLUSTRATION = "illustration", _("Illustration")

    WIDTHS = (320, 640, 960)

    kind = models.CharField(_("Kind"), max_length=12, choices=Kind, default=Kind.PHOTO)
    width = models.PositiveSmallIntegerField(_("Width (pixels)"), default=960)
    height = models.PositiveSmallIntegerField(_("Height (pixels)"), default=1200)

    class Meta(AbstractProductImage.Meta):
        abstract = False

    def name_at(self, width: int) -> str:
        """Storage name of the picture at one of ``WIDTHS``."""
        return self.original.name.replace(f"-{self.WIDTHS[-1]}.", f"-{width}.")

    def url_at(self, width: int) -> str:
        return self.urls(self.original.name)[width]

    @classmethod
    def urls(cls, name: str) -> dict[int, str]:
        """Addresses by width of the picture with this storage name, for one question to the storage."""
        widest = default_storage.url(name)
        return {width: widest.replace(f"-{cls.WIDTHS[-1]}.", f"-{width}.") for width in cls.WIDTHS}

    @property
    def src(self) -> str:
        return self.url_at(640)

    @property
    def srcset(self) -> str:
        return srcset(self.urls(self.original.name))

    @property
    def alt(self) -> str:
        """Text for those who do not see the picture."""
        return alt_text(self.caption, self.kind, self.product.display_title)


def srcset(urls: dict[int, str]) -> str:
    """Addresses by width as an image's `srcset` has them."""
    return ", ".join(f"{url} {width}w" for width, url in urls.items())


def alt_text(caption: str, kind: str, title: str) -> str:
    """What a picture of a product says to those who do not see it."""
    if caption:
        return caption
    if kind == ProductImage.Kind.ILLUSTRATION:
        return _("Illustration: %(name)s") % {"name": title}
    return title


def unit_label(unit: str, net_content: str) -> str:
    """What one unit is, such as ``hộp 500 g``."""
    return " ".join(filter(None, (unit, net_content)))
