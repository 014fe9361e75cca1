"""The commune of an address as a buyer types it, in names of today or former ones."""

from collections import Counter
from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from marketplace.core.text import fold, nfc
from marketplace.regions.domain.placenames import folded_key, marked_key, readings
from marketplace.regions.models import Region, Succession
from marketplace.regions.names import lower_unit_word

MOST = 8
"""Suggestions shown below the box."""


@dataclass(frozen=True)
class Suggestion:
    """A commune of today, and the former one by whose name it was found."""

    region: Region
    former: Region | None = None
    names_district: bool = False

    @property
    def label(self):
        """`Phường Hà Đông (trước là phường Vạn Phúc)`, in the reader's language."""
        if self.former is None:
            return _own_name(self.region)
        then = _former_name(self.former)
        if self.names_district and self.former.parent:
            then = f"{then}, {_former_name(self.former.parent)}"
        return _("%(now)s (formerly %(then)s)") % {"now": _own_name(self.region), "then": then}


def _own_name(region):
    if get_language() == "vi":
        return region.name
    return region.name_en.split(", ", 1)[0]


def _former_name(region):
    return lower_unit_word(region.name) if get_language() == "vi" else _own_name(region)


def find_commune(province, text):
    """The commune of today that the text names in a current province, or what it may mean.

    Returns the Region if exactly one commune of today is called so (a label of a suggestion names
    its commune too), else a list of at most `MOST` suggestions, communes of today first; former
    names only suggest, because a buyer must see where the parcel goes. Three queries at most.
    """
    text = text.split("(")[0].split(",")[0].strip()
    if not text:
        return []
    now = list(_now_called(province, text))
    exact = _exactly(now, text)
    if len(exact) == 1:
        return exact[0]
    suggestions = [Suggestion(region) for region in exact + [r for r in now if r not in exact]]
    suggestions += _by_former_names(province, text, {region.pk for region in now})
    return suggestions[:MOST]


def _now_called(province, text):
    communes = Region.objects.current().communes().filter(parent=province).labelled()
    return sorted(communes.filter(_called(text)), key=lambda region: _closeness(region, text))


def _closeness(region, text):
    """Sorts names that agree in their marks first, then those that begin so, then by alphabet."""
    name, typed = nfc(region.short_name).casefold(), nfc(text).casefold()
    return (f" {typed}" not in f" {name}", not fold(name).startswith(fold(typed)), region.folded)


def _by_former_names(province, text, shown):
    links = (
        Succession.objects.filter(successor__parent=province, predecessor__kind="commune")
        .filter(_called(text, "predecessor__"))
        .select_related("successor__parent", "predecessor__parent__parent")
        .order_by("-is_default", "predecessor__name", "predecessor__key")
    )
    found = {}
    for link in links:
        if link.successor_id not in shown:
            found.setdefault((link.predecessor_id, link.successor_id), link)
    exact = {region.pk for region in _exactly([link.predecessor for link in found.values()], text)}
    ranked = sorted(
        found.values(),
        key=lambda link: (link.predecessor_id not in exact, *_closeness(link.predecessor, text)),
    )
    places = Counter(name for _pk, name in {(r.predecessor_id, r.predecessor.name) for r in ranked})
    return [
        Suggestion(link.successor, link.predecessor, places[link.predecessor.name] > 1)
        for link in ranked[:MOST]
    ]


def _called(text, path=""):
    """The name holds, at the start of words and in order, what one reading of the text says."""
    condition = Q()
    for reading in readings(text):
        name = fold(reading.marked)
        if name:
            condition |= Q(**{f"{path}folded__contains": f" {name}"})
    return condition or Q(pk__in=[])


def _exactly(regions, text):
    """Those of the regions that are called so, by marks if the text has any, by unit word if given."""
    ways = readings(text)
    for attribute, key in (("marked", marked_key), ("folded", folded_key)):
        for way in ways:
            found = [r for r in regions if key(r.short_name) == getattr(way, attribute)]
            of_type = [r for r in found if r.unit_type in way.unit_types]
            if found:
                return of_type or found
    return []
