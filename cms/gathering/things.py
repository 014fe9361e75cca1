"""What blocks show beside goods. Each kind: first what is wanted, then one `fetch`, then it is given out."""

import datetime
from collections.abc import Iterable, Mapping
from functools import cache, partial

from django.db.models import Q, QuerySet, prefetch_related_objects
from django.utils.safestring import SafeString, mark_safe
from wagtail.rich_text import expand_db_html

from cms.models.files import File
from cms.models.news import Article
from cms.models.pictures import Picture
from marketplace.core import clock
from marketplace.core.prepared import Prepared
from marketplace.events.models import Event, Livestream
from producers.models import Story
from storefront.cards import Picture as ProductPicture
from storefront.points_map import Crowd, crowds
from storefront.story_cards import dress, listed_stories

#: So many of the newest or next things no block shows more of.
MOST = 12
#: Stands between texts that are expanded together; no text has it.
_BETWEEN = "\x1e"


class Texts:
    """Rich texts, expanded together, so that their links to pages and files are looked up once."""

    def __init__(self):
        self._sources: dict[str, SafeString] = {}

    def want(self, source: str) -> None:
        self._sources[source] = SafeString("")

    def fetch(self) -> None:
        if self._sources:
            made = expand_db_html(_BETWEEN.join(self._sources)).split(_BETWEEN)
            # What editors write is cut down to the allowed elements when they save it.
            self._sources = {
                source: mark_safe(html)  # noqa: S308
                for source, html in zip(self._sources, made, strict=True)
            }

    def html(self, source: str) -> SafeString:
        return self._sources[source]


class Pictures:
    """Pictures by the value of Wagtail's image block, with the words that this block has for them."""

    def __init__(self):
        self._wanted: set[int] = set()
        self._found: dict[int, Picture] = {}

    def want(self, value: dict | None) -> None:
        if pk := _image(value):
            self._wanted.add(pk)

    def fetch(self) -> None:
        if self._wanted:
            self._found = Picture.objects.in_bulk(self._wanted)

    def get(self, value: dict | None) -> tuple[Picture, str | None] | None:
        """The picture and its alternative text, None for the picture's own; None if it is gone."""
        picture = self._found.get(_image(value))
        if picture is None:
            return None
        return picture, "" if value.get("decorative") else value.get("alt_text") or None


def _image(value: dict | None) -> int | None:
    return (value or {}).get("image")


class Files:
    """Files to download, by id."""

    def __init__(self):
        self._wanted: set[int] = set()
        self._found: dict[int, File] = {}

    def want(self, pk: int | None) -> None:
        if pk:
            self._wanted.add(pk)

    def fetch(self) -> None:
        if self._wanted:
            self._found = File.objects.in_bulk(self._wanted)

    def get(self, pk: int | None) -> File | None:
        return self._found.get(pk)


class Stories:
    """Stories that were chosen, and the newest, in one query; products lend them pictures."""

    def __init__(self):
        self._chosen: set[int] = set()
        self._newest = 0
        self._found: dict[int, Story] = {}

    def want(self, pks: Iterable[int]) -> None:
        self._chosen.update(pks)

    def want_newest(self, number: int) -> None:
        self._newest = max(self._newest, number)

    def fetch(self) -> None:
        if not self._chosen and not self._newest:
            return
        asked = _NEWEST_STORIES if self._newest else _STORIES
        stories = asked.objects(chosen=list(self._chosen), today=clock.today())
        self._found = {each.pk: each for each in stories}

    def uncovered(self) -> list[int]:
        """The products that lend a picture to a story without one of its own."""
        return [each.product_id for each in self._found.values() if each.product_id and not each.pictures]

    def cover(self, lent: Mapping[int, ProductPicture]) -> None:
        """Give each story its picture; ``lent`` are those of products by id."""
        dress(self._found.values(), lent)

    def get(self, pks: Iterable[int]) -> list[Story]:
        return [self._found[pk] for pk in pks if pk in self._found]

    def newest(self, number: int) -> list[Story]:
        return list(self._found.values())[:number]


def _stories(chosen: list[int], today: datetime.date, newest: int = 0) -> QuerySet[Story]:
    stories = listed_stories(today)
    wanted = Q(pk__in=chosen)
    if newest:
        wanted |= Q(pk__in=stories.order_by("-published_at", "-pk").values("pk")[:newest])
    named = stories.filter(wanted).select_related("product__region__parent", "seller__region__parent")
    return named.order_by("-published_at", "-pk")


_STORIES = Prepared(_stories, chosen=[int], today=datetime.date)
_NEWEST_STORIES = Prepared(partial(_stories, newest=MOST), chosen=[int], today=datetime.date)


class Events:
    """Events that were chosen, those to come and the last ones, in one query; one more for programmes."""

    def __init__(self):
        self._chosen: set[int] = set()
        self._coming = 0
        self._wants_past = False
        self._wants_programme = False
        self._found: dict[int, Event] = {}

    def want(self, pks: Iterable[int], *, with_programme: bool = False) -> None:
        self._chosen.update(pks)
        self._wants_programme |= with_programme

    def want_coming(self, number: int, *, else_past: bool = False) -> None:
        self._coming = max(self._coming, min(number, MOST))
        self._wants_past |= else_past

    def fetch(self) -> None:
        events = []
        if self._coming:
            around = _events_around(self._coming, self._wants_past)
            events = around.objects(chosen=list(self._chosen), day=clock.today())
        elif self._chosen:
            events = _EVENTS.objects(chosen=list(self._chosen))
        if self._wants_programme:
            prefetch_related_objects(events, "programme")
        self._found = {each.pk: each for each in events}

    def get(self, pks: Iterable[int]) -> list[Event]:
        return [self._found[pk] for pk in pks if pk in self._found]

    def coming(self, number: int) -> list[Event]:
        """Those that are not over, the soonest first."""
        return [each for each in self._held() if not each.is_over][:number]

    def this_month(self, number: int) -> list[Event]:
        """Those of the coming ones that have begun, or begin before the month ends."""
        next_month = (clock.today().replace(day=28) + datetime.timedelta(days=4)).replace(day=1)
        return [each for each in self.coming(number) if each.starts_on and each.starts_on < next_month]

    def latest(self, number: int) -> list[Event]:
        """Those to come, and as many of the last ones as there is room for."""
        coming = self.coming(number)
        past = [each for each in reversed(self._held()) if each.is_over]
        return [*coming, *past[: number - len(coming)]]

    def _held(self) -> list[Event]:
        return [each for each in self._found.values() if each.state == Event.State.PUBLISHED]


def _events(
    chosen: list[int], day: datetime.date | None = None, number: int = 0, with_past: bool = False
) -> QuerySet[Event]:
    """Those chosen and, with a day, so many that come after it and, if wanted, of the last before it."""
    wanted = Q(pk__in=chosen) & ~Q(state=Event.State.DRAFT)
    if day is not None:
        held = Event.objects.held()
        for found in (held.coming(day), held.past(day)) if with_past else (held.coming(day),):
            wanted |= Q(pk__in=found.values("pk")[:number])
    return Event.objects.filter(wanted).for_cards().order_by("starts_on", "last_day", "pk")


_EVENTS = Prepared(_events, chosen=[int])


@cache
def _events_around(number: int, with_past: bool) -> Prepared:
    build = partial(_events, number=number, with_past=with_past)
    return Prepared(build, chosen=[int], day=datetime.date)


class Livestreams:
    """What is being shown live."""

    def __init__(self):
        self._number = 0
        self._found: list[Livestream] = []

    def want(self, number: int) -> None:
        self._number = max(self._number, number)

    def fetch(self) -> None:
        if self._number:
            self._found = _LIVESTREAMS.objects()

    def now(self, number: int) -> list[Livestream]:
        return self._found[:number]


_LIVESTREAMS = Prepared(lambda: Livestream.objects.public().live_now().for_cards()[:MOST])


class Articles:
    """The newest articles in one language."""

    def __init__(self, language: str):
        self._language = language
        self._number = 0
        self._found: list[Article] = []

    def want_newest(self, number: int) -> None:
        self._number = max(self._number, min(number, MOST))

    def fetch(self) -> None:
        if self._number:
            self._found = _newest_articles(self._number).objects(language=self._language)

    def newest(self, number: int) -> list[Article]:
        return self._found[:number]


@cache
def _newest_articles(number: int) -> Prepared:
    return Prepared(lambda language: Article.objects.published(language).for_lists()[:number], language=str)


class Points:
    """How many points of sale there are in each province, and where blocks ask for one, in its communes."""

    def __init__(self):
        self._wants_country = False
        self._wants_communes = False
        self._provinces: list[Crowd] = []
        self._communes: list[Crowd] = []

    def want(self, province: str | None) -> None:
        """Those of a province by its key; of all provinces for None."""
        self._wants_country |= not province
        self._wants_communes |= bool(province)

    def fetch(self) -> None:
        if self._wants_country:
            self._provinces = [Crowd(*row) for row in _BY_PROVINCE.rows(day=clock.today())]
        if self._wants_communes:
            self._communes = [Crowd(*row) for row in _BY_COMMUNE.rows(day=clock.today())]

    def crowds(self, province: str | None) -> list[Crowd]:
        """Those with the most points first."""
        return [each for each in self._communes if each.province == province] if province else self._provinces


_BY_PROVINCE = Prepared(partial(crowds, by_commune=False), day=datetime.date)
_BY_COMMUNE = Prepared(partial(crowds, by_commune=True), day=datetime.date)
