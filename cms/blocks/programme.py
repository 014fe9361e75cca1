"""Blocks of what the programme does: events, livestreams, stories, news."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from cms.blocks.base import Layout, ShownBlock, chosen
from cms.blocks.choosers import EventChooserBlock, RegionChooserBlock, StoryChooserBlock
from storefront.points_map import map_of_crowds

_HEADING = {"label": _("Heading"), "required": False, "max_length": 120}


class EventsBlock(ShownBlock):
    """Events that an editor chose, with their programme if wanted."""

    title = blocks.CharBlock(**_HEADING)
    events = blocks.ListBlock(EventChooserBlock(), label=_("Events"), min_num=1, max_num=12)
    with_programme = blocks.BooleanBlock(label=_("With the programme"), required=False)

    layout = Layout.TEXT

    def ask(self, value, gathering) -> None:
        with_programme = bool(value.get("with_programme"))
        gathering.events.want(chosen(value.get("events")), with_programme=with_programme)

    def context(self, value, gathering) -> dict | None:
        events = gathering.events.get(chosen(value.get("events")))
        programme = bool(value.get("with_programme"))
        return {"title": value.get("title"), "events": events, "programme": programme} if events else None

    class Meta:
        template = "cms/blocks/events.html"
        icon = "date"
        label = _("Events by hand")


class ComingEventsBlock(ShownBlock):
    """What is coming, as it stands in the calendar."""

    WHICH = [
        ("month", _("This month")),
        ("coming", _("All that come")),
        ("latest", _("Those to come, else the last ones")),
    ]

    title = blocks.CharBlock(**_HEADING)
    which = blocks.ChoiceBlock(label=_("Which"), choices=WHICH, default="month")
    number = blocks.IntegerBlock(label=_("How many"), min_value=1, max_value=12, default=4)

    layout = Layout.HALF

    def ask(self, value, gathering) -> None:
        else_past = value.get("which") == "latest"
        gathering.events.want_coming(value.get("number") or 4, else_past=else_past)

    def context(self, value, gathering) -> dict | None:
        number = value.get("number") or 4
        match value.get("which"):
            case "coming":
                events = gathering.events.coming(number)
            case "latest":
                events = gathering.events.latest(number)
            case _:
                events = gathering.events.this_month(number)
        return {"title": value.get("title"), "events": events, "has_more": True} if events else None

    class Meta:
        template = "cms/blocks/events.html"
        icon = "date"
        label = _("Coming events")


class LivestreamsBlock(ShownBlock):
    """What sellers show live at this moment."""

    title = blocks.CharBlock(**_HEADING)
    number = blocks.IntegerBlock(label=_("How many"), min_value=1, max_value=12, default=3)

    def ask(self, value, gathering) -> None:
        gathering.livestreams.want(value.get("number") or 3)

    def context(self, value, gathering) -> dict | None:
        livestreams = gathering.livestreams.now(value.get("number") or 3)
        return {"title": value.get("title"), "livestreams": livestreams} if livestreams else None

    class Meta:
        template = "cms/blocks/livestreams.html"
        icon = "media"
        label = _("Live now")


class StoriesBlock(ShownBlock):
    """Stories that an editor chose, or the newest; the first one may stand large."""

    title = blocks.CharBlock(**_HEADING)
    stories = blocks.ListBlock(
        StoryChooserBlock(),
        label=_("Stories"),
        max_num=8,
        default=[],
        help_text=_("None chosen: the newest."),
    )
    number = blocks.IntegerBlock(label=_("How many"), min_value=1, max_value=8, default=4)
    is_large = blocks.BooleanBlock(label=_("The first one large"), required=False)

    def ask(self, value, gathering) -> None:
        if pks := chosen(value.get("stories")):
            gathering.stories.want(pks)
        else:
            gathering.stories.want_newest(value.get("number") or 4)

    def context(self, value, gathering) -> dict | None:
        if pks := chosen(value.get("stories")):
            stories = gathering.stories.get(pks)
        else:
            stories = gathering.stories.newest(value.get("number") or 4)
        if not stories:
            return None
        large = stories.pop(0) if value.get("is_large") else None
        return {"title": value.get("title"), "large": large, "stories": stories}

    class Meta:
        template = "cms/blocks/stories.html"
        icon = "openquote"
        label = _("Stories")


class NewsBlock(ShownBlock):
    """The newest articles."""

    title = blocks.CharBlock(**_HEADING)
    number = blocks.IntegerBlock(label=_("How many"), min_value=1, max_value=12, default=4)

    layout = Layout.HALF

    def ask(self, value, gathering) -> None:
        gathering.articles.want_newest(value.get("number") or 4)

    def context(self, value, gathering) -> dict | None:
        articles = gathering.articles.newest(value.get("number") or 4)
        if not articles:
            return None
        return {"title": value.get("title"), "articles": articles, "url": articles[0].index_address}

    class Meta:
        template = "cms/blocks/news.html"
        icon = "doc-full"
        label = _("News")


class PointsBlock(ShownBlock):
    """Points of sale on a map: of the country by provinces, or of one province by its communes."""

    title = blocks.CharBlock(**_HEADING)
    region = RegionChooserBlock(
        label=_("Province"), required=False, help_text=_("None chosen: all of Viet Nam.")
    )
    number = blocks.IntegerBlock(label=_("How many places in the list"), min_value=2, max_value=16, default=8)

    def ask(self, value, gathering) -> None:
        gathering.points.want(value.get("region"))

    def context(self, value, gathering) -> dict | None:
        province = value.get("region") or ""
        crowds = gathering.points.crowds(province)
        if not crowds:
            return None
        return {
            "title": value.get("title"),
            "map": map_of_crowds(crowds, province),
            "crowds": crowds[: value.get("number") or 8],
            "total": sum(crowd.count for crowd in crowds),
        }

    class Meta:
        template = "cms/blocks/points.html"
        icon = "site"
        label = _("Points of sale on the map")
