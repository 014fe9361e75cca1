"""What a part of the benchmark has found, and where the newest findings of every part are kept."""

import json
import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Verdict:
    """A figure with its limit: `better` says whether `more` or `less` of it is wanted.

    Without a limit it is only told. `lowest` and `highest` are those of the rounds that `value` is the median
    of; where they are empty, it was measured once.
    """

    name: str
    value: float
    limit: float | None = None
    better: str = "more"
    unit: str = ""
    lowest: float | None = None
    highest: float | None = None

    @property
    def is_met(self) -> bool:
        if self.limit is None:
            return True
        return self.value >= self.limit if self.better == "more" else self.value < self.limit


@dataclass(frozen=True)
class Reading:
    """What one site did with one kind of request: requests a second and milliseconds, medians of rounds.

    ``computing`` is what one request takes of the site's own processes, where that was measured.
    """

    site: str
    what: str
    rate: float
    p50: float
    p99: float
    computing: float | None = None


@dataclass
class Findings:
    """All that a part found."""

    verdicts: list[Verdict] = field(default_factory=list)
    readings: list[Reading] = field(default_factory=list)

    def add(self, other: "Findings") -> None:
        self.verdicts += other.verdicts
        self.readings += other.readings


@dataclass(frozen=True)
class Run:
    """One part on one database at one size, and when and with which versions it ran."""

    part: str
    database: str
    size: int
    findings: Findings
    date: str
    versions: dict[str, str]
    cores: int

    @property
    def key(self) -> str:
        return f"{self.part} {self.database} {self.size}"

    @property
    def missed(self) -> list[Verdict]:
        return [verdict for verdict in self.findings.verdicts if not verdict.is_met]


def ratio(
    name: str,
    ours: Sequence[float],
    theirs: Sequence[float],
    limit: float | None = None,
    better: str = "more",
) -> Verdict:
    """How many times theirs ours is: the median of the rounds, each of which measured both in turn."""
    each = [one / other for one, other in zip(ours, theirs, strict=True)]
    return Verdict(
        name,
        statistics.median(each),
        limit,
        better,
        unit="times",
        lowest=min(each),
        highest=max(each),
    )


def load(file: Path) -> dict[str, Run]:
    """The newest run of each part, by its key; none where nothing was measured yet."""
    if not file.exists():
        return {}
    runs = [_run(row) for row in json.loads(file.read_text())]
    return {run.key: run for run in runs}


def keep(file: Path, run: Run) -> dict[str, Run]:
    """Put a run in the place of the one before it; returns the newest run of each part."""
    runs = load(file)
    # The newest last, so that what was measured together stays together.
    runs.pop(run.key, None)
    runs[run.key] = run
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps([asdict(each) for each in runs.values()], indent=1, ensure_ascii=False))
    return runs


def _run(row: dict) -> Run:
    findings = Findings(
        [Verdict(**verdict) for verdict in row["findings"]["verdicts"]],
        [Reading(**reading) for reading in row["findings"]["readings"]],
    )
    return Run(**{**row, "findings": findings})
