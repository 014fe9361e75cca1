"""What blocks show beside goods. Each kind: first what is wanted, then one `fetch`, then it is given out."""

import datetime
from collections.abc import Iterable, Mapping

from django.db.models import Q, QuerySet
from django.utils.safestring import SafeString, mark_safe
from wagtail.rich_text import expand_db_html

from cms.models.files import File
from cms.models.news import Article
from cms.models.pictures import Picture
from marketplace.core import clock
from marketplace.events.models import Event, Livestream
from producers.models import Story
from storefront.cards import Picture as ProductPicture
from storefront.story_cards import dress, listed_stories

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
        newest = listed_stories().order_by("-published_at", "-pk").values("pk")[: self._newest]
        stories = listed_stories().filter(Q(pk__in=self._chosen) | Q(pk__in=newest))
        named = stories.select_related("product__region__parent", "seller__region__parent")
        self._found = {each.pk: each for each in named.order_by("-published_at", "-pk")}

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


class Events:
    """Events that were chosen, those to come and the last ones, in one query; one more for programmes."""

    def __init__(self):
        self._chosen: set[int] = set()
        self._coming = 0
        self._wants_programme = False
        self._found: dict[int, Event] = {}

    def want(self, pks: Iterable[int], *, with_programme: bool = False) -> None:
        self._chosen.update(pks)
        self._wants_programme |= with_programme

    def want_coming(self, number: int) -> None:
        self._coming = max(self._coming, number)

    def fetch(self) -> None:
        if not self._chosen and not self._coming:
            return
        held = Event.objects.held()
        wanted = Q(pk__in=self._chosen) & ~Q(state=Event.State.DRAFT)
        for found in (held.coming(), held.past()):
            wanted |= Q(pk__in=found.values("pk")[: self._coming])
        rows: QuerySet[Event] = Event.objects.filter(wanted).for_cards()
        if self._wants_programme:
            rows = rows.prefetch_related("programme")
        self._found = {each.pk: each for each in rows.order_by("starts_on", "last_day", "pk")}

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


class Livestreams:
    """What is being shown live."""

    def __init__(self):
        self._number = 0
        self._found: list[Livestream] = []

    def want(self, number: int) -> None:
        self._number = max(self._number, number)

    def fetch(self) -> None:
        if self._number:
            self._found = list(Livestream.objects.public().live_now().for_cards()[: self._number])

    def now(self, number: int) -> list[Livestream]:
        return self._found[:number]


class Articles:
    """The newest articles in one language."""

    def __init__(self, language: str):
        self._language = language
        self._number = 0
        self._found: list[Article] = []

    def want_newest(self, number: int) -> None:
        self._number = max(self._number, number)

    def fetch(self) -> None:
        if self._number:
            self._found = list(Article.objects.published(self._language).for_lists()[: self._number])

    def newest(self, number: int) -> list[Article]:
        return self._found[:number]
