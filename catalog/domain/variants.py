"""Variants: the other packs in which a product is sold, by weight, flavour or box.

A variant shares with its product what makes it the same product to the programme and to the law; this module
alone keeps that so. In lists one of the packs stands for all.
"""

from collections.abc import Iterable, Mapping
from typing import Protocol, TypeVar

from django.db import transaction
from django.utils.translation import gettext as _

from catalog.domain import banned
from catalog.models import Product
from marketplace.core import activity
from marketplace.core.exceptions import Refused
from marketplace.core.models import User
from marketplace.core.text import fold, nfc

MOST = 20
SHARED = (
    "slug",
    "product_class",
    "producer",
    "region",
    "recorded_region",
    "region_certainty",
    "certification",
    "cleared_until",
    "origin_statement",
)
"""Columns that a variant takes from its product."""

OWN = ("variant", "unit", "net_content", "net_weight", "shipping_weight")
"""Columns that tell a variant from the others."""


class Pack(Protocol):
    """A product, or a variant of it, as it is sold: its price in VND, None for what is not sold."""

    @property
    def price(self) -> int | None: ...

    @property
    def is_in_stock(self) -> bool: ...


AnyPack = TypeVar("AnyPack", bound=Pack)


def shown_pack(packs: Iterable[AnyPack]) -> AnyPack | None:
    """The pack whose price lists show: the cheapest in stock, else the cheapest; None if none has a price."""
    priced = (pack for pack in packs if pack.price is not None)
    return min(priced, key=lambda pack: (not pack.is_in_stock, pack.price), default=None)


def has_dearer(shown: AnyPack, packs: Iterable[AnyPack]) -> bool:
    """Whether others that can be bought as well as the shown pack cost more: its price is a lowest one."""
    alike = (pack for pack in packs if pack.price is not None and pack.is_in_stock == shown.is_in_stock)
    return any(pack.price > shown.price for pack in alike)


class VariantRefused(Refused):
    """There is such a variant already, or there are too many; nothing was added."""


@transaction.atomic
def add(product: Product, *, actor: User | None = None, variant: str, **own: object) -> Product:
    """One more variant of a product, without price and stock; raises ``VariantRefused`` or `BannedWords`."""
    Product.objects.select_for_update().get(pk=product.pk)
    variant = nfc(variant)
    check_name(product, variant)
    check_words(variant, own)
    if product.children.count() >= MOST:
        raise VariantRefused(_("A product has at most %(most)s other packs.") % {"most": MOST})
    made = Product(parent=product, structure=Product.CHILD, variant=variant, **own)
    _share(product, made)
    made.save()
    made.categories.set(product.categories.all())
    activity.record("product.variant_added", product, actor=actor, variant=variant)
    return made


def check_name(product: Product, variant: str, but: Product | None = None) -> None:
    """Raise ``VariantRefused`` for words that another pack of the product has already."""
    others = product.children.exclude(pk=but.pk if but is not None else None)
    names = [product.variant, *others.values_list("variant", flat=True)]
    if variant.casefold() in {name.casefold() for name in names}:
        raise VariantRefused(_("There is a pack “%(name)s” already.") % {"name": variant})


def check_words(variant: str, own: Mapping[str, object]) -> None:
    """Raise `BannedWords`: what tells packs apart shows at once, so the office must need no look at it."""
    texts = [variant, *(value for name, value in own.items() if name in OWN and isinstance(value, str))]
    if found := banned.words_in(texts):
        raise banned.BannedWords(found)


@transaction.atomic
def share(product: Product) -> None:
    """Give a product's variants anew what they share with it, after any of that has changed."""
    for child in product.children.all():
        _share(product, child)
        child.save()
        child.categories.set(product.categories.all())


def _share(product: Product, child: Product) -> None:
    for name in SHARED:
        setattr(child, name, getattr(product, name))
    child.title = titled(product.title, child.variant)
    child.title_en = titled(product.title_en, child.variant) if product.title_en else ""
    child.folded = fold(f"{child.title} {child.title_en}")


def titled(title: str, variant: str) -> str:
    """The name of a variant, by which baskets, orders and papers know it."""
    ending = f", {variant}"
    return f"{title[: 255 - len(ending)]}{ending}"
