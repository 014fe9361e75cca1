"""The versioned data file of the regions: what its rows mean, reading and writing it.

Two plain CSV files, so that a change of units is a readable diff. Everything that follows from
the key or the name (kind, code, type of unit, short name, former or current) is not repeated.
"""

import csv
import datetime
from dataclasses import dataclass
from pathlib import Path

from marketplace.regions.names import split_unit_word

VERSION = "2026-10"
FOLDER = Path(__file__).parent / "data"
UNITS = FOLDER / f"units-{VERSION}.csv"
SUCCESSIONS = FOLDER / f"successions-{VERSION}.csv"
RESOLUTIONS = FOLDER / "resolutions.csv"

KINDS = {"p": "province", "d": "district", "c": "commune"}
FORMER, EARLIER = "f", "e"


@dataclass(frozen=True)
class Unit:
    """One administrative unit.

    Key: `p-01`, `c-00004` current; `fp-`, `fd-`, `fc-` former, of the three levels that ended on
    1 July 2025, with a year at the end (`fc-25270-2025`) of the two levels since; `ed-`, `ec-`
    merged or renamed earlier, on a day that the sources do not give.
    """

    key: str
    name: str
    parent: str = ""
    valid_from: datetime.date | None = None
    valid_to: datetime.date | None = None
    latitude: float | None = None
    longitude: float | None = None
    aliases: tuple[str, ...] = ()

    @property
    def is_former(self):
        return self.key[0] in (FORMER, EARLIER)

    @property
    def kind(self):
        return KINDS[self.key.split("-")[0][-1]]

    @property
    def code(self):
        return self.key.split("-")[1]

    @property
    def unit_type(self):
        return split_unit_word(self.name)[0]

    @property
    def short_name(self):
        return split_unit_word(self.name)[1]


@dataclass(frozen=True)
class Link:
    """A former unit and a current one in its place; see `Succession`."""

    predecessor: str
    successor: str
    is_default: bool = True
    is_split: bool = False
    on: datetime.date | None = None


def read_units():
    return [
        Unit(
            key=row["key"],
            name=row["name"],
            parent=row["parent"],
            valid_from=_date(row["valid_from"]),
            valid_to=_date(row["valid_to"]),
            latitude=_number(row["latitude"]),
            longitude=_number(row["longitude"]),
            aliases=tuple(row["aliases"].split()),
        )
        for row in _rows(UNITS)
    ]


def read_links():
    return [
        Link(
            predecessor=row["predecessor"],
            successor=row["successor"],
            is_default=row["default"] == "1",
            is_split=row["split"] == "1",
            on=_date(row["on"]),
        )
        for row in _rows(SUCCESSIONS)
    ]


def read_resolutions():
    """Number of a resolution -> the day on which it came into force."""
    return {row["number"]: _date(row["in_force"]) for row in _rows(RESOLUTIONS)}


def write(units, links):
    with UNITS.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(
            ["key", "name", "parent", "valid_from", "valid_to", "latitude", "longitude", "aliases"]
        )
        for unit in units:
            writer.writerow(
                [
                    unit.key,
                    unit.name,
                    unit.parent,
                    unit.valid_from or "",
                    unit.valid_to or "",
                    "" if unit.latitude is None else unit.latitude,
                    "" if unit.longitude is None else unit.longitude,
                    " ".join(unit.aliases),
                ]
            )
    with SUCCESSIONS.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["predecessor", "successor", "default", "split", "on"])
        for link in links:
            writer.writerow(
                [
                    link.predecessor,
                    link.successor,
                    int(link.is_default),
                    int(link.is_split),
                    link.on or "",
                ]
            )


def _rows(path):
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _date(text):
    return datetime.date.fromisoformat(text) if text else None


def _number(text):
    return float(text) if text else None
