"""What growth costs: pages of ours without cache in a shop of 1,000 and in one of 100,000 products."""

from tests.bench.load import Asked, in_turn, rates, reading, require_wrk
from tests.bench.pages import our_paths
from tests.bench.results import Findings, ratio
from tests.bench.workshop import Workshop

SMALL = 1_000
LIMITS = {"product": 1.3, "stall": 1.3, "list": None, "category": None}


def measure(workshop: Workshop, database: str, size: int, *, rounds: int, seconds: float) -> Findings:
    """How many times the time of a page in a small shop a page takes in one of `size` products."""
    require_wrk()
    small, large = f"ours, {SMALL:,} products", f"ours, {size:,} products"
    findings = Findings()
    with (
        workshop.ours(database, SMALL, name=small, page_cache=False) as few,
        workshop.ours(database, size, name=large, page_cache=False) as many,
    ):
        of_few = our_paths(workshop.pages(database, SMALL))
        of_many = our_paths(workshop.pages(database, size))
        for kind, limit in LIMITS.items():
            asked = {small: Asked(few, of_few[kind]), large: Asked(many, of_many[kind])}
            samples = in_turn(asked, rounds, seconds)
            # Rates the other way round: the time of a page beside the time of a page.
            findings.verdicts.append(
                ratio(
                    f"{kind}, cold: time with {size:,} / with {SMALL:,} products",
                    rates(samples[small]),
                    rates(samples[large]),
                    limit,
                    better="less",
                )
            )
            findings.readings += [reading(name, kind, each) for name, each in samples.items()]
    return findings
