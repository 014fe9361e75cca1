"""The bare drawings: what stands on the table, and what suits it."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "drawings"
_FILE = re.compile(r"<svg ([^>]*)>(.*)</svg>\s*$", re.DOTALL)
_ATTRIBUTE = re.compile(r'data-([a-z]+)="([^"]*)"')


@dataclass(frozen=True)
class Drawing:
    """One drawing on 400 × 500, standing on y = 420."""

    name: str
    body: str
    grounds: tuple[str, ...]
    scale: float
    hangs: bool
    fills_the_picture: bool


@cache
def drawing(name: str) -> Drawing:
    """The drawing of this name; raises FileNotFoundError for one that does not exist."""
    head, body = _FILE.match((FOLDER / f"{name}.svg").read_text()).groups()
    facts = dict(_ATTRIBUTE.findall(head))
    return Drawing(
        name=name,
        body=body.strip(),
        grounds=tuple(facts["grounds"].split()),
        scale=float(facts.get("scale", 1)),
        hangs="hang" in facts,
        fills_the_picture="full" in facts,
    )


@cache
def names() -> frozenset[str]:
    """Names of all drawings."""
    return frozenset(path.stem for path in FOLDER.glob("*.svg"))
