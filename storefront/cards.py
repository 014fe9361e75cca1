"""Listed products with all that a card shows: two queries, and no model of Django's on the way.

A list page is made of little else, so this is where its time goes; `docs/performance.md` has the numbers.
"""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import BooleanField, Case, F, FilteredRelation, OuterRef, Q, QuerySet, Subquery, When
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from catalog.domain.variants import has_dearer, shown_pack
from catalog.models import Category, Product, ProductImage
from catalog.models.certifications import in_force
from catalog.models.products import alt_text, srcset, unit_label
from marketplace.core import clock
from marketplace.core.addresses import writer
from marketplace.core.money import format_vnd
from marketplace.core.prepared import Prepared
from marketplace.regions import names
from search.scope import Tree
from search.snippets import Snippet

ProductCategory = Product.categories.through

#: The product's OCOP set, or its group where the set is not known.
SET_ID = Subquery(
    ProductCategory.objects.filter(product=OuterRef("pk"))
    .order_by("-category__depth", "category")
    .values("category")[:1]
)

COLUMNS = (
    "pk",
    "title",
    "title_en",
    "slug",
    "unit",
    "net_content",
    "variant",
    "parent_id",
    "producer_id",
    "producer__name",
    "stars_now",
    "set_id",
    "own_record__price",
    "own_record__num_in_stock",
    "own_record__num_allocated",
    "own_record__bookable_until",
    "cleared_until",
    "is_paused",
    "region__name",
    "region__is_former",
    "region__parent__name",
    "region__parent__short_name",
    "recorded_region__name",
    "recorded_region__is_former",
    "recorded_region__parent__name",
    "recorded_region__parent__short_name",
    "recorded_region__parent__parent__name",
    "recorded_region__parent__parent__short_name",
)
PARENT = COLUMNS.index("parent_id")


@dataclass(frozen=True, slots=True)
class Picture:
    """A product's picture as templates show it."""

    src: str
    srcset: str
    width: int
    height: int
    alt: str
    largest: str
    is_illustration: bool


@dataclass(frozen=True, slots=True)
class _Pack:
    """A pack of goods as its stock record has it; ``price`` in VND, None for what is not sold."""

    price: int | None
    available: int
    label: str

    @property
    def is_in_stock(self) -> bool:
        return self.available > 0


@dataclass(slots=True)
class Card:
    """A listed product in a list, under the names that the product itself has for the same things.

    Where buyers choose between packs (``has_packs``), ``price``, ``available`` and ``unit_label`` are those
    of the pack that `variants.shown_pack` names, and ``is_lowest`` says that others cost more.
    """

    pk: int
    title: str
    title_en: str
    display_title: str
    title_language: str
    slug: str
    producer_id: int | None
    seller: str
    url: str
    basket_url: str
    category: Category | None
    stars: int | None
    price: int | None
    available: int
    unit_label: str
    place_now: str
    place_then: str
    bookable_until: datetime.datetime | None = None
    cleared_until: datetime.date | None = None
    is_paused: bool = False
    has_packs: bool = False
    is_lowest: bool = False
    picture: Picture | None = None
    snippet: Snippet | None = None
    shelf: int | None = None
    """The stock record of a point of sale, whose price and stock the card then has."""
    level: str = ""
    """How much the point has of it, in words."""

    def tell_of(self, packs: Sequence[_Pack]) -> None:
        """Show what the packs of the product cost together; the first of equal ones is shown."""
        shown = shown_pack(packs)
        self.price, self.available, self.unit_label = shown.price, shown.available, shown.label
        self.has_packs, self.is_lowest = True, has_dearer(shown, packs)

    def get_absolute_url(self) -> str:
        return self.url

    @property
    def is_for_sale(self) -> bool:
        return self.producer_id is not None and self.price is not None and self._is_sold_online

    @property
    def _is_sold_online(self) -> bool:
        if self._sale_rule == Category.SaleRule.CLEARANCE:
            return self.cleared_until is not None and self.cleared_until >= clock.today()
        return self._sale_rule in (Category.SaleRule.OPEN, Category.SaleRule.BOOKING)

    @property
    def _sale_rule(self) -> str:
        return self.category.sale_rule if self.category is not None else Category.SaleRule.OPEN

    @property
    def is_booked(self) -> bool:
        return self._sale_rule == Category.SaleRule.BOOKING

    @property
    def is_in_stock(self) -> bool:
        if self.is_booked:
            return self.bookable_until is not None and self.bookable_until > clock.now()
        return self.available > 0

    @property
    def price_in_words(self) -> str:
        """The price, as a lowest one where it is; empty without any."""
        return "" if self.price is None else price_in_words(self.price, is_lowest=self.is_lowest)

    @property
    def can_buy(self) -> bool:
        return self.is_for_sale and self.is_in_stock and not self.is_paused

    @property
    def is_sold_out(self) -> bool:
        return self.is_for_sale and not self.is_in_stock


def price_in_words(price: int, *, is_lowest: bool) -> str:
    """A price in VND as the shop writes it, as a lowest one where others cost more."""
    written = format_vnd(price)
    return _("from %(price)s") % {"price": written} if is_lowest else written


def cards(ids: Sequence[int], tree: Tree, *, with_packs: bool = True) -> list[Card]:
    """Cards of listed products in the order of their ids; their sets come out of the page's tree.

    Without packs each card tells of the product's first one alone.
    """
    made = bare_cards(ids, tree, with_packs=with_packs)
    pictures = pictures_of(made)
    for card in made:
        card.picture = next(iter(pictures.get(card.pk, ())), None)
    return made


def bare_cards(ids: Sequence[int], tree: Tree, *, with_packs: bool = True) -> list[Card]:
    """As `cards`, without pictures: for who fetches them together with others by `pictures_of`."""
    if not ids:
        return []
    make = _Maker({category.pk: category for category in tree})
    rows = _ROWS.rows(ids=ids, today=clock.today())
    wanted = set(ids)
    found = {row[0]: make.card(row) for row in rows if row[0] in wanted}
    if with_packs:
        _choose_packs(found, rows)
    return [found[pk] for pk in ids if pk in found]


def _choose_packs(found: dict[int, Card], rows: list[tuple]) -> None:
    """Let each card of a product with several packs tell of the one that stands for all."""
    variants = sorted(row for row in rows if row[PARENT] in found)
    first = {row[0]: row for row in rows} if variants else {}
    packs: dict[int, list[_Pack]] = {}
    for row in variants:
        pack, pk = _pack(row), row[PARENT]
        if pack.price is not None and not found[pk].is_booked:
            packs.setdefault(pk, [_pack(first[pk])]).append(pack)
    for pk, choice in packs.items():
        found[pk].tell_of(choice)


def own_record() -> FilteredRelation:
    """The stock record that is sold online: the producer's own (design decision 5), for one query alone."""
    of_producer = Q(stockrecords__partner=F("producer"), stockrecords__departure=None)
    return FilteredRelation("stockrecords", condition=of_producer)


def _rows(ids: list[int], today: datetime.date) -> QuerySet:
    stars = Case(When(in_force("certification__", today), then=F("certification__stars")))
    pause = Q(producer__pause_from__lte=today, producer__pause_to__gte=today)
    paused = Case(When(pause, then=True), default=False, output_field=BooleanField())
    return (
        Product.objects.filter(Q(pk__in=ids) | Q(parent__in=ids, is_public=True))
        .order_by()
        .annotate(own_record=own_record(), stars_now=stars, is_paused=paused, set_id=SET_ID)
        .values_list(*COLUMNS)
    )


_ROWS = Prepared(_rows, ids=[int], today=datetime.date)


def _pack(row: tuple) -> _Pack:
    unit, net_content, variant = row[4:7]
    price, in_stock, allocated = row[12:15]
    return _Pack(
        None if price is None else int(price),
        (in_stock or 0) - (allocated or 0),
        variant or unit_label(unit, net_content),
    )


class _Maker:
    """Makes cards for one page: the language is looked up once."""

    def __init__(self, categories: dict[int, Category]):
        self._categories = categories
        self._is_english = get_language() == "en"
        self._page = writer("catalogue:detail", str, int)
        self._basket = writer("basket:add", int)

    def card(self, row: tuple) -> Card:
        pk, title, title_en, slug, unit, net_content, _variant, _parent, producer_id, seller = row[:10]
        stars, set_id, price, in_stock, allocated, bookable_until, cleared_until, is_paused = row[10:18]
        now, then = _label(row[18:22]), _label(row[22:])
        is_english = self._is_english and bool(title_en)
        return Card(
            pk=pk,
            title=title,
            title_en=title_en,
            display_title=title_en if is_english else title,
            title_language="en" if is_english else "vi",
            slug=slug,
            producer_id=producer_id,
            seller=seller or "",
            url=self._page(slug, pk),
            basket_url=self._basket(pk),
            category=self._categories.get(set_id),
            stars=stars,
            price=None if price is None else int(price),
            available=(in_stock or 0) - (allocated or 0),
            unit_label=unit_label(unit, net_content),
            place_now=now,
            place_then=then if then.casefold() != now.casefold() else "",
            bookable_until=bookable_until,
            cleared_until=cleared_until,
            is_paused=is_paused,
        )


def _label(columns: tuple) -> str:
    """The label of a region: its name, whether it is former, then name and short name of each above it."""
    name, is_former, *above = columns
    if name is None:
        return ""
    pairs = zip(above[::2], above[1::2], strict=True)
    return names.label(name, is_former, [pair for pair in pairs if pair[0] is not None])


def pictures_of(products: Iterable[Card | Product]) -> dict[int, list[Picture]]:
    """The pictures of each of these products in their order; products without any are left out."""
    titles = {product.pk: product.display_title for product in products}
    pictures: dict[int, list[Picture]] = {}
    if not titles:
        return pictures
    for pk, original, caption, kind, width, height in _PICTURES.rows(ids=list(titles)):
        urls = ProductImage.urls(original)
        alt = alt_text(caption, kind, titles[pk])
        is_drawn = kind == ProductImage.Kind.ILLUSTRATION
        picture = Picture(urls[640], srcset(urls), width, height, alt, urls[960], is_drawn)
        pictures.setdefault(pk, []).append(picture)
    return pictures


def _picture_rows(ids: list[int]) -> QuerySet:
    return (
        ProductImage.objects.filter(product__in=ids)
        .order_by("display_order", "pk")
        .values_list("product_id", "original", "caption", "kind", "width", "height")
    )


_PICTURES = Prepared(_picture_rows, ids=[int])
