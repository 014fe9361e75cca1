"""Preparing products at the seller's desk: begin one, write it, copy it.

What the office has to see first goes there (``catalog.domain.listings``); everything else is kept at once. A
product without a recognition can be prepared, checked and priced; it is shown and sold once it is certified.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from catalog.domain import listings, variants
from catalog.domain.clear import cleared_until
from catalog.domain.sets import product_class
from catalog.models import Category, Listing, ListingCheck, Product, ProductImage
from marketplace.core import activity
from marketplace.core.exceptions import Refused
from marketplace.core.models import User
from marketplace.core.text import slugify
from producers.domain import prices, stock
from producers.models import Partner, StockRecord

FOR_ALL = ("title", "title_en", "unit", "variant", "origin_statement", "shipping_weight")
"""What a product of any set has."""

FOOD = ("ingredients", "net_content", "net_weight", "shelf_life", "storage")
BY_GROUP = {
    "food": FOOD,
    "drinks": FOOD,
    "herbs": FOOD,
    "crafts": ("material", "dimensions"),
    "plants": ("dimensions", "storage"),
    "tourism": ("duration", "dates"),
}
"""What else is asked by the group of its OCOP set."""

OF_ALL_GROUPS = tuple(dict.fromkeys(name for names in BY_GROUP.values() for name in names))


class ProductMoved(Refused):
    """Somebody else has changed the product since it was opened; nothing was kept."""

    def __init__(self):
        super().__init__(_("Somebody else has changed this product meanwhile. Open it again and compare."))


@dataclass(frozen=True)
class Offer:
    """How a product, or a variant of it, is sold: VND for one, how many lie on the shelf, when to warn."""

    price: int | None = None
    in_stock: int = 0
    warn_at: int | None = None


def group_of(category: Category | None) -> str:
    """The code of the group that a set belongs to, or the group's own; empty for no set."""
    if category is None:
        return ""
    return category.code if category.depth == 1 else category.get_parent().code


def fields_of(group: str) -> tuple[str, ...]:
    """The fields that a product of this group has; those of all groups where it is not known."""
    return (*FOR_ALL, *BY_GROUP.get(group, OF_ALL_GROUPS))


def mark(product: Product, record: StockRecord | None) -> str:
    """Changes whenever somebody changes what the form of a product shows, orders of its stock apart."""
    shown = [getattr(product, name) for name in (*FOR_ALL, *OF_ALL_GROUPS)]
    if record is not None:
        shown += [str(record.price), record.num_in_stock, record.low_stock_threshold]
    return hashlib.sha256(json.dumps([*shown, pending_of(product)], default=str).encode()).hexdigest()[:16]


def own_record(product: Product) -> StockRecord | None:
    """The record by which the product's own seller sells it, as the database has it now."""
    return StockRecord.objects.filter(product=product, partner=product.producer_id, departure=None).first()


def waiting_check(product: Product) -> ListingCheck | None:
    """What the office has to decide about this product."""
    return ListingCheck.objects.waiting().filter(product=product).first()


def pending_of(product: Product) -> dict:
    """Changes of a product that buyers see, on their way through the office."""
    check = waiting_check(product)
    return check.changes if check is not None and check.kind == ListingCheck.Kind.CHANGE else {}


@transaction.atomic
def begin(
    seller: Partner,
    *,
    category: Category | None,
    values: Mapping[str, object],
    offer: Offer = Offer(),
    actor: User | None = None,
) -> Product:
    """A new product of this set that only its seller sees."""
    product = Product(
        producer=seller,
        region=seller.region,
        region_certainty=Product.RegionCertainty.EXACT if seller.region else Product.RegionCertainty.UNKNOWN,
        product_class=product_class(),
        slug=slugify(str(values["title"])),
        is_public=False,
        cleared_until=cleared_until(seller, category),
        **values,
    )
    product.save()
    if category is not None:
        product.categories.add(category)
    _note_words(product)
    listings.begin(product, actor=actor)
    put_on_offer(product, offer, actor=actor)
    activity.record("product.begun", product, actor=actor)
    return product


@transaction.atomic
def write(
    product: Product,
    *,
    values: Mapping[str, object],
    offer: Offer,
    seen: str | None = None,
    send: bool = False,
    actor: User | None = None,
) -> bool:
    """Keep what was written; returns whether something of it goes to the office before buyers see it.

    ``send`` sends a draft to the office, if it was not sent yet or came back.
    ``seen`` is the `mark` that the writer had in view. Raises ``ProductMoved``, ``BannedWords``,
    ``CountTooLow``, and ``ListingMoved`` for what was taken down; then nothing was kept.
    """
    current = Product.objects.select_for_update().get(pk=product.pk)
    if seen is not None and seen != mark(current, own_record(current)):
        raise ProductMoved
    check_writable(current)
    first = listings.to_check(current, values)
    for name, value in values.items():
        if name not in first:
            setattr(current, name, value)
    if not current.is_public and "title" not in first:
        current.slug = slugify(current.title)
    current.save()
    _note_words(current)
    variants.share(current)
    put_on_offer(current, offer, actor=actor)
    activity.record("product.written", current, actor=actor)
    if send and listings.state_of(current) in (Listing.State.DRAFT, Listing.State.SENT_BACK):
        listings.submit(current, actor=actor)
        return True
    return send_changes(current, first, among=values, actor=actor)


def check_writable(product: Product) -> None:
    """Raise ``ListingMoved`` for a listing that was taken down: it comes back only as it was checked."""
    if listings.state_of(product) == Listing.State.TAKEN_DOWN:
        raise listings.ListingMoved(_("This listing was taken down. The office lifts that first."))


@transaction.atomic
def write_variant(
    variant: Product,
    *,
    values: Mapping[str, object],
    offer: Offer,
    is_public: bool = True,
    seen: str | None = None,
    actor: User | None = None,
) -> None:
    """Keep what was written about one pack of a product; ``is_public`` is whether buyers may choose it.

    Raises ``ProductMoved``, ``VariantRefused``, ``BannedWords`` or ``CountTooLow``; then nothing was kept.
    """
    current = Product.objects.select_for_update().get(pk=variant.pk)
    if seen is not None and seen != mark(current, own_record(current)):
        raise ProductMoved
    variants.check_name(current.parent, str(values["variant"]), but=current)
    variants.check_words(str(values["variant"]), values)
    for name, value in values.items():
        setattr(current, name, value)
    current.is_public = is_public
    current.save()
    variants.share(current.parent)
    put_on_offer(current, offer, actor=actor)
    activity.record("product.variant_written", current.parent, actor=actor, variant=current.variant)


def send_changes(
    product: Product, changes: Mapping[str, object], *, among: Mapping[str, object], actor: User | None
) -> bool:
    """Bring what waits at the office up to date, after the fields ``among`` were written.

    Other fields that wait stay as they are; one that is again what buyers see waits no longer.
    """
    check = waiting_check(product)
    if check is not None and check.kind == ListingCheck.Kind.NEW:
        if listings.content_of(product) != check.changes:
            listings.submit(product, actor=actor)
        return True
    before = check.changes if check is not None else {}
    pending = {name: value for name, value in before.items() if name not in among} | dict(changes)
    if pending and pending != before:
        listings.submit(product, actor=actor, changes=pending)
    elif check is not None and not pending:
        listings.take_back(check, actor=actor)
    return bool(pending)


def put_on_offer(product: Product, offer: Offer, *, actor: User | None = None) -> StockRecord:
    """Price, stock and warning mark of a product or variant; its stock record is made if it has none."""
    record, _created = StockRecord.objects.get_or_create(
        product=product,
        partner=product.producer,
        departure=None,
        defaults={"partner_sku": f"P{product.pk}"},
    )
    seen = None if record.price is None else int(record.price)
    prices.change(record, offer.price, seen=seen, actor=actor)
    stock.correct(record, offer.in_stock, reference="desk", actor=actor)
    if record.low_stock_threshold != offer.warn_at:
        StockRecord.objects.filter(pk=record.pk).update(low_stock_threshold=offer.warn_at)
    return record


@transaction.atomic
def copy(product: Product, *, actor: User | None = None) -> Product:
    """A draft with the same texts, pictures and price, without recognition and stock, to be changed."""
    record = own_record(product)
    price = int(record.price) if record is not None and record.price is not None else None
    values = {name: getattr(product, name) for name in (*FOR_ALL, *OF_ALL_GROUPS)}
    values["title"] = _("%(title)s (copy)") % {"title": product.title[:240]}
    made = begin(product.producer, category=product.category, values=values, offer=Offer(price), actor=actor)
    ProductImage.objects.bulk_create(
        ProductImage(
            product=made,
            original=image.original.name,
            caption=image.caption,
            kind=image.kind,
            width=image.width,
            height=image.height,
            display_order=image.display_order,
        )
        for image in product.images.all()
    )
    return made


def state_of(product: Product) -> Listing.State:
    """As ``listings.state_of``, of a product that was read with its listing."""
    listing = getattr(product, "listing", None)
    if listing is not None:
        return Listing.State(listing.state)
    return Listing.State.APPROVED if product.is_public else Listing.State.DRAFT


def _note_words(product: Product) -> None:
    Product.objects.filter(pk=product.pk).update(folded=product.words())
