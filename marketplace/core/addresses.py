"""Addresses of pages, written once for each kind: Django searches its patterns anew for every link."""

import re
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
    if not all(_is_plain(arg) for arg in args):
        return reverse(name, args=args)
    pieces = _pieces(name, get_language(), tuple(type(arg) for arg in args))
    return "".join([piece if isinstance(piece, str) else str(args[piece]) for piece in pieces])


def _is_plain(arg: int | str) -> bool:
    return type(arg) is int or (type(arg) is str and _PLAIN.fullmatch(arg) is not None)


@cache
def _pieces(name: str, language: str, kinds: tuple[type, ...]) -> tuple[str | int, ...]:
    """The address in pieces, with the place of an argument where it goes.

    The language is only a key: it is the active one.
    """
    stand_ins = [
        _STAND_IN + place if kind is int else f"s{_STAND_IN + place}" for place, kind in enumerate(kinds)
    ]
    whole = reverse(name, args=stand_ins)
    if not stand_ins:
        return (whole,)
    places = {str(value): place for place, value in enumerate(stand_ins)}
    return tuple(places.get(piece, piece) for piece in re.split(f"({'|'.join(places)})", whole))
