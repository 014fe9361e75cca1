"""Gift packs: a product made of others of the same seller, packed out of their stock and unpacked again."""

from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext as _

from catalog.domain.prepare import Offer, own_record, put_on_offer
from catalog.models import PackPart, Product
from marketplace.core import activity
from marketplace.core.exceptions import Refused
from marketplace.core.models import User
from marketplace.core.text import fold
from producers.domain import stock
from producers.models import StockRecord

MOST_PARTS = 12
MOST_NAMED = 5


class PackRefused(Refused):
    """What should lie in the pack cannot, or there is nothing to pack."""


def possible_parts(pack: Product):
    """What may lie in a pack: the seller's other products and variants, which are no packs themselves."""
    return (
        Product.objects.filter(producer=pack.producer, parts=None)
        .exclude(pk=pack.pk)
        .exclude(parent=pack.pk)
        .order_by("title", "pk")
    )


def called(pack: Product, name: str) -> list[Product]:
    """The possible parts of this name: the one that is called just so, else some with all its words."""
    possible = possible_parts(pack)
    exactly = list(possible.filter(title=name)[:1])
    if exactly:
        return exactly
    for word in fold(name).split():
        possible = possible.filter(folded__contains=word)
    return list(possible[:MOST_NAMED])


@transaction.atomic
def fill(pack: Product, parts: Mapping[Product, int], *, actor: User | None = None) -> None:
    """Say what lies in the pack, by product and number; empty for no gift pack."""
    if len(parts) > MOST_PARTS:
        raise PackRefused(_("A gift pack has at most %(most)s kinds of goods.") % {"most": MOST_PARTS})
    allowed = set(possible_parts(pack).values_list("pk", flat=True))
    if not {part.pk for part in parts} <= allowed or PackPart.objects.filter(part=pack).exists():
        raise PackRefused(_("A gift pack is made of other products of the stall, and of no gift packs."))
    pack.parts.all().delete()
    PackPart.objects.bulk_create(
        PackPart(pack=pack, part=part, quantity=quantity) for part, quantity in parts.items()
    )
    activity.record("pack.filled", pack, actor=actor, parts={part.pk: n for part, n in parts.items()})


def can_be_packed(pack: Product) -> int:
    """How many more can be made of what can be bought of the parts now."""
    records = _records(pack)
    if not records:
        return 0
    return min(record.net_stock_level // quantity for record, quantity in records)


@transaction.atomic
def pack(pack: Product, number: int, *, actor: User | None = None) -> None:
    """Make a number of packs out of their parts' stock; a negative one unpacks.

    Raises ``NotEnoughStock``, and ``PackRefused`` where parts have no stock at all.
    """
    records = _records(pack)
    if number == 0 or len(records) != pack.parts.count() or not records:
        raise PackRefused(_("Say what lies in the pack first, and how many you pack."))
    record = own_record(pack) or put_on_offer(pack, Offer(), actor=actor)
    stock.pack(
        record,
        number,
        {part.pk: quantity for part, quantity in records},
        reference=f"pack {pack.pk}",
        actor=actor,
    )
    activity.record("pack.packed", pack, actor=actor, number=number)


def _records(pack: Product) -> list[tuple[StockRecord, int]]:
    quantities = dict(pack.parts.values_list("part", "quantity"))
    records = StockRecord.objects.filter(product__in=quantities, partner=pack.producer, departure=None)
    return [(record, quantities[record.product_id]) for record in records]
