"""The demo's events: real ones with their sources, and one that is plainly illustrative."""

import csv
import datetime
from pathlib import Path

from marketplace.core import clock
from marketplace.core.text import slugify
from marketplace.events.models import Event, ProgrammeItem
from marketplace.regions.domain.resolve import Resolver
from marketplace.regions.models import Region

EVENTS = Path(__file__).parent / "data" / "events.csv"

ILLUSTRATIVE = "Phiên chợ minh hoạ: đăng ký gian hàng"
ILLUSTRATIVE_EN = "Illustrative fair: registering a booth"
IN_DAYS, LASTS, OPEN_FOR = 30, 2, 20


def load_events(*, with_illustrative: bool) -> int:
    """Make the events that are missing and leave the others as they are; returns how many are new.

    ``with_illustrative`` adds one that is made up, for which producers can register today.
    """
    existing = set(Event.objects.values_list("slug", flat=True))
    rows = [row for row in _rows() if _slug(row) not in existing]
    resolver = Resolver() if rows else None
    for row in rows:
        _event(row, resolver).save()
    return len(rows) + (with_illustrative and _load_illustrative(existing))


def _rows() -> list[dict]:
    with EVENTS.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _slug(row: dict) -> str:
    return slugify(row["title"])[:110].strip("-")


def _event(row: dict, resolver: Resolver) -> Event:
    precision, starts_on = _known(row["starts_on"])
    place = resolver.resolve(row["commune"], row["district"], row["province"], starts_on)
    taken_over = (
        "title",
        "title_en",
        "kind",
        "venue",
        "organiser",
        "intro",
        "intro_en",
        "source_url",
    )
    return Event(
        **{name: row[name] for name in taken_over},
        slug=_slug(row),
        state=Event.State.PUBLISHED,
        precision=precision,
        starts_on=starts_on,
        ends_on=datetime.date.fromisoformat(row["ends_on"]) if row["ends_on"] else None,
        booths=int(row["booths"]) if row["booths"] else None,
        region=place.current,
        recorded_region=place.region,
    )


def _known(text: str) -> tuple[str, datetime.date | None]:
    """How exact a source's date is, and its first day: ``2022``, ``2022-06`` or ``2022-06-17``."""
    if not text:
        return Event.Precision.UNKNOWN, None
    precision = {4: Event.Precision.YEAR, 7: Event.Precision.MONTH, 10: Event.Precision.DAY}[len(text)]
    return precision, datetime.date.fromisoformat(f"{text}-01-01"[:10])


def _load_illustrative(existing: set[str]) -> int:
    slug = slugify(ILLUSTRATIVE)
    if slug in existing:
        return 0
    today = clock.today()
    starts_on = today + datetime.timedelta(days=IN_DAYS)
    event = Event(
        is_fictional=True,
        state=Event.State.PUBLISHED,
        kind=Event.Kind.FAIR,
        title=ILLUSTRATIVE,
        title_en=ILLUSTRATIVE_EN,
        slug=slug,
        intro="Phiên chợ này là hư cấu, chỉ để bạn thử đăng ký gian hàng và danh sách chờ.",
        intro_en="This fair is made up, only so that you can try registering a booth and the waiting list.",
        starts_on=starts_on,
        ends_on=starts_on + datetime.timedelta(days=LASTS),
        opens_at=datetime.time(8),
        closes_at=datetime.time(21),
        venue="Địa điểm minh hoạ",
        region=Region.objects.current().provinces().filter(code="01").first(),
        organiser="Ban tổ chức minh hoạ",
        booths=6,
        minimum_stars=3,
        registration_opens_on=today,
        registration_closes_on=today + datetime.timedelta(days=OPEN_FOR),
    )
    event.programme = [
        ProgrammeItem(on=starts_on, starts_at=datetime.time(9), title="Khai mạc", title_en="Opening"),
        ProgrammeItem(
            on=starts_on,
            starts_at=datetime.time(14),
            ends_at=datetime.time(16),
            title="Kết nối giao thương",
            title_en="Trade connection",
        ),
        ProgrammeItem(on=event.ends_on, starts_at=datetime.time(20), title="Bế mạc", title_en="Closing"),
    ]
    event.save()
    return 1
