"""Finding things by the words of their names in the database, by queries that are written once."""

from collections.abc import Iterable

from django.db.models import BooleanField, Func, QuerySet, Value
from django.db.models.functions import Concat

from marketplace.core.text import fold

MOST_WORDS = 8


class _Like(Func):
    """Django's own `contains` would change the pattern, which a prepared query needs as it comes."""

    template = "%(expressions)s"
    arg_joiner = " LIKE "
    output_field = BooleanField()


def patterns(text: str) -> dict[str, str]:
    """For each word of a text the name of a value of a prepared query, and the pattern that it is."""
    words = fold(text).split()[:MOST_WORDS]
    return {f"word_{place}": f"% {word}%" for place, word in enumerate(words)}


def called(rows: QuerySet, field: str, wanted: Iterable[str]) -> QuerySet:
    """The rows in whose folded ``field`` a word begins as each of the patterns says.

    Names are looked through by themselves, where their index is all that is read.
    """
    name = Concat(Value(" "), field)
    named = rows.model.objects.order_by()
    for pattern in wanted:
        named = named.filter(_Like(name, Value(pattern)))
    return rows.filter(pk__in=named.values("pk"))
