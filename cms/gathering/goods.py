"""Products, stalls, groups and villages for the blocks of a page.

Live queries go to the search together, in one call, and with them what the home page chooses by rule; then
one query says which of all these products are listed, and two bring their cards and pictures.
"""

import datetime
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TypedDict

from django.db.models import Exists, OuterRef, QuerySet

from catalog.models import Category, Product, ProductImage
from cms.gathering.showcase import Candidate, varied
from cms.picks import LOOKED_AT, Pick
from marketplace.core import clock
from marketplace.core.prepared import Prepared
from marketplace.regions.domain.by_key import regions_by_key
from marketplace.regions.models import Region
from producers.models import Partner
from search import engines
from search.engines import PlaceCount
from search.query import ProductQuery
from search.scope import Tree, resolve, resolve_known
from storefront.cards import Card, Picture, bare_cards, pictures_of
from storefront.stall_cards import bare_stalls

LENGTH_STEP = 32
#: So many of a village, for one with a picture.
OF_A_VILLAGE = 6


@dataclass(frozen=True)
class GroupCount:
    """A product group with the number of its listed products."""

    category: Category
    count: int

    @property
    def art(self) -> str:
        """The drawing of the group."""
        return f"storefront/art/group-{self.category.code}.svg"


class Village(TypedDict):
    """A commune of today with the number of products from it, and the picture of one of them."""

    region: Region
    label: str
    count: int
    picture: Picture | None


@dataclass(frozen=True)
class _Pictured:
    """A product of which nothing is shown but its picture."""

    pk: int
    display_title: str = ""


class Goods:
    """First the `want_…` of all blocks, then `fetch`, then what they asked for."""

    def __init__(self):
        self._picks: dict[Pick, list[int]] = {}
        self._chosen: dict[int, None] = {}
        self._stalls: dict[int, None] = {}
        self._lenders: dict[int, None] = {}
        self._best_stalls = 0
        self._villages = 0
        self._wants_groups = False
        self._totals: dict[int, int] = {}
        self._communes: tuple[PlaceCount, ...] = ()
        self._regions: dict[str, Region] = {}
        self._found: dict[ProductQuery, list[int]] = {}
        self._candidates: dict[int, Candidate] = {}
        self._cards: dict[int, Card] = {}
        self._pictures: dict[int, list[Picture]] = {}
        self._stall_cards: dict[int, Partner] = {}
        self._best_stall_ids: list[int] = []
        self._province_key = ""

    # --- what is wanted
    def want(self, pick: Pick) -> None:
        self._picks.setdefault(pick, [])

    def want_products(self, pks: Iterable[int]) -> None:
        self._chosen |= dict.fromkeys(pks)

    def want_pictures(self, pks: Iterable[int]) -> None:
        """The pictures alone, of products that something else is about."""
        self._lenders |= dict.fromkeys(pks)

    def want_stalls(self, pks: Iterable[int]) -> None:
        self._stalls |= dict.fromkeys(pks)

    def want_best_stalls(self, number: int) -> None:
        self._best_stalls = max(self._best_stalls, number)

    def want_groups(self) -> None:
        self._wants_groups = True

    def want_villages(self, number: int) -> None:
        self._villages = max(self._villages, number)

    # --- fetching it
    @cached_property
    def tree(self) -> Tree:
        """The groups and sets, which header and cards need as well."""
        return Tree.load()

    def fetch(self) -> None:
        self._count()
        self._search()
        self._look_up()
        self._choose()
        self._fetch_cards()

    def _count(self) -> None:
        """Numbers of the groups; the communes with the most products in the province that has the most."""
        if not self._wants_groups and not self._villages:
            return
        facets = engines.get().count(resolve(ProductQuery(), self.tree))
        self._totals = self.tree.totals(facets.categories)
        if not self._villages or not facets.provinces:
            return
        most = facets.provinces[0]
        if not most.communes:
            opened = ProductQuery(region=(most.key,))
            scope = resolve_known(opened, self.tree, _regions([opened], ()))
            found = engines.get().count(scope).provinces
            most = next((place for place in found if place.key == most.key), most)
        self._communes = most.communes[: self._villages]
        self._province_key = most.key

    def _search(self) -> None:
        asked: dict[ProductQuery, int] = {}
        for pick in self._picks:
            asked[pick.query] = max(asked.get(pick.query, 0), pick.looked_at)
        if self._best_stalls:
            asked[_IN_STOCK] = LOOKED_AT
        for commune in self._communes:
            asked[_from(commune)] = max(asked.get(_from(commune), 0), OF_A_VILLAGE)
        self._regions = _regions(asked, [self._province_key] if self._communes else [])
        scopes = {query: resolve_known(query, self.tree, self._regions) for query in asked}
        # A condition that names what is not there any more must not widen the list.
        scopes = {query: scope for query, scope in scopes.items() if not scope.query.ignored}
        numbers = [asked[query] for query in scopes]
        found = engines.get().pick(list(scopes.values()), numbers) if scopes else []
        self._found = dict(zip(scopes, found, strict=True))

    def _look_up(self) -> None:
        """Which of the products are listed, and what their choice depends on."""
        ids = {pk for found in self._found.values() for pk in found} | self._chosen.keys()
        if ids:
            for row in _CANDIDATES.rows(ids=_padded(sorted(ids)), today=clock.today()):
                self._candidates.setdefault(row[0], Candidate(*row))

    def _choose(self) -> None:
        taken: set[int] = set()
        for pick in self._picks:
            candidates = self._listed(self._found.get(pick.query, ()))
            if pick.is_varied:
                waiting = [each for each in candidates if each.is_pictured and each.pk not in taken]
                self._picks[pick] = varied(waiting, pick.number)
                taken |= set(self._picks[pick])
            else:
                self._picks[pick] = [each.pk for each in candidates][: pick.number]
        if self._best_stalls:
            self._best_stall_ids = self._most_goods(self._found.get(_IN_STOCK, ()))

    def _most_goods(self, ids: Iterable[int]) -> list[int]:
        """The stalls that most of these products come from; no fictional ones."""
        real = [each for each in self._listed(ids) if each.producer and not each.is_fictional]
        numbers = Counter(each.producer for each in real)
        return sorted(numbers, key=lambda pk: (-numbers[pk], pk))[: self._best_stalls]

    def _listed(self, ids: Iterable[int]) -> list[Candidate]:
        return [self._candidates[pk] for pk in ids if pk in self._candidates]

    def _fetch_cards(self) -> None:
        shown = {pk for ids in self._picks.values() for pk in ids}
        shown |= {pk for pk in self._chosen if pk in self._candidates}
        self._cards = {card.pk: card for card in bare_cards(sorted(shown), self.tree)}
        stalls = bare_stalls(sorted({*self._stalls, *self._best_stall_ids}))
        self._stall_cards = {stall.pk: stall for stall in stalls if stall.product_count}
        lent = {stall.first_product for stall in stalls} | {*self._firsts.values(), *self._lenders}
        others = (_Pictured(pk) for pk in sorted(lent - {None} - self._cards.keys()))
        self._pictures = pictures_of([*self._cards.values(), *others])
        for card in self._cards.values():
            card.picture = self._picture(card.pk)
        for stall in stalls:
            stall.portrait = self._picture(stall.first_product)

    @cached_property
    def _firsts(self) -> dict[str, int]:
        """The product that gives a village its picture, by the commune's key."""
        firsts = {}
        for commune in self._communes:
            listed = self._listed(self._found.get(_from(commune), ()))
            first = next((each.pk for each in listed if each.is_pictured), None)
            if first is not None:
                firsts[commune.key] = first
        return firsts

    def _picture(self, pk: int | None) -> Picture | None:
        return next(iter(self._pictures.get(pk, ())), None)

    # --- what was fetched
    def picked(self, pick: Pick) -> list[Card]:
        return self._in_order(self._picks[pick])

    def products(self, pks: Iterable[int]) -> list[Card]:
        """Cards of those that are listed today."""
        return self._in_order(pks)

    def _in_order(self, pks: Iterable[int]) -> list[Card]:
        return [self._cards[pk] for pk in pks if pk in self._cards]

    def first_pictures(self) -> dict[int, Picture]:
        """The first picture of each product that has one, by id."""
        return {pk: pictures[0] for pk, pictures in self._pictures.items()}

    def stalls(self, pks: Iterable[int]) -> list[Partner]:
        """Cards of those that are open and have listed products."""
        return [self._stall_cards[pk] for pk in pks if pk in self._stall_cards]

    def best_stalls(self, number: int) -> list[Partner]:
        """The stalls that most of the first products that can be bought come from."""
        return self.stalls(self._best_stall_ids[:number])

    def groups(self) -> list[GroupCount]:
        return [GroupCount(group, self._totals[group.pk]) for group in self.tree.groups]

    def villages(self, number: int) -> tuple[Region | None, list[Village]]:
        """The province with the most products, and its communes with the most."""
        if not self._communes:
            return None, []
        found = [self._village(commune) for commune in self._communes[:number]]
        return self._regions[self._province_key], found

    def _village(self, commune: PlaceCount) -> Village:
        region = self._regions[commune.key]
        picture = self._picture(self._firsts.get(commune.key))
        return {"region": region, "label": region.short_name, "count": commune.count, "picture": picture}


_IN_STOCK = ProductQuery(in_stock=True)


def _from(commune: PlaceCount) -> ProductQuery:
    return ProductQuery(region=(commune.key,))


def _regions(queries: Iterable[ProductQuery], others: Iterable[str]) -> Mapping[str, Region]:
    """All places that the queries name, and others, by key."""
    return regions_by_key({key for query in queries for key in query.region} | set(others))


def _padded(values: list) -> list:
    """The values with the last one repeated, so that a prepared query is written for few lengths only."""
    return values + values[-1:] * (-len(values) % LENGTH_STEP)


def _candidates(ids: list[int], today: datetime.date) -> QuerySet:
    pictured = Exists(ProductImage.objects.filter(product=OuterRef("pk")))
    rows = Product.objects.listed(today).filter(pk__in=ids).annotate(is_pictured=pictured).order_by()
    return rows.values_list("pk", "producer", "producer__is_fictional", "categories", "is_pictured")


_CANDIDATES = Prepared(_candidates, ids=[int], today=datetime.date)
