"""What the words of a query ask of a product, from strict to patient, and how well a product fits them.

A *level* says what is found at all: words with the marks that were typed; without; the last one as a
beginning; with typing errors; most of the words; errors even in short ones; half of the words in the name.
The next level is asked only where a level found too few products. Inside them *tiers* say how well a product
fits, the best first.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import IntEnum
from itertools import pairwise

from search.analysis import JOINT, Phrase, Slot, Wanted, beginning, whole
from search.conditions import EVERYTHING, Between, Condition, Prefix, Similar, Some, Term, both, either
from search.spelling import edits_forgiven, edits_guessed

#: So many products of one level make the next ones unnecessary.
ENOUGH = 10
ENOUGH_FORGIVEN = 3
#: More than there ever are.
MOST_TIERS = 80
#: So many words ask for one product rather than for a kind of them.
SPECIFIC_FROM = 3
SHORTEST_PREFIX = 2


class Patience(IntEnum):
    """How freely the words are taken."""

    WITH_MARKS = 0
    AS_TYPED = 1
    BEGUN = 2
    MISTYPED = 3
    MOST = 4
    GUESSED = 5
    HALF = 6


@dataclass(frozen=True, slots=True)
class Level:
    """What ``found`` fits is found, if ``needed`` products fit ``enough``; the last level needs none."""

    patience: Patience
    found: Condition
    enough: Condition
    needed: int


def levels(wanted: Wanted) -> Iterator[Level]:
    """The levels of these words, the strictest first, each made when it is asked for."""
    slots = wanted.slots
    if wanted.has_marks:
        found, enough = (_marked(slots, field) for field in ("everything", "words"))
        yield Level(Patience.WITH_MARKS, found, enough, ENOUGH)
    found, enough = (_exact(slots, field) for field in ("everything", "words"))
    yield Level(Patience.AS_TYPED, found, enough, ENOUGH)
    begun = _begun(slots, "everything")
    yield Level(Patience.BEGUN, begun, _clearly_meant(slots), 1)
    tolerant = tuple(_tolerant_slot(slot, "words") for slot in slots)
    mistyped = either(begun, both(*tolerant))
    most, half = _most(len(slots)), _half(len(slots))
    is_last = most == len(slots)
    named = _in_name(slots, half) if len(slots) >= SPECIFIC_FROM else EVERYTHING
    yield Level(Patience.MISTYPED, mistyped, both(mistyped, named), 0 if is_last else ENOUGH_FORGIVEN)
    if is_last:
        return
    found = either(begun, Some(tolerant, most))
    is_short = any(edits_guessed(token) > edits_forgiven(token) for slot in slots for token in slot.folded)
    is_long = 1 < half < most
    enough, needed = (both(found, named), ENOUGH_FORGIVEN) if is_long else (found, int(is_short))
    yield Level(Patience.MOST, found, enough, needed)
    if is_short:
        guessed = _guessed(slots, "words")
        yield Level(Patience.GUESSED, either(found, guessed), both(guessed, named), int(is_long))
    if is_long:
        found = either(found, named)
        yield Level(Patience.HALF, found, found, 0)


def _clearly_meant(slots: tuple[Slot, ...]) -> Condition:
    """All words, the last one perhaps begun, and half of them in the name: not there by chance."""
    return both(_begun(slots, "words"), _in_name(slots, _half(len(slots))))


def tiers(wanted: Wanted, patience: Patience) -> Iterator[Condition]:
    """Names that are, begin with, hold side by side or hold the words; then seller and place; then texts.

    Of three words and more, what has half of them in its name comes before what has them in its texts alone.
    Words that are typed with marks are looked for with them first. Each condition stands once, and each is
    made when it is asked for.
    """
    given = set()
    for condition in _tiers(wanted, patience):
        if condition not in given:
            given.add(condition)
            yield condition


def _tiers(wanted: Wanted, patience: Patience) -> Iterator[Condition]:
    slots = wanted.slots
    if wanted.has_marks:
        yield from _names(wanted.kept)
        yield _marked(slots, "name")
        yield _marked(slots, "words")
    if patience >= Patience.AS_TYPED:
        yield from _names(wanted.folded)
        yield _exact(slots, "name")
        yield from _identities(wanted)
    if patience >= Patience.BEGUN:
        yield _begun(slots, "name")
        yield _begun(slots, "words")
    if len(slots) >= SPECIFIC_FROM:
        yield from _half_named(wanted, patience)
    if wanted.has_marks:
        yield _marked(slots, "everything")
    if patience >= Patience.AS_TYPED:
        yield _exact(slots, "everything")
    if patience >= Patience.BEGUN:
        yield _begun(slots, "everything")
    if patience >= Patience.MISTYPED:
        yield from _loose_tiers(slots, patience)


def _half_named(wanted: Wanted, patience: Patience) -> Iterator[Condition]:
    """All words in all texts, or loosely, and half of them as typed in the name: hardly there by chance."""
    slots = wanted.slots
    half = _in_name(slots, _half(len(slots)))
    if wanted.has_marks:
        yield both(_marked(slots, "everything"), half)
    if patience >= Patience.AS_TYPED:
        yield both(_exact(slots, "everything"), half)
    if patience >= Patience.MISTYPED:
        yield from _loose_tiers(slots, patience, half)
    if patience == Patience.HALF:
        yield half


def _identities(wanted: Wanted) -> Iterator[Condition]:
    """By name, seller, set and place together; of many words, first where the name holds more of them."""
    everywhere = _exact(wanted.slots, "words")
    tokens = wanted.folded
    count = len(tokens)
    if count >= SPECIFIC_FROM:
        in_name = tuple(Term("name", token) for token in tokens)
        yield both(everywhere, Term("forms", beginning(tokens[:3])))
        yield both(everywhere, Some(_pairs(tokens), count - 2))
        yield both(everywhere, Some(in_name, count - 1))
        if count > SPECIFIC_FROM:
            yield both(everywhere, Some(in_name, count - 2))
    yield everywhere


def _pairs(tokens: list[str]) -> tuple[Condition, ...]:
    return tuple(Term("forms", f"{one}{JOINT}{next_one}") for one, next_one in pairwise(tokens))


def _names(tokens: list[str]) -> Iterator[Condition]:
    """By name alone: the whole name, hardly more, its beginning, words side by side, all words."""
    pairs = _pairs(tokens)
    yield Term("forms", whole(tokens))
    if len(tokens) >= SPECIFIC_FROM:
        yield both(Between("name_length", None, len(tokens) + 1), _all_of(tokens, "name"))
    yield both(Term("forms", beginning(tokens[:3])), *pairs[2:])
    if pairs:
        yield both(*pairs)
    yield _all_of(tokens, "name")


def _loose_tiers(
    slots: tuple[Slot, ...], patience: Patience, besides: Condition = EVERYTHING
) -> Iterator[Condition]:
    """With typing errors, first where all words but one are as typed; then where most of the words fit.

    What fits by more than its name must fulfil ``besides`` too.
    """
    exact = {field: tuple(_all_of(slot.folded, field) for slot in slots) for field in ("name", "words")}
    tolerant = {field: tuple(_tolerant_slot(slot, field) for slot in slots) for field in ("name", "words")}
    more = {"name": EVERYTHING, "words": besides}
    count = len(slots)
    for field in ("name", "words"):
        if count > 1:
            yield both(*tolerant[field], Some(exact[field], count - 1), more[field])
        yield both(*tolerant[field], more[field])
    if patience < Patience.MOST:
        return
    for needed in range(count - 1, _most(count) - 1, -1):
        for field in ("name", "words"):
            yield both(Some(exact[field], needed), more[field])
            yield both(Some(tolerant[field], needed), more[field])
    if patience == Patience.GUESSED:
        yield _guessed(slots, "name")
        yield both(_guessed(slots, "words"), besides)


def _half(count: int) -> int:
    """Half of so many words, rounded down."""
    return count // 2


def _most(count: int) -> int:
    """How many of so many words are most of them."""
    if count == 1:
        return 1
    return count - 1 if count < 5 else count - 2


# --- all words, in one way
def _all_of(tokens: Iterable[str], field: str) -> Condition:
    return both(*(Term(field, token) for token in tokens))


def _any_phrase(phrases: Iterable[Phrase], field: str) -> Condition:
    return either(*(_all_of(phrase, field) for phrase in phrases))


def _marked(slots: tuple[Slot, ...], field: str) -> Condition:
    """Every word, or what means the same, with its marks."""
    return both(*(_any_phrase((slot.kept, *slot.others_kept), field) for slot in slots))


def _exact(slots: tuple[Slot, ...], field: str) -> Condition:
    """Every word, or what means the same; marks do not count."""
    return both(*(_exact_slot(slot, field) for slot in slots))


def _exact_slot(slot: Slot, field: str) -> Condition:
    return _any_phrase((slot.folded, *slot.others), field)


def _in_name(slots: tuple[Slot, ...], at_least: int) -> Condition:
    """At least so many of the words in the name."""
    return Some(tuple(_exact_slot(slot, "name") for slot in slots), at_least)


def _begun(slots: tuple[Slot, ...], field: str) -> Condition:
    """Like `_exact`, the last word being perhaps only its beginning."""
    *before, last = slots[-1].folded
    begun = both(_all_of(before, field), Prefix(field, last))
    last_slot = either(*(_all_of(phrase, field) for phrase in slots[-1].others), begun)
    return both(_exact(slots[:-1], field), last_slot)


def _guessed(slots: tuple[Slot, ...], field: str) -> Condition:
    """Every word, with an error also in words that are so short that it mostly makes another word."""
    return both(*(_tolerant_slot(slot, field, edits_guessed) for slot in slots))


def _tolerant_slot(slot: Slot, field: str, forgiven: Callable[[str], int] = edits_forgiven) -> Condition:
    """The words with a typing error in each, as beginnings, as initials or two in one."""
    return either(
        both(*(_tolerant(token, field, forgiven) for token in slot.folded)),
        *(_all_of(phrase, field) for phrase in slot.others),
    )


def _tolerant(token: str, field: str, forgiven: Callable[[str], int]) -> Condition:
    ways: list[Condition] = [Term(field, token)]
    if len(token) >= SHORTEST_PREFIX:
        ways += [Prefix(field, token), Term("shorthand", token)]
    if (edits := forgiven(token)) > 0:
        ways.append(Similar(field, token, edits))
    return either(*ways)
