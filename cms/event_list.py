"""The list of events: what was chosen in its filter, what there is to choose, the rows by month."""

import datetime
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import groupby
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.db.models import Count, QuerySet
from django.db.models.functions import Coalesce, ExtractYear
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from marketplace.core import clock
from marketplace.core.text import nfc
from marketplace.events import dates
from marketplace.events.models import Event, Livestream
from search.names import called, patterns

EVENTS = 30
LATEST = 12
MOST_TEXT = 100
YEAR = re.compile("(?:19|20)[0-9]{2}")
WITHOUT_DATE = "none"

#: The place by which an event is found: as it was recorded, which is the most exact that is known.
PLACE_KEY = Coalesce("recorded_region__key", "region__key")
PLACE_NAME = Coalesce("recorded_region__name", "region__name")


@dataclass(frozen=True)
class Choice:
    """What a reader narrows the list to; what is not there counts as not chosen."""

    text: str = ""
    kind: str = ""
    place: str = ""
    year: str = ""
    page: str = ""

    @classmethod
    def of(cls, parameters: Mapping[str, str]) -> "Choice":
        year = parameters.get("year", "")
        is_year = year == WITHOUT_DATE or bool(YEAR.fullmatch(year))
        kind = parameters.get("kind", "")
        return cls(
            text=nfc(parameters.get("q", "").replace("\x00", " "))[:MOST_TEXT],
            kind=kind if kind in Event.Kind.values else "",
            place=parameters.get("place", "").replace("\x00", "")[:32],
            year=year if is_year else "",
            page=parameters.get("page", ""),
        )

    @property
    def is_narrowed(self) -> bool:
        return bool(self.text or self.kind or self.place)

    def narrow(self, events: QuerySet) -> QuerySet:
        """The events with the words, of the chosen kind and place, whatever their year."""
        if wanted := patterns(self.text):
            events = called(events, "folded", wanted.values())
        if self.kind:
            events = events.filter(kind=self.kind)
        if self.place:
            events = events.annotate(place_key=PLACE_KEY).filter(place_key=self.place)
        return events

    def of_year(self, events: QuerySet) -> QuerySet:
        if self.year == WITHOUT_DATE:
            return events.filter(starts_on=None)
        return events.filter(starts_on__year=int(self.year))

    def url(self, **changes: str) -> str:
        """The address of the list with this choice, changed."""
        chosen = {"q": self.text, "kind": self.kind, "place": self.place, "year": self.year, **changes}
        query = urlencode({name: value for name, value in chosen.items() if value})
        return reverse("events:index") + (f"?{query}" if query else "")


@dataclass(frozen=True)
class Option:
    """One thing that can be chosen, with how many events it leaves."""

    value: str
    label: str
    count: int
    url: str = ""


@dataclass(frozen=True)
class Month:
    """Rows of a list that begin in one month, or in a year or at a time of which no more is known."""

    label: str
    events: list[Event]


def context(request: HttpRequest) -> dict:
    """What the page of the list shows, by the same number of queries whatever there is."""
    choice = Choice.of(request.GET)
    public = choice.narrow(Event.objects.public()).for_cards()
    asked = choice.of_year(public).newest_first() if choice.year else public.coming()
    listed = Paginator(asked, EVENTS).get_page(choice.page)
    return {
        "choice": choice,
        **_offered(choice),
        "listed": listed,
        "months": by_month(listed),
        "latest": [] if choice.year else by_month(public.past()[:LATEST]),
        "live": list(Livestream.objects.public().live_now().for_cards()[:LATEST]),
        "newest_url": choice.url(year=""),
        "all_url": choice.url(q="", kind="", place=""),
        "today": clock.today(),
        "noindex": choice.is_narrowed,
        "canonical": _canonical(choice, listed),
        "crumbs": [{"title": _("Events")}],
    }


def by_month(events: Iterable[Event]) -> list[Month]:
    """Neighbouring rows that begin in the same month, under its name."""
    return [Month(label, list(rows)) for label, rows in groupby(events, _month_label)]


def _month_label(event: Event) -> str:
    if event.starts_on is None:
        return _("Date not known")
    if event.precision == Event.Precision.YEAR:
        return _("%(year)s, month not known") % {"year": event.starts_on.year}
    return dates.month_in_words(event.starts_on)


def _canonical(choice: Choice, page: Page) -> str:
    """The list's address without its filter, which shows nothing that the years do not."""
    year = {"year": choice.year} if choice.year else {}
    number = {"page": page.number} if page.number > 1 else {}
    query = urlencode(year | number)
    return reverse("events:index") + (f"?{query}" if query else "")


def _offered(choice: Choice) -> dict[str, list[Option]]:
    """Kinds, places and years with their numbers, out of one query; each leaves its own choice out."""
    counted = (
        replace(choice, kind="", place="")
        .narrow(Event.objects.public())
        .order_by()
        .annotate(year=ExtractYear("starts_on"), place_key=PLACE_KEY, place_name=PLACE_NAME)
        .values_list("kind", "place_key", "place_name", "year")
        .annotate(number=Count("pk"))
    )
    kinds: Counter[str] = Counter()
    places: Counter[tuple[str, str]] = Counter()
    years: Counter[str] = Counter()
    for kind, place, place_name, year, number in counted:
        year = str(year) if year else WITHOUT_DATE
        of_kind, of_place, of_year = (
            not chosen or chosen == own
            for chosen, own in ((choice.kind, kind), (choice.place, place), (choice.year, year))
        )
        if of_place and of_year:
            kinds[kind] += number
        if of_kind and of_year and place:
            places[place, place_name] += number
        if of_kind and of_place:
            years[year] += number
    return {
        "kinds": [Option(kind, str(Event.Kind(kind).label), number) for kind, number in kinds.most_common()],
        "places": [
            Option(key, name, number)
            for (key, name), number in sorted(places.items(), key=lambda each: each[0][1])
        ],
        "years": [
            Option(year, year if year != WITHOUT_DATE else _("No date"), number, choice.url(year=year))
            for year, number in sorted(years.items(), key=_latest_first)
        ],
    }


def _latest_first(year_and_number: tuple[str, int]) -> int:
    year, _number = year_and_number
    return 0 if year == WITHOUT_DATE else -int(year)


@dataclass(frozen=True)
class Entry:
    """An event on one day of a calendar; ``begins`` where its title is to be read."""

    event: Event
    begins: bool


@dataclass(frozen=True)
class Day:
    day: datetime.date
    is_in_month: bool
    entries: list[Entry]


def weeks_of(first: datetime.date, last: datetime.date, month: int, events: list[Event]) -> list[list[Day]]:
    """The weeks from a Monday to a Sunday; an event that lasts is named again on each Monday."""
    known = [event for event in events if event.precision == Event.Precision.DAY]
    days = [first + datetime.timedelta(days=number) for number in range((last - first).days + 1)]
    made = [
        Day(
            day,
            day.month == month,
            [
                Entry(event, day == event.starts_on or day.weekday() == 0)
                for event in known
                if event.starts_on <= day <= event.last_day
            ],
        )
        for day in days
    ]
    return [made[start : start + 7] for start in range(0, len(made), 7)]
