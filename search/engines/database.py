"""Search in the database itself: folded words, conditions, orders and facet counts in five queries."""

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import replace

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    FilteredRelation,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextField,
    Value,
    When,
    Window,
)
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, Concat, RowNumber, StrIndex
from django.db.models.lookups import GreaterThan

from catalog.models import Category, Product
from catalog.models.certifications import in_force
from catalog.models.products import is_other_pack
from marketplace.core import clock
from marketplace.regions.models import Region, Succession
from producers.models import Partner, StockRecord
from search import counts
from search.analysis import Wanted, understand
from search.document import of_other_packs, on_shelves, sales_of_a_year
from search.engines import STALLS_TOLD, Facets, PlaceCount, Results
from search.names import called, patterns
from search.query import BANDS, STARS, ProductQuery, Sort
from search.scope import Scope
from search.synonyms import Synonyms

ProductCategory = Product.categories.through

#: So many of the newest products are looked at where an answer matters more than a complete one.
MOST = 1_000


class DatabaseEngine:
    """Finds products with the database's own means; marks are folded when products are written."""

    def search(self, scope: Scope, size: int, with_facets: bool = True) -> Results:
        """Without facets, and the number of sellers, it takes three queries, of at most `MOST` products."""
        found = matching(scope.query, scope.pinned)
        conditions = _conditions(scope)
        if not with_facets:
            # Without an order of its own the database stops as soon as it has so many.
            newest = found.filter(*conditions.values()).order_by("-pk")
            first = list(newest.values_list("pk", flat=True)[:MOST])
            page, pages = _page(scope.query.page, len(first), size)
            ids = _ids(Product.objects.filter(pk__in=first), scope, page, size)
            return Results(ids, len(first), None, page, pages, Facets(), stalls=_stalls(scope.query))
        numbers = _numbers(found, conditions, scope.query)
        page, pages = _page(scope.query.page, numbers["total"], size)
        ids = _ids(found.filter(*conditions.values()), scope, page, size)
        facets = replace(
            _counted(found, conditions),
            stars={stars: numbers[f"stars_{stars}"] for stars in STARS},
            in_stock=numbers["in_stock"],
        )
        return Results(
            ids, numbers["total"], numbers["sellers"], page, pages, facets, stalls=_stalls(scope.query)
        )

    def count(self, scope: Scope) -> Facets:
        """In two queries."""
        return _counted(matching(scope.query, scope.pinned), _conditions(scope))

    def pick(
        self, scopes: Sequence[Scope], numbers: Sequence[int], within: int | None = None
    ) -> list[list[int]]:
        """All in one query; ``within`` looks at so many of the newest products of each only."""
        parts = []
        for place, (scope, number) in enumerate(zip(scopes, numbers, strict=True)):
            with suppress(EmptyResultSet):
                parts.append(_numbered(place, scope, number, within).query.sql_with_params())
        picked: list[list[int]] = [[] for _scope in scopes]
        if not parts:
            return picked
        # Django cuts no parts of a union where the database is SQLite.
        sql = " UNION ALL ".join(f"SELECT * FROM ({sql}) AS q{n}" for n, (sql, _p) in enumerate(parts))  # noqa: S608
        with connection.cursor() as cursor:
            cursor.execute(sql, [param for _sql, params in parts for param in params])
            for place, _position, pk in sorted(cursor.fetchall()):
                picked[place].append(pk)
        return picked


def _counted(found: QuerySet, conditions: dict[str, Q]) -> Facets:
    return Facets(
        categories=counts.by_category(found.filter(*_all_but(conditions, "category"))),
        provinces=_count_places(found.filter(*_all_but(conditions, "region"))),
    )


def _numbered(place: int, scope: Scope, number: int, within: int | None) -> QuerySet:
    """The first products of a scope: the number of the list, that of the product in it, and its id."""
    found = matching(scope.query).filter(*_conditions(scope).values())
    if within is not None:
        newest = found.order_by("-pk").values("pk")[:within]
        found = Product.objects.filter(pk__in=newest)
    ordered = _ordered(found, scope.query)
    position = Window(RowNumber(), order_by=list(ordered.query.order_by))
    return (
        ordered.annotate(list=Value(place, IntegerField()), position=position)
        .order_by("position")
        .values_list("list", "position", "pk")[:number]
    )


def _page(asked: int, total: int, size: int) -> tuple[int, int]:
    """The page that is shown, the last one where there are fewer, and the number of pages."""
    pages = max(1, math.ceil(total / size))
    return min(asked, pages), pages


def _ids(products: QuerySet, scope: Scope, page: int, size: int) -> list[int]:
    ordered = _ordered(products, scope.query, scope.pinned).values_list("pk", flat=True)
    return list(ordered[(page - 1) * size : page * size])


def matching(query: ProductQuery, pinned: Sequence[int] = ()) -> QuerySet:
    """Listed products that the words of the query fit, and those that were pinned to them.

    Every word begins a word of the product, or all of them together are the name of a former unit
    that the product's place of today lies in. Stars among the words exclude nothing.
    """
    products = Product.objects.listed()
    wanted = _wanted(query)
    words = wanted.folded
    if not words:
        return products if not query.text or wanted.stars else products.filter(pk__in=[])
    # Finding a piece of text is several times quicker than LIKE.
    text = Concat(Value(" "), "folded", output_field=TextField())
    condition = Q()
    for word in words:
        condition &= GreaterThan(StrIndex(text, Value(f" {word}")), 0)
    return products.filter(condition | Q(region__in=_heirs(" ".join(words))) | Q(pk__in=pinned))


def _wanted(query: ProductQuery) -> Wanted:
    """The words as any engine understands them; what means the same is not asked for here."""
    return understand(query.text, Synonyms())


def _heirs(name: str) -> QuerySet:
    """Ids of today's communes that took over land of former units called so."""
    called = Q(folded=name) | Q(folded__endswith=f" {name}")
    named = Region.objects.former().filter(called, is_former=True)
    below = (
        Q(predecessor__in=named) | Q(predecessor__parent__in=named) | Q(predecessor__parent__parent__in=named)
    )
    return Succession.objects.filter(below, successor__kind="commune").values("successor")


def _stalls(query: ProductQuery) -> tuple[int, ...]:
    """Ids of the first sellers with listed products whose name has the words."""
    words = _wanted(query).folded
    if not words:
        return ()
    goods = Product.objects.listed().filter(producer=OuterRef("pk"))
    named = called(
        Partner.objects.public().filter(Exists(goods)), "folded_name", patterns(" ".join(words)).values()
    )
    return tuple(named.order_by("pk").values_list("pk", flat=True)[:STALLS_TOLD])


def _conditions(scope: Scope) -> dict[str, Q]:
    """The scope's conditions, none of which makes a product appear twice."""
    query = scope.query
    conditions = {}
    if categories := scope.categories:
        standing = ProductCategory.objects.filter(product=OuterRef("pk"), category__in=categories)
        conditions["category"] = Q(Exists(standing))
    if places := scope.places:
        within = Q()
        for place in places:
            within |= _from(place)
        conditions["region"] = within
    if query.near is not None:
        keys = scope.around
        conditions["near"] = Q(region__key__in=keys) | Q(region__parent__key__in=keys)
    if query.year:
        told = Q(certification__recognised_year__in=query.year)
        by_date = Q(certification__started_on__year__in=query.year)
        conditions["year"] = told | Q(certification__recognised_year=None) & by_date
    if query.stars:
        conditions["stars"] = in_force("certification__") & Q(certification__stars__in=query.stars)
    if query.price or query.price_min is not None or query.price_max is not None:
        conditions["price"] = _priced(query)
    if scope.point is not None:
        conditions["point"] = _on_shelf(partner__point=scope.point)
    if query.sold_near is not None:
        conditions["sold_near"] = _on_shelf(partner__point__in=scope.points_around)
    if scope.producer is not None:
        conditions["producer"] = Q(producer=scope.producer)
    if query.in_stock:
        conditions["in_stock"] = _buyable()
    return conditions


def _on_shelf(**points: object) -> Q:
    """Products of which some pack is left at one of the points."""
    there = on_shelves().filter(**points)
    others = there.filter(product__parent=OuterRef("pk"), product__is_public=True)
    return Q(Exists(there.filter(product=OuterRef("pk")))) | Q(Exists(others))


def _from(place: Region) -> Q:
    """Products of a place: of today's communes in it, or recorded in it while it was a unit."""
    condition = Q(region=place) | Q(region__in=Region.objects.within(place).values("pk"))
    if place.is_current:
        return condition
    recorded = ("recorded_region", "recorded_region__parent", "recorded_region__parent__parent")
    for path in recorded:
        condition |= Q(**{path: place})
    return condition


def _own_record() -> QuerySet:
    """The producer's own stock record of the product."""
    return StockRecord.objects.filter(
        product=OuterRef("pk"), partner=OuterRef("producer"), departure=None, price__isnull=False
    )


def _packs() -> QuerySet:
    """The product and its other packs that have a price, with their producer's own ``record``."""
    return _with_records(Q(pk=OuterRef("pk")) | Q(parent=OuterRef("pk")) & is_other_pack())


def _other_packs() -> QuerySet:
    return _with_records(Q(parent=OuterRef("pk")) & is_other_pack())


def _with_records(packs: Q) -> QuerySet:
    of_producer = Q(stockrecords__partner=F("producer"), stockrecords__departure=None)
    with_records = Product.objects.annotate(record=FilteredRelation("stockrecords", condition=of_producer))
    return with_records.filter(packs, record__price__isnull=False)


def _shown_price() -> Case:
    """The price of the pack that `variants.shown_pack` names; most products have one pack alone."""
    return Case(
        When(Exists(_other_packs()), then=_shown_of_packs()),
        default=Subquery(_own_record().values("price")[:1]),
    )


def _shown_of_packs() -> Subquery:
    in_stock = When(record__num_in_stock__gt=F("record__num_allocated"), then=Value(0))
    is_sold_out = Case(in_stock, default=Value(1), output_field=IntegerField())
    return Subquery(_packs().order_by(is_sold_out, "record__price").values("record__price")[:1])


def _priced(query: ProductQuery) -> Q:
    """Products whose shown price is asked for; those with one pack alone, nearly all, by its record."""
    by_record = Exists(_own_record().filter(_within("price", query)))
    shown = Product.objects.filter(pk=OuterRef("pk")).annotate(shown=_shown_of_packs())
    by_packs, others = Exists(shown.filter(_within("shown", query))), Exists(_other_packs())
    return Q(by_record) & ~Q(others) | Q(others) & Q(by_packs)


def _within(price: str, query: ProductQuery) -> Q:
    """Whether the column ``price`` is in the range and one of the bands that are asked for."""
    within = Q()
    for key in query.price:
        band = BANDS[key]
        below = {} if band.high is None else {f"{price}__lt": band.high}
        within |= Q(**{f"{price}__gte": band.low, **below})
    if query.price_min is not None:
        within &= Q(**{f"{price}__gte": query.price_min})
    if query.price_max is not None:
        within &= Q(**{f"{price}__lte": query.price_max})
    return within


def _buyable() -> Q:
    """Products that can be put into a basket now."""
    rules, today = Category.SaleRule, clock.today()
    held_back = (
        ProductCategory.objects.filter(product=OuterRef("pk"))
        .exclude(category__sale_rule__in=(rules.OPEN, rules.BOOKING))
        .exclude(category__sale_rule=rules.CLEARANCE, product__cleared_until__gte=today)
    )
    booked = ProductCategory.objects.filter(product=OuterRef("pk"), category__sale_rule=rules.BOOKING)
    in_stock = _own_record().filter(num_in_stock__gt=F("num_allocated"))
    other_in_stock = _other_packs().filter(record__num_in_stock__gt=F("record__num_allocated"))
    is_on_shelf = Q(Exists(in_stock)) | Q(Exists(other_in_stock))
    has_dates = _own_record().filter(bookable_until__gt=clock.now())
    is_there = Q(Exists(booked)) & Q(Exists(has_dates)) | ~Q(Exists(booked)) & is_on_shelf
    return is_there & ~Q(Exists(held_back))


def _all_but(conditions: dict[str, Q], name: str) -> list[Q]:
    return [condition for key, condition in conditions.items() if key != name]


def _together(conditions: Iterable[Q]) -> Q:
    together = Q(pk__isnull=False)
    for condition in conditions:
        together &= condition
    return together


def _numbers(found: QuerySet, conditions: dict[str, Q], query: ProductQuery) -> dict[str, int]:
    every = _together(conditions.values())
    any_stars = _together(_all_but(conditions, "stars")) & in_force("certification__")
    any_stock = _together(_all_but(conditions, "in_stock")) & _buyable()
    return found.aggregate(
        total=Count("pk", filter=every),
        sellers=Count("producer", filter=every, distinct=True),
        in_stock=Count("pk", filter=any_stock),
        **{
            f"stars_{stars}": Count("pk", filter=any_stars & Q(certification__stars=stars)) for stars in STARS
        },
    )


def _count_places(products: QuerySet) -> tuple[PlaceCount, ...]:
    """Provinces with their communes, those with the most products first."""
    rows = (
        products.filter(region__isnull=False)
        .values_list(
            "region__key",
            "region__name",
            "region__parent__key",
            "region__parent__name",
            "recorded_region__is_former",
            "recorded_region__kind",
            "recorded_region__short_name",
        )
        .annotate(number=Count("pk"))
        .order_by()
    )
    names: dict[str, str] = {}
    numbers: dict[str, int] = defaultdict(int)
    communes: dict[str, set[str]] = defaultdict(set)
    former: dict[str, set[str]] = defaultdict(set)
    for key, name, above, above_name, was_former, kind, was, number in rows:
        province = above or key
        names[province] = above_name or name
        numbers[province] += number
        if above:
            names[key] = name
            numbers[key] += number
            communes[province].add(key)
            if was_former and kind == "commune" and f" {was}" not in f" {name}":
                former[key].add(was)

    def place(key: str) -> PlaceCount:
        below = tuple(sorted(map(place, communes[key]), key=_most_first))
        return PlaceCount(key, names[key], numbers[key], tuple(sorted(former[key])), below)

    provinces = [key for key in numbers if key not in {each for found in communes.values() for each in found}]
    return tuple(sorted(map(place, provinces), key=_most_first))


def _most_first(place: PlaceCount) -> tuple[int, str]:
    return -place.count, place.name


def _ordered(products: QuerySet, query: ProductQuery, pinned: Sequence[int] = ()) -> QuerySet:
    """The products in the order asked for, the newest of two equal ones first; pinned before all."""
    newest = F("certification__started_on").desc(nulls_last=True)
    match query.sort:
        case Sort.CHEAPEST | Sort.DEAREST:
            rising = query.sort == Sort.CHEAPEST
            by_price = F("asked").asc(nulls_last=True) if rising else F("asked").desc(nulls_last=True)
            return products.annotate(asked=_shown_price()).order_by(by_price, "-pk")
        case Sort.NEWEST:
            return products.order_by(newest, "-pk")
        case Sort.BEST_SELLING:
            return products.annotate(sold=_sold()).order_by("-sold", newest, "-pk")
        case Sort.STARS:
            return _with_stars(products).order_by("-counted", newest, "-pk")
    ranked = _with_stars(products).annotate(
        buyable=Case(When(_buyable(), then=Value(1)), default=Value(0), output_field=IntegerField()),
        tier=_tier(query),
        lifted=_lifted(query),
    )
    order = ("-lifted", "tier", "-buyable", "-counted", newest, "-pk")
    if not pinned:
        return ranked.order_by(*order)
    places = [When(pk=pk, then=Value(place)) for place, pk in enumerate(pinned)]
    first = Case(*places, default=Value(len(pinned)), output_field=IntegerField())
    return ranked.annotate(pin=first).order_by("pin", *order)


def _sold() -> Combinable:
    """Number of orders of any pack of a product within the last twelve months."""
    lines = sales_of_a_year()
    family = "order_line__product__parent"
    return _number_of_orders(lines, "order_line__product") + _number_of_orders(of_other_packs(lines), family)


def _number_of_orders(lines: QuerySet, product: str) -> Coalesce:
    counted = lines.filter(**{product: OuterRef("pk")}).order_by().values(product)
    return Coalesce(Subquery(counted.values_list(Count("seller_order", distinct=True))), 0)


def _with_stars(products: QuerySet) -> QuerySet:
    """With ``counted``, the stars in force today, 0 without any."""
    return products.annotate(
        counted=Case(
            When(in_force("certification__"), then=F("certification__stars")),
            default=Value(0),
            output_field=IntegerField(),
        )
    )


def _lifted(query: ProductQuery) -> Case | Value:
    """1 for the stars that the words name, in force today; else 0."""
    stars = _wanted(query).stars
    if stars is None:
        return Value(0)
    return Case(When(counted=stars, then=Value(1)), default=Value(0), output_field=IntegerField())


def _tier(query: ProductQuery) -> Case | Value:
    """0 where the name begins with the words as typed, 1 where they stand together somewhere, else 2."""
    phrase = " ".join(_wanted(query).folded)
    if not phrase:
        return Value(0)
    return Case(
        When(folded__startswith=phrase, then=Value(0)),
        When(folded__contains=f" {phrase}", then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
