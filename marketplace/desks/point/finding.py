"""What was scanned or typed at a point's desk: one product, several to choose from, or none."""

from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from catalog.models import Product
from marketplace.core.exceptions import Refused
from marketplace.core.text import fold, nfc
from marketplace.desks.point.access import Desk
from marketplace.desks.point.shelf_list import matching
from producers.domain import shelf
from producers.models import StockRecord

MOST_CHOICES = 12
LONGEST = 200
SHORTEST_WORDS = 2


def sought(text: str) -> str:
    """What was typed or scanned, in NFC and not too long."""
    return nfc(text.replace("\x00", " "))[:LONGEST]


@dataclass(frozen=True)
class Finding:
    """The one that was meant, or those to choose from, or the words that say why there is none."""

    one: Product | StockRecord | None = None
    choices: list = field(default_factory=list)
    trouble: str = ""


def on_shelf(desk: Desk, text: str) -> Finding:
    """A stock record of the point by a code, or several by words of the name."""
    try:
        found = shelf.find(desk.point, text)
    except Refused as refusal:
        return Finding(trouble=str(refusal))
    if found is not None:
        if found.record is None:
            words = _("%(product)s does not lie on this shelf. Receive it first.")
            return Finding(trouble=words % {"product": found.product.get_title()})
        return Finding(one=desk.shelf.get(pk=found.record.pk))
    records = matching(desk.shelf, text) if len(fold(text)) >= SHORTEST_WORDS else desk.shelf.none()
    return _one_of(list(records.order_by("product__title", "pk")[:MOST_CHOICES]))


def in_catalogue(desk: Desk, text: str) -> Finding:
    """A product that the point could receive, by a code, or several by words of the name."""
    try:
        found = shelf.find(desk.point, text)
    except Refused as refusal:
        return Finding(trouble=str(refusal))
    if found is not None:
        return Finding(one=found.product)
    words = fold(text).split()
    if len(fold(text)) < SHORTEST_WORDS:
        return _one_of([])
    products = Product.objects.buyable().select_related("parent", "producer")
    for word in words:
        products = products.filter(folded__contains=word)
    return _one_of(list(products.order_by("title", "pk")[:MOST_CHOICES]))


def _one_of(found: list) -> Finding:
    """The only one is what was meant."""
    if not found:
        return Finding(trouble=_("Nothing here has this code or name."))
    return Finding(one=found[0]) if len(found) == 1 else Finding(choices=found)
