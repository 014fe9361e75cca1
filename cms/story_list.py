"""The list of stories: narrowed by group and place, with the numbers behind each choice."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from django.core.paginator import Page, Paginator
from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import Coalesce, Substr

from catalog.models import Category
from marketplace.core.text import nfc
from marketplace.regions.models import Region
from producers.models import Story
from search.names import called, patterns
from search.scope import Tree
from storefront.groups import short_name
from storefront.story_cards import listed_stories, story_cards

STORIES = 24
LONGEST = 100


@dataclass(frozen=True)
class Choice:
    """One value of a condition, and how many of all stories have it."""

    key: str
    label: str
    count: int
    is_chosen: bool


class StoryList:
    """What one address of the list shows; conditions that cannot be read are left out.

    The number of queries is the same whatever there is to show.
    """

    def __init__(self, asked: Mapping[str, str]):
        self.tree = Tree.load()
        self.text = nfc(asked.get("q", "").replace("\x00", " "))[:LONGEST]
        group = asked.get("group", "")
        self.group = next((each for each in self.tree.groups if each.code == group), None)
        self.region = Region.objects.labelled().filter(key=asked.get("region", "")[:LONGEST]).first()
        self._page = asked.get("page")

    @property
    def is_narrowed(self) -> bool:
        return bool(self.text or self.group or self.region)

    @cached_property
    def page(self) -> Page:
        rows = self._narrowed().order_by("-published_at", "-pk").values_list("pk", flat=True)
        return Paginator(rows, STORIES).get_page(self._page)

    @cached_property
    def stories(self) -> list[Story]:
        return story_cards(list(self.page.object_list))

    @cached_property
    def groups(self) -> list[Choice]:
        start = Substr("product__categories__path", 1, Category.steplen)
        counted = _counts(listed_stories().annotate(start=start), "start")
        return [
            Choice(group.code, short_name(group), counted[group.path], group == self.group)
            for group in self.tree.groups
            if group.path in counted
        ]

    @cached_property
    def provinces(self) -> list[Choice]:
        counted = _counts(_placed(listed_stories()), "province")
        regions = Region.objects.filter(pk__in=counted).order_by("short_name", "pk")
        return [
            Choice(region.key, region.short_name, counted[region.pk], region == self.region)
            for region in regions
        ]

    def _narrowed(self) -> QuerySet[Story]:
        found = listed_stories()
        if wanted := patterns(self.text):
            found = called(found, "folded", wanted.values())
        if self.group is not None:
            found = found.filter(product__categories__path__startswith=self.group.path).distinct()
        if self.region is not None:
            place = Q(province=self.region.pk) | Q(place=self.region.pk)
            found = _placed(found).filter(place)
        return found


def _placed(stories: QuerySet[Story]) -> QuerySet[Story]:
    """With the unit and the province of today, from the product or else the stall."""
    return stories.annotate(
        place=Coalesce(F("product__region"), F("seller__region")),
        province=Coalesce(
            F("product__region__parent"),
            F("product__region"),
            F("seller__region__parent"),
            F("seller__region"),
        ),
    )


def _counts(stories: QuerySet[Story], name: str) -> dict:
    rows = stories.exclude(**{name: None}).order_by().values_list(name)
    return dict(rows.annotate(number=Count("pk", distinct=True)))
