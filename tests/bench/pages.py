"""Pages: ours out of the cache beside Django's cache middleware, ours without any beside vanilla oscar."""

import html
import re
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from urllib.parse import urlencode

from tests.bench.load import Asked, in_turn, rates, reading, require_wrk
from tests.bench.results import Findings, ratio
from tests.bench.sites import Site, SiteFailed
from tests.bench.workshop import Workshop

WARM_LIMIT = 0.8
CARDS = 24

OURS, COLD, CACHED, BARE, OSCAR = (
    "ours",
    "ours without cache",
    "Django's cache middleware",
    "bare view",
    "django-oscar",
)


@dataclass(frozen=True)
class Kind:
    """A kind of page, and how many times vanilla oscar it has to be without cache, if oscar has it."""

    name: str
    cold_limit: float | None = None
    is_in_oscar: bool = True


KINDS = (
    Kind("list", cold_limit=50),
    Kind("category", cold_limit=50),
    Kind("search", cold_limit=50),
    Kind("filtered list", cold_limit=50),
    Kind("product", cold_limit=2),
    Kind("stall", is_in_oscar=False),
)

#: Narrows the list of ours. Vanilla oscar has nothing like it; beside it stands its search.
CONDITIONS = {"group": "food", "stars": 3, "price_min": 20_000}

JUDGED_SIZE = 20_000
LARGEST_OF_OSCAR = 20_000


def measure(workshop: Workshop, database: str, size: int, *, rounds: int, seconds: float) -> Findings:
    """Requests a second of each kind of page, warm and cold; limits count at 20,000 products."""
    require_wrk()
    has_peer = size <= LARGEST_OF_OSCAR
    paths = our_paths(workshop.pages(database, size))
    with ExitStack() as running:
        warm = running.enter_context(workshop.ours(database, size, name=OURS))
        cold = running.enter_context(workshop.ours(database, size, name=COLD, page_cache=False))
        bodies = {path: warm.page(path) for kind in KINDS for path in paths[kind.name]}
        cached = running.enter_context(workshop.plain(bodies, cached=True))
        bare = running.enter_context(workshop.plain(bodies, cached=False))
        check_ours(warm, workshop.pages(database, size))
        oscar, peer_paths = None, {}
        if has_peer:
            oscar = running.enter_context(workshop.oscar(database, size))
            peer_paths = oscar_paths(workshop, database, size)
            check_oscar(oscar, peer_paths, workshop.pages(database, size))
        findings = Findings()
        for kind in KINDS:
            sites = {OURS: warm, CACHED: cached, BARE: bare}
            asked = {name: Asked(site, paths[kind.name]) for name, site in sites.items()}
            findings.add(_warm(kind, asked, size, rounds, seconds))
            asked = {COLD: Asked(cold, paths[kind.name])}
            if oscar is not None and kind.is_in_oscar:
                asked[OSCAR] = Asked(oscar, peer_paths[kind.name])
            findings.add(_cold(kind, asked, size, rounds, seconds))
    return findings


def _warm(kind: Kind, asked: Mapping[str, Asked], size: int, rounds: int, seconds: float) -> Findings:
    samples = in_turn(asked, rounds, seconds)
    is_kept = kind.name not in ("search", "filtered list")
    limit = WARM_LIMIT if size == JUDGED_SIZE and is_kept else None
    return Findings(
        [
            ratio(
                f"{kind.name}, warm: {OURS} / {CACHED}", rates(samples[OURS]), rates(samples[CACHED]), limit
            ),
            ratio(f"{kind.name}, warm: {OURS} / {BARE}", rates(samples[OURS]), rates(samples[BARE])),
        ],
        [reading(name, kind.name, each) for name, each in samples.items()],
    )


def _cold(kind: Kind, asked: Mapping[str, Asked], size: int, rounds: int, seconds: float) -> Findings:
    samples = in_turn(asked, rounds, seconds)
    findings = Findings([], [reading(name, kind.name, each) for name, each in samples.items()])
    if OSCAR in samples:
        name = f"{kind.name}, cold: {COLD} / {OSCAR}"
        limit = kind.cold_limit if size == JUDGED_SIZE else None
        findings.verdicts.append(ratio(name, rates(samples[COLD]), rates(samples[OSCAR]), limit))
    return findings


# --- the pages
def our_paths(pages: dict) -> dict[str, list[str]]:
    """The paths of each kind of page of ours."""
    paths = {kind.name: pages[kind.name]["paths"] for kind in KINDS if kind.name in pages}
    query, conditions = urlencode({"q": pages["search"]["words"]}), urlencode(CONDITIONS)
    return {
        **paths,
        "search": [f"{path}?{query}" for path in paths["search"]],
        "filtered list": [f"{path}?{conditions}" for path in paths["list"]],
    }


def oscar_paths(workshop: Workshop, database: str, size: int) -> dict[str, list[str]]:
    """The paths of the same products, category and words in oscar."""
    pages, paths = workshop.pages(database, size), workshop.peer_paths(database, size)
    found = ["/search/?" + urlencode({"q": pages["search"]["words"]})]
    return {
        "list": ["/catalogue/"],
        "category": [paths["categories"]["\n".join(pages["category"]["names"])]],
        "search": found,
        "filtered list": found,
        "product": [paths["products"][row] for row in pages["product"]["rows"]],
    }


# --- what they show
def check_ours(site: Site, pages: dict) -> None:
    """Raise SiteFailed unless our pages show what they are measured for."""
    paths = our_paths(pages)
    _check_shows(site, paths, pages, r'<article class="card')


def check_oscar(site: Site, paths: Mapping[str, list[str]], pages: dict) -> None:
    """Raise SiteFailed unless the peer really lists products: without a search index its pages are empty."""
    _check_shows(site, paths, pages, r'<article class="product_pod')


def _check_shows(site: Site, paths: Mapping[str, list[str]], pages: dict, card: str) -> None:
    for kind in ("list", "category"):
        for path in paths[kind]:
            number = len(re.findall(card, site.page(path).body.decode()))
            if number != min(CARDS, pages[kind]["products"]):
                raise SiteFailed(f"{site.name} lists {number} products on {path}")
    for path in (*paths["search"], *paths["filtered list"]):
        if not re.search(card, site.page(path).body.decode()):
            raise SiteFailed(f"{site.name} finds nothing for {path}")
    for path, title in zip(paths["product"], pages["product"]["titles"], strict=True):
        if title not in html.unescape(site.page(path).body.decode()):
            raise SiteFailed(f"{site.name} does not name “{title}” on {path}")
