"""Carriers, as data: names, the pages where a parcel is followed, and what their labels must say.

A tracking page without ``{number}`` has no address of its own for each parcel that we know of: the buyer
enters the number there.
"""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import quote

from django.utils.translation import get_language

DATA = Path(__file__).parent / "data" / "carriers.json"


@dataclass(frozen=True)
class Carrier:
    """Who takes parcels to buyers.

    ``needs_phone``: its driver knows of the buyer only what stands on the parcel. Others have the number in
    the waybill, so that it need not be read by everybody who sees the parcel (Law 91/2025/QH15: no more
    personal data than the purpose needs).
    """

    code: str
    name: str
    name_en: str = ""
    tracking_page: str = ""
    needs_phone: bool = False
    source: str = ""

    def __str__(self) -> str:
        return self.name_en if self.name_en and get_language() == "en" else self.name

    def tracking_url(self, number: str) -> str:
        """Where a parcel with this number is followed; empty where nobody follows it."""
        if not number:
            return ""
        return self.tracking_page.replace("{number}", quote(number, safe=""))


@cache
def carriers() -> dict[str, Carrier]:
    """All carriers by their codes, in the order of the list."""
    rows = json.loads(DATA.read_text("utf-8"))
    return {row["code"]: Carrier(**row) for row in rows}


def carrier(code: str) -> Carrier:
    """The carrier with this code; one that has left the list keeps its code as its name."""
    return carriers().get(code) or Carrier(code, code, needs_phone=True)
