"""A card for the shelf of one product, A6."""

import hashlib
import json

from django.conf import settings
from django.core.cache import cache
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from catalog.models import Product
from marketplace.core import clock
from marketplace.notifications.domain.send import absolute
from search.scope import Tree
from storefront import units
from storefront.cards import bare_cards
from storefront.dates import written_day

from .contents import entry_of
from .print_pictures import print_picture
from .printing import code_png, print_pdf

KEPT_SECONDS = 24 * 60 * 60
PICTURE = "picture.pdf"


class ShelfCard:
    """The card of a listed product, from ``for_cards()``, in the active language.

    What it says is known before it is drawn, so that a card that was drawn already is not drawn again.
    """

    def __init__(self, product: Product):
        self.entry = entry_of(product)
        self.content = self._content(product)

    @property
    def digest(self) -> str:
        """The same for the same card."""
        said = json.dumps([self.content, self.entry.picture], ensure_ascii=False)
        return hashlib.blake2b(said.encode(), digest_size=16).hexdigest()

    def pdf(self) -> bytes:
        """The card, drawn once a day at most."""
        return cache.get_or_set(f"shelf-card:{self.digest}", self._draw, KEPT_SECONDS)

    def _draw(self) -> bytes:
        page = print_picture(self.entry.picture) if self.entry.picture else None
        files = {"code.png": code_png(self.content["address"])}
        if page is not None:
            files[PICTURE] = page
        content = {**self.content, "picture": PICTURE if page is not None else None}
        return print_pdf("shelf-card.typ", content, files)

    def _content(self, product: Product) -> dict:
        entry = self.entry
        # Of several packs that which lists show.
        [card] = bare_cards([product.pk], Tree.load())
        is_priced = card.is_for_sale
        note = _("Scan: story, certification, order.")
        if is_priced:
            note = _("Price of %(day)s.") % {"day": written_day(clock.today())}
            if settings.DEMO:
                note = _("Illustrative price. Scan for today’s.")
        return {
            "language": get_language(),
            "publisher": str(settings.SHOP_NAME),
            "title": entry.title,
            "maker": entry.maker,
            "place_now": entry.place_now,
            "place_then": entry.place_then,
            "stars": entry.stars,
            "rank": entry.rank,
            "alt": entry.alt,
            "price": card.price_in_words if is_priced else "",
            "unit": units.in_words(card.unit_label) if is_priced else "",
            "note": note,
            "address": absolute(entry.path),
        }
