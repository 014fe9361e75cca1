"""The data file: official totals, dates, and that it is what the product says it is."""

import datetime
from collections import Counter

import pytest

from marketplace.regions import datafile

pytestmark = pytest.mark.unit

UNITS = {unit.key: unit for unit in datafile.read_units()}
LINKS = datafile.read_links()


def test_has_the_official_totals():
    counted = Counter(key.split("-")[0] for key in UNITS if not key.endswith("-2025"))
    assert counted == {
        "p": 34,
        "c": 3321,
        "fp": 63,
        "fd": 696,
        "fc": 10035,
        "ep": 1,
        "ed": 22,
        "ec": 1076,
    }


def test_ha_noi_has_51_wards_and_75_rural_communes():
    kinds = Counter(unit.unit_type for unit in UNITS.values() if unit.parent == "p-01")
    assert kinds == {"phuong": 51, "xa": 75}


def test_kinds_of_todays_communes():
    kinds = Counter(unit.unit_type for unit in UNITS.values() if unit.key.startswith("c-"))
    assert kinds == {"xa": 2599, "phuong": 709, "dac_khu": 13}


def test_every_former_unit_has_one_default_successor_which_is_of_today():
    defaults = Counter(link.predecessor for link in LINKS if link.is_default)
    assert defaults == dict.fromkeys((unit.key for unit in UNITS.values() if unit.is_former), 1)
    assert {link.successor for link in LINKS if UNITS[link.successor].is_former} == set()


def test_divided_means_several_successors():
    numbers = Counter(link.predecessor for link in LINKS)
    divided = {link.predecessor for link in LINKS if link.is_split}
    assert divided == {key for key, number in numbers.items() if number > 1}


@pytest.mark.parametrize(
    ("key", "valid_from", "valid_to"),
    [
        ("fc-00001", None, datetime.date(2025, 7, 1)),
        ("c-00004", datetime.date(2025, 7, 1), None),
        ("fc-25270-2025", datetime.date(2025, 7, 1), datetime.date(2026, 4, 30)),
        ("c-25270", datetime.date(2026, 4, 30), None),
        ("p-22", datetime.date(2026, 9, 1), None),
        ("fp-24-2025", datetime.date(2025, 7, 1), datetime.date(2026, 9, 20)),
        ("ec-10981", None, None),
    ],
)
def test_dates(key, valid_from, valid_to):
    assert (UNITS[key].valid_from, UNITS[key].valid_to) == (valid_from, valid_to)


def test_writing_gives_the_same_file_again(tmp_path, monkeypatch):
    before = datafile.UNITS.read_bytes(), datafile.SUCCESSIONS.read_bytes()
    monkeypatch.setattr(datafile, "UNITS", tmp_path / "units.csv")
    monkeypatch.setattr(datafile, "SUCCESSIONS", tmp_path / "successions.csv")
    datafile.write(UNITS.values(), LINKS)
    assert (datafile.UNITS.read_bytes(), datafile.SUCCESSIONS.read_bytes()) == before
