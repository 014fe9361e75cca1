"""Load on running sites: wrk asks each in turn for a short time, so that noise disturbs them alike."""

import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path

from tests.bench.results import Reading
from tests.bench.sites import Site, used_by

CONNECTIONS = 8
FIRST_ANSWERS = 12
ENOUGH = 24
LONGEST = 8  # seconds
ANSWER_WITHIN = 60  # seconds; a slow site shall be slow, not wrong
SCRIPT = Path(__file__).with_name("load.lua")
HOW_TO_GET = "wrk is missing; to get it: apt-get install wrk, or brew install wrk"


class LoadFailed(Exception):
    """A site did not answer as it should; nothing that was measured with it counts."""


@dataclass(frozen=True)
class Sample:
    """One short run: requests a second, the time of an answer and what computing one takes in milliseconds.

    ``computing`` is that of the site's own processes, so it is much the same on a busy machine; the database
    server's is not in it.
    """

    rate: float
    p50: float
    p99: float
    computing: float


@dataclass(frozen=True)
class Asked:
    """What a site is asked: its paths in turn, as GET or, with a `form`, as POST of a new visitor."""

    site: Site
    paths: Sequence[str]
    form: str = ""


def require_wrk() -> str:
    """The program; raises LoadFailed with how to get it, before anything is prepared in vain."""
    program = shutil.which("wrk")
    if program is None:
        raise LoadFailed(HOW_TO_GET)
    return program


def in_turn(asked: Mapping[str, Asked], rounds: int, seconds: float) -> dict[str, list[Sample]]:
    """One sample of each site in each round, after first answers that do not count.

    A sample takes some seconds, and longer on a site that would answer too little in them.
    """
    print(
        f"  {', '.join(f'{name} {each.paths[0]}' for name, each in asked.items())}",
        file=sys.stderr,
        flush=True,
    )
    lasting = {name: max(seconds, _seconds_needed(each)) for name, each in asked.items()}
    samples: dict[str, list[Sample]] = {name: [] for name in asked}
    for _round in range(rounds):
        for name, each in asked.items():
            samples[name].append(_sample(each, lasting[name]))
    return samples


def _seconds_needed(asked: Asked) -> float:
    """For about `ENOUGH` answers; asks for the first pages, so that all processes of the site are warm."""
    if asked.form:
        _sample(asked, 1)
        return 0
    taken = []
    for path in islice(cycle(asked.paths), FIRST_ANSWERS):
        began = time.monotonic()
        asked.site.page(path)
        taken.append(time.monotonic() - began)
    one = statistics.median(taken)
    # All connections wait at first, and two workers answer them.
    return max(min(LONGEST, ENOUGH * one / 2), CONNECTIONS * one)


def reading(site: str, what: str, samples: Sequence[Sample]) -> Reading:
    return Reading(
        site,
        what,
        rate=statistics.median(each.rate for each in samples),
        p50=statistics.median(each.p50 for each in samples),
        p99=statistics.median(each.p99 for each in samples),
        computing=statistics.median(each.computing for each in samples),
    )


def rates(samples: Sequence[Sample]) -> list[float]:
    return [each.rate for each in samples]


def _sample(asked: Asked, seconds: float) -> Sample:
    """Ask for some seconds, then wait until the site has done what was cut off at the end."""
    with tempfile.NamedTemporaryFile("w", suffix=".paths") as paths:
        paths.write("\n".join(asked.paths))
        paths.flush()
        command = [require_wrk(), "--threads", "1", "--connections", str(CONNECTIONS)]
        command += ["--duration", f"{max(1, round(seconds))}s", "--timeout", f"{ANSWER_WITHIN}s", "--latency"]
        command += ["--script", str(SCRIPT), asked.site.url, "--", paths.name]
        command += [asked.form] if asked.form else []
        used = used_by(asked.site.process)
        run = subprocess.run(command, capture_output=True, text=True)
    if run.returncode:
        raise LoadFailed(f"wrk: {run.stderr or run.stdout}")
    seen = json.loads(run.stdout.splitlines()[-1])
    asked.site.settle()
    used = used_by(asked.site.process) - used
    if seen["refused"] or seen["broken"] or not seen["requests"]:
        raise LoadFailed(
            f"{asked.site.name} answered {seen['requests']} requests for {asked.paths[0]}, of which "
            f"{seen['refused']} with an error, and broke off {seen['broken']}:\n{asked.site.complaints()}"
        )
    return Sample(
        rate=seen["requests"] / (seen["microseconds"] / 1e6),
        p50=seen["p50"] / 1000,
        p99=seen["p99"] / 1000,
        computing=used * 1000 / seen["requests"],
    )
