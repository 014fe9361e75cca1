"""Buying: adding to the basket, and the whole way from the basket to the page of the order."""

import statistics
from collections.abc import Callable, Sequence
from contextlib import ExitStack

import psutil

from tests.bench.load import CONNECTIONS, Asked, Sample, in_turn, rates, reading, require_wrk
from tests.bench.pages import JUDGED_SIZE
from tests.bench.results import Findings, Verdict, ratio
from tests.bench.sites import Site, SiteFailed, await_idle, used_by
from tests.bench.visitors import Purchases, add_each_once, buy, buy_at_once
from tests.bench.workshop import POSTGRESQL, Workshop

OURS, OSCAR = "ours", "django-oscar"
#: What the visitors call them.
SHOP = {OURS: "ours", OSCAR: "oscar"}
BASKET_LIMIT, CHECKOUT_LIMIT = 1.5, 1.0
CROWD, ROUNDS_OF_CROWD = 500, 3


def measure_basket(workshop: Workshop, database: str, size: int, *, rounds: int, seconds: float) -> Findings:
    """New visitors put a product into their basket: one POST each, the page that follows is not asked for."""
    require_wrk()
    ours, oscar = basket_paths(workshop, database, size)
    with workshop.ours(database, size) as shop, workshop.oscar(database, size) as peer:
        asked = {OURS: Asked(shop, ours, form="quantity=1"), OSCAR: Asked(peer, oscar, form="quantity=1")}
        samples = in_turn(asked, rounds, seconds)
    limit = BASKET_LIMIT if size == JUDGED_SIZE else None
    return Findings(
        [ratio(f"add to basket: {OURS} / {OSCAR}", rates(samples[OURS]), rates(samples[OSCAR]), limit)],
        [reading(name, "add to basket", each) for name, each in samples.items()],
    )


def measure_checkout(
    workshop: Workshop, database: str, size: int, *, rounds: int, seconds: float
) -> Findings:
    """Guests buy one product; our worker runs as well and writes the mails that oscar sends at once."""
    ours, oscar = basket_paths(workshop, database, size)
    samples: dict[str, list[Sample]] = {OURS: [], OSCAR: []}
    with ExitStack() as running:
        shop = running.enter_context(workshop.ours(database, size))
        peer = running.enter_context(workshop.oscar(database, size))
        worker = running.enter_context(workshop.our_worker(database, size))
        add_each_once(shop.port, ours)
        add_each_once(peer.port, oscar)
        for round_number in range(rounds + 1):
            for name, site, paths in ((OURS, shop, ours), (OSCAR, peer, oscar)):
                sample = _buy(name, site, paths, seconds if round_number else 1)
                await_idle(worker)
                if round_number:
                    samples[name].append(sample)
        findings = Findings()
        if database == POSTGRESQL:
            findings = _crowd(workshop, size, ((OURS, shop, ours), (OSCAR, peer, oscar)), worker)
    limit = CHECKOUT_LIMIT if size == JUDGED_SIZE else None
    findings.add(
        Findings(
            [ratio(f"checkout, whole: {OURS} / {OSCAR}", rates(samples[OURS]), rates(samples[OSCAR]), limit)],
            [reading(name, "checkout, whole", each) for name, each in samples.items()],
        )
    )
    return findings


def _crowd(
    workshop: Workshop, size: int, sites: Sequence[tuple[str, Site, list[str]]], worker: psutil.Process
) -> Findings:
    """Guests who come all at once, in each shop in turn: each has an order afterwards, and nobody two."""
    what = f"checkout, {CROWD} at once"
    samples: dict[str, list[Sample]] = {name: [] for name, _site, _paths in sites}
    before = workshop.orders(size)
    for _round in range(ROUNDS_OF_CROWD):
        for name, site, paths in sites:
            samples[name].append(_sample(site, lambda: buy_at_once(SHOP[name], site.port, paths, CROWD)))  # noqa: B023
            await_idle(worker)
    placed = workshop.orders(size) - before
    limit = CHECKOUT_LIMIT if size == JUDGED_SIZE else None
    return Findings(
        [
            ratio(f"{what}: {OURS} / {OSCAR}", rates(samples[OURS]), rates(samples[OSCAR]), limit),
            Verdict(f"{what}: orders too many or lost", abs(placed - CROWD * ROUNDS_OF_CROWD), 1, "less"),
        ],
        [reading(name, what, each) for name, each in samples.items()],
    )


def basket_paths(workshop: Workshop, database: str, size: int) -> tuple[list[str], list[str]]:
    """Where the same products are put into the basket, in ours and in oscar."""
    goods = workshop.pages(database, size)["basket"]
    if not goods["paths"]:
        raise SiteFailed("Nothing in this list can be bought: it names no prices.")
    keys = workshop.peer_paths(database, size)["keys"]
    return goods["paths"], [f"/basket/add/{keys[row]}/" for row in goods["rows"]]


def _buy(name: str, site: Site, paths: list[str], seconds: float) -> Sample:
    return _sample(site, lambda: buy(SHOP[name], site.port, paths, CONNECTIONS, seconds))


def _sample(site: Site, purchase: Callable[[], Purchases]) -> Sample:
    used = used_by(site.process)
    bought = purchase()
    site.settle()
    used = used_by(site.process) - used
    percentiles = statistics.quantiles(bought.milliseconds, n=100)
    return Sample(bought.rate, percentiles[49], percentiles[98], used * 1000 / len(bought.milliseconds))
