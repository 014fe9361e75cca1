"""Addresses of pages, written once for each kind: Django searches its patterns anew for every link."""

import re
from collections.abc import Callable
from functools import cache

from django.urls import reverse
from django.utils.translation import get_language

#: What stands in an address as it is, without escapes.
_PLAIN = re.compile(r"[A-Za-z0-9_-]+")
#: A number that no address has of itself.
_STAND_IN = 2_100_000_000


def address(name: str, *args: int | str) -> str:
    """What `reverse` gives for this name and these numbers and slugs, in the active language.

    Raises NoReverseMatch as `reverse` does.
    """
    return writer(name, *map(type, args))(*args)


def writer(name: str, *kinds: type) -> Callable[..., str]:
    """What writes many addresses of one kind, from arguments of these types, in the active language.

    Raises NoReverseMatch as `reverse` does. Not to be kept: with another language it is another one.
    """
    return _writer(name, get_language(), kinds)


@cache
def _writer(name: str, _language: str, kinds: tuple[type, ...]) -> Callable[..., str]:
    """The language is only a key: it is the active one."""
    if not kinds:
        whole = reverse(name)
        return lambda: whole
    pattern, places = _pattern(name, kinds)

    def write(*args: int | str) -> str:
        for arg in args:
            if not _is_plain(arg):
                return reverse(name, args=args)
        return pattern % tuple([args[place] for place in places])

    return write


def _is_plain(arg: int | str) -> bool:
    return type(arg) is int or (type(arg) is str and _PLAIN.fullmatch(arg) is not None)


def _pattern(name: str, kinds: tuple[type, ...]) -> tuple[str, list[int]]:
    """An address with `%s` for each argument, and which argument goes where."""
    stand_ins = [
        _STAND_IN + place if kind is int else f"s{_STAND_IN + place}" for place, kind in enumerate(kinds)
    ]
    places = {str(value): place for place, value in enumerate(stand_ins)}
    pieces = re.split(f"({'|'.join(places)})", reverse(name, args=stand_ins).replace("%", "%%"))
    pattern = "".join("%s" if piece in places else piece for piece in pieces)
    return pattern, [places[piece] for piece in pieces if piece in places]
