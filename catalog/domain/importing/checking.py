"""From the cells of a row to values, or to the reasons why they are none."""

import re
from dataclasses import dataclass, field
from functools import cache, lru_cache
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from catalog.domain.importing.cells import clean
from catalog.domain.importing.classifying import category_code, group_code, known_codes, known_hints
from catalog.domain.importing.reading import RawRow
from catalog.domain.importing.report import Problem
from catalog.models import Certification, Product
from marketplace.core import clock
from marketplace.core.money import format_number
from marketplace.core.text import fold
from producers.models import Partner

FIRST_YEAR = 2018
"""The programme began with Decision 490/QĐ-TTg of 7 May 2018."""

_STAR_WORDS = {"mot": 1, "hai": 2, "ba": 3, "bon": 4, "nam": 5}
_STAR_SIGNS = "★⭐🌟"
_EMPTY_STAR_SIGNS = "☆✩"
_STARS = re.compile(r"(?:hang )?(?:ocop )?(?:dat )?(\d|mot|hai|ba|bon|nam)(?: 0)?(?: (?:sao|stars?))?")
_YES = {"true", "1", "yes", "y", "x", "co", "tiem nang 5 sao", "tiem nang"}
_NO = {"", "false", "0", "no", "n", "khong"}
_GROUPED_THOUSANDS = re.compile(r"\d{1,3}(?:[.,\s]\d{3})+")
_MONEY_WORDS = re.compile(r"(?:₫|đ|vnđ|vnd|đồng)\s*$", re.IGNORECASE)
MAX_PRICE = 1_000_000_000
_KINDS = {
    "company": Partner.LegalForm.COMPANY,
    "cong ty": Partner.LegalForm.COMPANY,
    "doanh nghiep": Partner.LegalForm.COMPANY,
    "cooperative": Partner.LegalForm.COOPERATIVE,
    "hop tac xa": Partner.LegalForm.COOPERATIVE,
    "htx": Partner.LegalForm.COOPERATIVE,
    "cooperative group": Partner.LegalForm.COOPERATIVE_GROUP,
    "to hop tac": Partner.LegalForm.COOPERATIVE_GROUP,
    "household": Partner.LegalForm.HOUSEHOLD,
    "ho kinh doanh": Partner.LegalForm.HOUSEHOLD,
    "ho san xuat": Partner.LegalForm.HOUSEHOLD,
    "other": Partner.LegalForm.OTHER,
    "khac": Partner.LegalForm.OTHER,
}


@dataclass(frozen=True)
class Row:
    """A row that can go in."""

    line: int
    name: str
    producer: str = ""
    legal_form: str = ""
    commune: str = ""
    district: str = ""
    province: str = ""
    category: str = ""
    stars: int | None = None
    potential_five_star: bool = False
    year: int | None = None
    decision: str = ""
    price: int | None = None
    unit: str = ""
    source_url: str = ""
    notes: tuple[str, ...] = ()


class _Wrong(Exception):
    """A cell that cannot be read; the message is the reason."""


@dataclass
class _Cells:
    """Reads the cells of one row and collects what is wrong with them."""

    raw: RawRow
    problems: list[Problem] = field(default_factory=list)

    def text(self, column: str, longest: int | None = None) -> str:
        text = self.raw.cells.get(column, "")
        if not text:
            return ""
        text = clean(text)
        if longest is not None and len(text) > longest:
            self.refuse(column, _("longer than %(number)s characters") % {"number": longest})
        return text

    def read(self, column: str, reader):
        try:
            return reader(self.text(column))
        except _Wrong as wrong:
            self.refuse(column, str(wrong))
            return None

    def refuse(self, column: str, reason: str) -> None:
        value = clean(self.raw.cells.get(column, ""))
        shown = value if len(value) <= 80 else f"{value[:79]}…"
        self.problems.append(Problem(self.raw.line, column, shown, reason))


def check(raw: RawRow) -> tuple[Row | None, list[Problem]]:
    """The row's values, or None and everything that is wrong with it."""
    cells = _Cells(raw)
    name = cells.text("product_name", _longest(Product, "title"))
    if not fold(name):
        cells.refuse("product_name", _("the name of the product is missing"))
    hint, notes = _hint(cells)
    group = cells.read("group", _group)
    category = category_code(name=name, group=group, hint=hint)
    if category is None and not any(problem.column == "group" for problem in cells.problems):
        cells.refuse("group", _("the group is missing, and neither kind nor name tell it"))
    values = {
        "name": name,
        "producer": cells.text("producer_name", _longest(Partner, "name")),
        "legal_form": cells.read("producer_kind", _legal_form),
        "commune": cells.text("commune"),
        "district": cells.text("district"),
        "province": cells.text("province"),
        "category": category,
        "stars": cells.read("stars", _stars),
        "potential_five_star": cells.read("potential_5", _yes_or_no),
        "year": cells.read("recognised_year", _year),
        "decision": cells.text("decision", _longest(Certification, "decision_number")),
        "price": cells.read("price_vnd", _price),
        "unit": cells.text("unit", _longest(Product, "unit")),
        "source_url": cells.read("source_url", _web_address),
    }
    if cells.problems:
        return None, cells.problems
    return Row(line=raw.line, notes=tuple(notes), **values), []


@cache
def _longest(model, name: str) -> int:
    return model._meta.get_field(name).max_length


def _hint(cells: _Cells) -> tuple[str, list[str]]:
    hint = fold(cells.text("category_hint").replace("_", " ")).replace(" ", "_")
    if hint and hint not in known_hints() and hint not in known_codes():
        return "", [_("the kind “%(kind)s” is not known; the name was used") % {"kind": hint}]
    return hint, []


def _group(text: str) -> str | None:
    if not text:
        return None
    code = group_code(text)
    if code is None:
        raise _Wrong(_("not one of the six OCOP groups"))
    return code


@lru_cache(maxsize=1000)
def _legal_form(text: str) -> str:
    if not text:
        return ""
    form = _KINDS.get(fold(text.replace("_", " ")))
    if form is None:
        raise _Wrong(_("not a kind of producer"))
    return form


@lru_cache(maxsize=1000)
def _stars(text: str) -> int | None:
    """``4``, ``4.0``, ``4 sao``, ``★★★★``, ``★★★★☆``, ``bốn sao``; empty where a source gives none."""
    if not text:
        return None
    signs = sum(text.count(sign) for sign in _STAR_SIGNS)
    rest = re.sub(rf"[{_STAR_SIGNS}{_EMPTY_STAR_SIGNS}\ufe0f\s]", "", text)
    if signs and not rest:
        stars = signs
    else:
        match = _STARS.fullmatch(fold(text))
        if match is None or text[0] in "-−–":
            raise _Wrong(_("not a number of stars"))
        stars = _STAR_WORDS.get(match[1]) or int(match[1])
    if not 1 <= stars <= 5:
        raise _Wrong(_("stars are 1 to 5"))
    return stars


@lru_cache(maxsize=1000)
def _yes_or_no(text: str) -> bool:
    folded = fold(text)
    if folded in _YES:
        return True
    if folded in _NO:
        return False
    raise _Wrong(_("neither yes nor no"))


def _year(text: str) -> int | None:
    if not text:
        return None
    if not re.fullmatch(r"\d{4}(?:\.0)?", text):
        raise _Wrong(_("not a year"))
    year, this_year = int(text[:4]), clock.today().year
    if not FIRST_YEAR <= year <= this_year:
        raise _Wrong(
            _("the year must lie between %(first)s and %(last)s") % {"first": FIRST_YEAR, "last": this_year}
        )
    return year


@lru_cache(maxsize=1000)
def _price(text: str) -> int | None:
    """Whole dong: ``120000``, ``120.000 ₫``, ``120,000đ``."""
    if not text:
        return None
    number = _MONEY_WORDS.sub("", text).strip()
    if _GROUPED_THOUSANDS.fullmatch(number):
        number = re.sub(r"[.,\s]", "", number)
    if not re.fullmatch(r"\d{1,12}(?:\.0)?", number):
        raise _Wrong(_("not a price in whole dong"))
    price = int(number.removesuffix(".0"))
    if not 0 < price <= MAX_PRICE:
        raise _Wrong(_("a price is more than 0 and at most %(most)s ₫") % {"most": format_number(MAX_PRICE)})
    return price


def _web_address(text: str) -> str:
    if not text:
        return ""
    try:
        parts = urlsplit(text)
    except ValueError as error:
        raise _Wrong(_("not a web address")) from error
    if parts.scheme not in ("http", "https") or not parts.netloc or " " in text:
        raise _Wrong(_("not a web address"))
    if len(text) > _longest(Product, "source_url"):
        raise _Wrong(_("longer than %(number)s characters") % {"number": _longest(Product, "source_url")})
    return text
