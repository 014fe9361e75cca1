"""The CMS: an article, the list of news and the home page beside plain Wagtail with the same blocks."""

import html
from contextlib import ExitStack

from tests.bench.load import Asked, in_turn, rates, reading, require_wrk
from tests.bench.results import Findings, ratio
from tests.bench.sites import Site, SiteFailed
from tests.bench.workshop import Workshop

OURS, COLD, WAGTAIL = "ours", "ours without cache", "plain Wagtail"
WARM_LIMIT, COLD_LIMIT = 10, 1.0
KINDS = ("article", "index", "home")


def measure(workshop: Workshop, database: str, size: int, *, rounds: int, seconds: float) -> Findings:
    """Requests a second of each kind of page, beside those of the peer, which keeps no pages either."""
    require_wrk()
    content = workshop.content(database, size)
    paths = content["paths"]
    findings = Findings()
    with ExitStack() as running:
        warm = running.enter_context(workshop.ours(database, size, name=OURS, content=True))
        cold = running.enter_context(workshop.ours(database, size, name=COLD, content=True, page_cache=False))
        wagtail = running.enter_context(workshop.wagtail(database, size))
        for site in (warm, cold, wagtail):
            check(site, content)
        for kind in KINDS:
            sites = {OURS: warm, COLD: cold, WAGTAIL: wagtail}
            samples = in_turn(
                {name: Asked(site, paths[kind]) for name, site in sites.items()}, rounds, seconds
            )
            theirs = rates(samples[WAGTAIL])
            findings.verdicts += [
                ratio(f"{kind}, warm: {OURS} / {WAGTAIL}", rates(samples[OURS]), theirs, WARM_LIMIT),
                ratio(f"{kind}, cold: {COLD} / {WAGTAIL}", rates(samples[COLD]), theirs, COLD_LIMIT),
            ]
            findings.readings += [reading(name, kind, each) for name, each in samples.items()]
    return findings


def check(site: Site, content: dict) -> None:
    """Raise SiteFailed unless a site shows what it is measured for."""
    for path, title in zip(content["paths"]["article"], content["titles"], strict=True):
        body = html.unescape(site.page(path).body.decode())
        if title not in body or "Xem các gian hàng" not in body:
            raise SiteFailed(f"{site.name} does not show “{title}” on {path}")
    if len(_shown(site, content["paths"]["index"][0], "/tin-tuc/bai-")) < min(20, content["articles"]):
        raise SiteFailed(f"{site.name} lists too few articles")
    if len(_shown(site, "/", "/tin-tuc/bai-")) < min(6, content["articles"]):
        raise SiteFailed(f"{site.name} shows too little news on its home page")


def _shown(site: Site, path: str, link: str) -> set[str]:
    """The different links on a page that begin like this."""
    parts = site.page(path).body.decode().split(f'href="{link}')[1:]
    return {part.partition('"')[0] for part in parts}
