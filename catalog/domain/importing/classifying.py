"""The OCOP group and set of a row, from what lists write: a group, a kind, or only the name."""

import json
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from pathlib import Path

from catalog.domain.sets import read_groups, set_code
from marketplace.core.text import fold, nfc

FILE = Path(__file__).resolve().parents[2] / "data" / "import.json"


@cache
def _rules() -> dict:
    return json.loads(FILE.read_text(encoding="utf-8"))


@cache
def known_hints() -> frozenset[str]:
    """The kinds that lead to a set."""
    return frozenset(_rules()["hints"])


@cache
def known_codes() -> Mapping[str, str]:
    """The codes of groups and sets by how a list's kind is compared: ``set_08`` and ``food``."""
    codes = [code for group in read_groups() for code in (group["code"], *map(_code, group["sets"]))]
    return {code.replace("-", "_"): code for code in codes}


def _code(row: Mapping) -> str:
    return set_code(row["number"])


@cache
def _groups_by_name() -> dict[str, str]:
    return {
        fold(name): group["code"]
        for group in read_groups()
        for name in (group["code"], group["name"], group["name_en"], *group["written_as"])
    }


@lru_cache(maxsize=1000)
def group_code(text: str) -> str | None:
    """The code of the group that a list means, or None for a word that names none."""
    return _groups_by_name().get(fold(text))


def category_code(*, name: str, group: str | None, hint: str) -> str | None:
    """The code of the category of a row: its set, or its group where nothing leads to a set, else None.

    ``group`` is a group's code. A hint decides alone, be it a kind or the code of a category; words of the
    name only among the sets of the group.
    """
    rule = _rules()["hints"].get(hint)
    if rule is not None:
        return set_code(_first(rule.get("words", {}), name) or rule["set"])
    if hint in known_codes():
        return known_codes()[hint]
    number = _first(_rules()["words"], name, allowed=_sets_of(group) if group else None)
    return set_code(number) if number else group


@cache
def _sets_of(group: str) -> frozenset[int]:
    own = (row["number"] for each in read_groups() if each["code"] == group for row in each["sets"])
    return frozenset([*own, *_rules()["other_sets_of_group"].get(group, ())])


def _first(words: Mapping[str, int], name: str, allowed: Iterable[int] | None = None) -> int | None:
    text = f" {nfc(name).casefold()} "
    return next(
        (
            number
            for word, number in words.items()
            if (allowed is None or number in allowed) and f" {word} " in text
        ),
        None,
    )
