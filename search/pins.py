"""Products that the programme office puts first for the words of a search."""

from marketplace.core.prepared import Prepared
from marketplace.core.text import fold
from search.models import Pin

MOST = 12


def _rows(folded: str):
    return Pin.objects.filter(folded=folded).order_by("place", "pk").values_list("product")[:MOST]


_PINNED = Prepared(_rows, folded=str)


def pinned(text: str) -> tuple[int, ...]:
    """Ids of the products pinned for exactly these words, in their order; in one query."""
    folded = fold(text)
    return tuple(pk for (pk,) in _PINNED.rows(folded=folded)) if folded else ()
