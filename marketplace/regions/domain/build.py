"""Makes the regions' data file from the published sources; nothing is typed by hand.

Units and successions follow by code and by the sources' own keys. What two sources say
differently about a unit of today (its word: commune or ward, province or city) is a change since
1 July 2025, dated by the resolution that the newer source names.
"""

import re
from collections import Counter, defaultdict

from marketplace.regions import sources
from marketplace.regions.datafile import Link, Unit, read_resolutions
from marketplace.regions.models import TWO_LEVELS_SINCE
from marketplace.regions.names import split_unit_word
from marketplace.regions.sources import key

EXPECTED = {
    "current provinces": 34,
    "current communes": 3321,
    "former provinces": 63,
    "former communes": 10035,
    "communes of Hà Nội": 126,
    "wards of Hà Nội": 51,
    "rural communes of Hà Nội": 75,
}
"""Official totals, Decision 19/2025/QĐ-TTg for today's; a build that misses one is refused."""


UNIT_KEYS = (
    "thanhpho",
    "tp",
    "tinh",
    "quan",
    "huyen",
    "h",
    "thixa",
    "thisa",
    "tx",
    "thitran",
    "tt",
    "phuong",
    "xa",
)
"""Unit words as they begin the sources' search keys."""


class BuildError(Exception):
    """The sources do not fit together; the message says where."""


def build(*, wheel_of_2020):
    """Units and successions from the installed sources: (units, links), checked and sorted.

    Raises SourceMissing where a package is not installed and BuildError where the result would
    not be the country's official list.
    """
    units, links = {}, defaultdict(dict)
    _add_current(units, links)
    _add_three_levels(units, links)
    _add_earlier(units, links, *sources.units_of_2020(wheel_of_2020))
    _check(units, links)
    ordered = sorted(units.values(), key=lambda unit: unit.key)
    return ordered, [link for unit in ordered for _, link in sorted(links[unit.key].items())]


def _add_current(units, links):
    provinces, communes = sources.current_units()
    first_provinces, first_communes = sources.first_units_of_two_levels()
    in_force = read_resolutions()
    for row in provinces:
        first = first_provinces[row.code]
        own = _shorts(first.words, row.name)
        _add_unit_of_today(units, links, "p", row, first, "", in_force, own)
    for row in communes:
        _add_unit_of_today(units, links, "c", row, first_communes[row.code], row.parent, in_force, ())


def _add_unit_of_today(units, links, kind, row, first, province, in_force, aliases):
    """The unit of today and, where it was called otherwise on 1 July 2025, the one before it."""
    since = TWO_LEVELS_SINCE
    current, before = f"{kind}-{row.code}", f"f{kind}-{row.code}-{TWO_LEVELS_SINCE.year}"
    if split_unit_word(row.name)[0] != split_unit_word(first.name)[0]:
        if row.resolution not in in_force:
            raise BuildError(
                f"{row.name}: add the day on which {row.resolution or 'its resolution'} "
                "came into force to resolutions.csv"
            )
        since = in_force[row.resolution]
        parent = f"fp-{province}-{TWO_LEVELS_SINCE.year}" if province else ""
        units[before] = Unit(before, first.name, parent, TWO_LEVELS_SINCE, since)
        _link_whole(links, before, current, since)
    units[current] = Unit(
        key=current,
        name=row.name,
        parent=f"p-{province}" if province else "",
        valid_from=since,
        latitude=first.latitude,
        longitude=first.longitude,
        aliases=aliases,
    )


def _add_three_levels(units, links):
    provinces, districts, communes = sources.units_of_three_levels()
    heirs = sources.converter()
    for row_key, row in provinces.items():
        own = f"fp-{row.code}"
        units[own] = Unit(own, row.name, valid_to=TWO_LEVELS_SINCE, aliases=_shorts(row.words, row.name))
        _link_whole(links, own, f"p-{heirs.provinces[row_key]}", TWO_LEVELS_SINCE)
    for row_key, row in districts.items():
        own, province = f"fd-{row.code}", f"fp-{provinces[row.parent].code}"
        units[own] = Unit(
            own,
            row.name,
            province,
            valid_to=TWO_LEVELS_SINCE,
            aliases=_shorts(row.words, row.name),
        )
        # An island district without communes became a special zone as a whole.
        zone = heirs.whole.get(f"{row_key}_")
        successor = f"c-{zone}" if zone else f"p-{heirs.provinces[row.parent]}"
        _link_whole(links, own, successor, TWO_LEVELS_SINCE)
    for row_key, row in communes.items():
        own = f"fc-{row.code}"
        units[own] = Unit(
            own,
            row.name,
            f"fd-{districts[row.parent].code}",
            valid_to=TWO_LEVELS_SINCE,
            aliases=_shorts(row.words, row.name),
        )
        if row_key in heirs.whole:
            _link_whole(links, own, f"c-{heirs.whole[row_key]}", TWO_LEVELS_SINCE)
        for code, is_default in heirs.divided.get(row_key, ()):
            links[own][f"c-{code}"] = Link(own, f"c-{code}", is_default, True, TWO_LEVELS_SINCE)


def _add_earlier(units, links, provinces, communes):
    """Units of about 2020 that were merged or renamed before 1 July 2025.

    Whose place they are in now comes from the later unit that keeps their name among its search
    keys, or their code. A unit that neither leads on from is left out.
    """
    children = defaultdict(list)
    for unit in units.values():
        if unit.key.startswith(("fd-", "fc-")) and unit.parent:
            children[unit.parent].append(unit)
    then = {row.name: _province_then(row, units, links) for row in provinces}
    for row in communes:
        home, province = f"fd-{row.parent}", then[row.path[2]]
        later = _later_commune(row, home, f"fp-{province.code}", units, children)
        district = _district_then(row, province, units, links)
        if later and not (later.parent == district and _same_name(row.name, later.name)):
            _add_earlier_unit(units, links, row, later, district)


def _province_then(row, units, links):
    """The province of 2020, which is added where it was called otherwise in 2025."""
    later = units[f"fp-{row.code}"]
    if _same_name(row.name, later.name):
        return later
    own = f"ep-{row.code}"
    units[own] = Unit(own, row.name)
    for heir in links[later.key]:
        _link_whole(links, own, heir, None)
    return units[own]


def _later_commune(row, home, province, units, children):
    """The commune until 2025 in whose place the earlier one was, or None."""
    names = key(row.name), _short_key(row.name)
    elsewhere = [commune for district in children.get(province, ()) for commune in children[district.key]]
    by_code = units.get(f"fc-{row.code}")
    for communes in (children.get(home, []), elsewhere):
        same = [unit for unit in communes if _same_name(row.name, unit.name)]
        if len(same) == 1 and (communes is not elsewhere or same[0] is by_code):
            return same[0]
        merged = [unit for unit in communes if names[1] in unit.aliases]
        if len(merged) == 1:
            return merged[0]
    return by_code


def _district_then(row, province, units, links):
    """The key of the commune's district of 2020, which is added where it no longer stood in 2025."""
    name = row.path[1]
    later = units.get(f"fd-{row.parent}")
    if later and _same_name(name, later.name):
        return later.key
    own = f"ed-{row.parent}"
    if own not in units:
        units[own] = Unit(own, name, province.key)
        for heir in links[province.key]:
            _link_whole(links, own, heir, None)
    return own


def _add_earlier_unit(units, links, row, later, parent):
    own = f"ec-{row.code}"
    units[own] = Unit(own, row.name, parent)
    for link in list(links[later.key].values()):
        links[own][link.successor] = Link(own, link.successor, link.is_default, link.is_split)


def _link_whole(links, predecessor, successor, on):
    links[predecessor][successor] = Link(predecessor, successor, on=on)


def _same_name(one, other):
    return _short_key(one) == _short_key(other)


def _short_key(name):
    return re.sub(r"^0+(?=\d)", "", key(split_unit_word(name)[1]))


def _shorts(words, name):
    """A source's search keys of a unit without unit words and without its own name."""
    found = set()
    for word in words:
        number = re.fullmatch(r"(?:phuong|quan|district|ward|q|p|f)0*(\d+)", key(word))
        if number:
            found.add(number[1])
        elif not _is_long_form(word, words):
            found.add(key(word))
    return tuple(sorted(found - {_short_key(name)}))


def _is_long_form(word, words):
    plain = key(word)
    return any(
        plain.startswith(unit) and plain[len(unit) :] in {key(other) for other in words} for unit in UNIT_KEYS
    )


def _check(units, links):
    counted = Counter()
    for unit in units.values():
        if not unit.is_former:
            counted[f"current {unit.kind}s"] += 1
            if unit.parent == "p-01":
                counted["communes of Hà Nội"] += 1
                counted["wards of Hà Nội"] += unit.unit_type == "phuong"
                counted["rural communes of Hà Nội"] += unit.unit_type == "xa"
        elif re.fullmatch(r"f[pc]-\d+", unit.key):
            counted[f"former {unit.kind}s"] += 1
        if unit.parent and unit.parent not in units:
            raise BuildError(f"{unit.key} lies in {unit.parent}, which is missing")
    if dict(counted) != EXPECTED:
        raise BuildError(f"counted {dict(counted)}, expected {EXPECTED}")
    for unit in units.values():
        defaults = [link for link in links[unit.key].values() if link.is_default]
        if len(defaults) != int(unit.is_former):
            raise BuildError(f"{unit.key} {unit.name} has {len(defaults)} default successors")
