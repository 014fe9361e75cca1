"""What a product must be like to be found, in words that every engine translates.

A condition says nothing about order or weight: an engine answers which products fulfil it.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Term:
    """The field holds exactly this word or value."""

    field: str
    value: str | int


@dataclass(frozen=True, slots=True)
class OneOf:
    """The field holds at least one of these words or values."""

    field: str
    values: tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Prefix:
    """The field holds a word that begins so."""

    field: str
    value: str


@dataclass(frozen=True, slots=True)
class Similar:
    """The field holds a word that differs by at most ``edits`` letters missing, added, wrong or swapped."""

    field: str
    value: str
    edits: int


@dataclass(frozen=True, slots=True)
class Between:
    """The number in the field lies between these, both included; None leaves that side open."""

    field: str
    low: int | None = None
    high: int | None = None


@dataclass(frozen=True, slots=True)
class Every:
    """All parts are fulfilled; without parts everything fulfils it."""

    parts: tuple["Condition", ...] = ()


@dataclass(frozen=True, slots=True)
class Some:
    """At least so many parts are fulfilled; without parts nothing fulfils it."""

    parts: tuple["Condition", ...]
    at_least: int = 1


@dataclass(frozen=True, slots=True)
class Unless:
    """The part is not fulfilled."""

    part: "Condition"


Condition = Term | OneOf | Prefix | Similar | Between | Every | Some | Unless

EVERYTHING = Every()
NOTHING = Some(())


def both(*conditions: Condition) -> Condition:
    """All conditions, those of nested ones side by side."""
    parts: list[Condition] = []
    for condition in conditions:
        parts.extend(condition.parts if isinstance(condition, Every) else (condition,))
    return parts[0] if len(parts) == 1 else Every(tuple(parts))


def either(*conditions: Condition) -> Condition:
    """At least one of the conditions."""
    return conditions[0] if len(conditions) == 1 else Some(conditions)
