"""What a shopper asks of the list of products, as it stands in the address of the page."""

import re
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict

from marketplace.core.text import nfc

MAX_TEXT = 100
MAX_CHOICES = 40
MAX_DIGITS = 12
MAX_KM = 500
KEY = re.compile(r"[A-Za-z0-9_-]{1,140}")
NUMBER = re.compile(rf"[0-9]{{1,{MAX_DIGITS}}}")
NEAR = re.compile(r"(-?[0-9]{1,2}(?:\.[0-9]{1,7})?),(-?[0-9]{1,3}(?:\.[0-9]{1,7})?),([0-9]{1,3})")
YEAR = re.compile(r"20[0-9]{2}")
STARS = (5, 4, 3)

#: Parameters that may be given several times: one of their values must fit.
MANY = ("group", "category", "region", "stars", "price", "year")
SINGLE = ("price_min", "price_max", "producer", "in_stock", "near", "point", "sold_near")


class Sort(StrEnum):
    RELEVANCE = "relevance"
    STARS = "stars"
    NEWEST = "newest"
    CHEAPEST = "price"
    DEAREST = "-price"
    BEST_SELLING = "sales"


@dataclass(frozen=True)
class Band:
    """Prices from ``low`` VND to below ``high``; without an end where ``high`` is None."""

    low: int
    high: int | None

    @property
    def key(self) -> str:
        """The band in the address: ``50000-100000``, ``1000000-``."""
        return f"{self.low}-{'' if self.high is None else self.high}"


PRICE_BANDS = (
    Band(0, 50_000),
    Band(50_000, 100_000),
    Band(100_000, 200_000),
    Band(200_000, 500_000),
    Band(500_000, 1_000_000),
    Band(1_000_000, None),
)
BANDS = {band.key: band for band in PRICE_BANDS}


@dataclass(frozen=True)
class Near:
    """A circle on the map: degrees north and east, and kilometres around."""

    lat: float
    lon: float
    km: int

    def __str__(self) -> str:
        """As it stands in the address."""
        return f"{_degrees(self.lat)},{_degrees(self.lon)},{self.km}"


def _degrees(value: float) -> str:
    """To five decimals, about a metre."""
    return f"{value:.5f}".rstrip("0").rstrip(".")


@dataclass(frozen=True)
class ProductQuery:
    """Words, conditions, order and page; prices in whole VND, groups and sets by code, places by key.

    Of one parameter any value may fit, of different ones all must. A set narrows its own group, a
    commune its own province. ``near`` is where products come from; ``point`` is the point of sale that has
    them now, ``sold_near`` where such points are. ``price`` holds keys of `PRICE_BANDS`, ``year`` years of
    recognition; ``explain`` asks why the products stand where they stand. What the address has that cannot be
    read stands in ``ignored``, by the name of its parameter; it never makes an error.
    """

    text: str = ""
    group: tuple[str, ...] = ()
    category: tuple[str, ...] = ()
    region: tuple[str, ...] = ()
    stars: tuple[int, ...] = ()
    price: tuple[str, ...] = ()
    year: tuple[int, ...] = ()
    price_min: int | None = None
    price_max: int | None = None
    producer: str = ""
    in_stock: bool = False
    near: Near | None = None
    point: str = ""
    sold_near: Near | None = None
    sort: Sort = Sort.RELEVANCE
    page: int = 1
    explain: bool = False
    ignored: tuple[str, ...] = ()

    @classmethod
    def from_get(cls, values: QueryDict) -> "ProductQuery":
        """The query of an address; never raises, whatever the address says."""
        ignored: list[str] = []
        lowest = _amount(values, "price_min", ignored)
        highest = _amount(values, "price_max", ignored)
        if lowest is not None and highest is not None and lowest > highest:
            lowest, highest = highest, lowest
        producers = _keys(values, "producer", ignored)
        points = _keys(values, "point", ignored)
        return cls(
            text=_text(values.get("q", "")),
            group=_keys(values, "group", ignored),
            category=_keys(values, "category", ignored),
            region=_keys(values, "region", ignored),
            stars=_stars(values, ignored),
            price=_bands(values, ignored),
            year=_years(values, ignored),
            price_min=lowest,
            price_max=highest,
            producer=producers[0] if producers else "",
            in_stock=_flag(values, "in_stock", ignored),
            near=_near(values, "near", ignored),
            point=points[0] if points else "",
            sold_near=_near(values, "sold_near", ignored),
            sort=_sort(values, ignored),
            page=_page(values),
            explain=values.get("explain", "") == "1",
            ignored=tuple(dict.fromkeys(ignored)),
        )

    @property
    def is_filtered(self) -> bool:
        """Whether anything but words, order and page narrows the list."""
        return any(getattr(self, name) for name in MANY) or any(
            getattr(self, name) not in (None, "", False) for name in SINGLE
        )

    def with_(self, **changes: Any) -> "ProductQuery":
        """The same query with other conditions, from its first page on."""
        return replace(self, **{"page": 1, **changes})

    def without(self, name: str, value: Any = None) -> "ProductQuery":
        """The same query without a condition, or without one value of it."""
        if name in MANY:
            kept = tuple(each for each in getattr(self, name) if value is not None and each != value)
            return self.with_(**{name: kept})
        return self.with_(**{name: type(self).__dataclass_fields__[name].default})

    def pairs(self) -> list[tuple[str, str]]:
        """The parameters of the address, in one order, without those that say nothing."""
        pairs = [("q", self.text)] if self.text else []
        for name in MANY:
            pairs += [(name, str(value)) for value in getattr(self, name)]
        for name in ("price_min", "price_max"):
            if getattr(self, name) is not None:
                pairs.append((name, str(getattr(self, name))))
        if self.producer:
            pairs.append(("producer", self.producer))
        if self.in_stock:
            pairs.append(("in_stock", "1"))
        if self.near is not None:
            pairs.append(("near", str(self.near)))
        if self.point:
            pairs.append(("point", self.point))
        if self.sold_near is not None:
            pairs.append(("sold_near", str(self.sold_near)))
        if self.sort != Sort.RELEVANCE:
            pairs.append(("sort", self.sort.value))
        if self.page > 1:
            pairs.append(("page", str(self.page)))
        if self.explain:
            pairs.append(("explain", "1"))
        return pairs

    def url(self, path: str) -> str:
        """The address of this query's page below a path."""
        pairs = self.pairs()
        return f"{path}?{urlencode(pairs)}" if pairs else path


def _text(raw: str) -> str:
    return nfc(raw.replace("\x00", " "))[:MAX_TEXT].strip()


def _keys(values: QueryDict, name: str, ignored: list[str]) -> tuple[str, ...]:
    given = [value for value in values.getlist(name) if value]
    found = tuple(dict.fromkeys(value for value in given if KEY.fullmatch(value)))[:MAX_CHOICES]
    if len(found) < len(set(given)):
        ignored.append(name)
    return found


def _stars(values: QueryDict, ignored: list[str]) -> tuple[int, ...]:
    given = [value for value in values.getlist("stars") if value]
    found = {int(value) for value in given if value in map(str, STARS)}
    if len(found) < len(set(given)):
        ignored.append("stars")
    return tuple(sorted(found, reverse=True))


def _bands(values: QueryDict, ignored: list[str]) -> tuple[str, ...]:
    given = [value for value in values.getlist("price") if value]
    if not BANDS.keys() >= set(given):
        ignored.append("price")
    return tuple(key for key in BANDS if key in given)


def _years(values: QueryDict, ignored: list[str]) -> tuple[int, ...]:
    given = [value for value in values.getlist("year") if value]
    found = {int(value) for value in given if YEAR.fullmatch(value)}
    if len(found) < len(set(given)):
        ignored.append("year")
    return tuple(sorted(found, reverse=True)[:MAX_CHOICES])


def _near(values: QueryDict, name: str, ignored: list[str]) -> Near | None:
    raw = values.get(name, "")
    if found := NEAR.fullmatch(raw):
        lat, lon, km = float(found[1]), float(found[2]), int(found[3])
        if abs(lat) <= 90 and abs(lon) <= 180 and 1 <= km <= MAX_KM:
            return Near(lat, lon, km)
    if raw:
        ignored.append(name)
    return None


def _amount(values: QueryDict, name: str, ignored: list[str]) -> int | None:
    """Whole dong, with or without dots between thousands and the sign."""
    raw = values.get(name, "").strip()
    digits = re.sub(r"[.,\s₫đ]", "", raw)
    if NUMBER.fullmatch(digits):
        return int(digits)
    if raw:
        ignored.append(name)
    return None


def _flag(values: QueryDict, name: str, ignored: list[str]) -> bool:
    raw = values.get(name, "")
    if raw not in ("", "0", "1"):
        ignored.append(name)
    return raw == "1"


def _sort(values: QueryDict, ignored: list[str]) -> Sort:
    raw = values.get("sort", "")
    if raw and raw not in list(Sort):
        ignored.append("sort")
        return Sort.RELEVANCE
    return Sort(raw) if raw else Sort.RELEVANCE


def _page(values: QueryDict) -> int:
    raw = values.get("page", "")
    return max(int(raw), 1) if re.fullmatch(r"[0-9]{1,6}", raw) else 1
