"""Which blocks stand where."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from cms.blocks.goods import ProductsBlock, QueryBlock, StallsBlock
from cms.blocks.home import GroupsBlock, HeroBlock, MeaningBlock, SearchBlock, VillagesBlock
from cms.blocks.media import DownloadBlock, EmbedBlock, GalleryBlock, PictureBlock
from cms.blocks.programme import (
    ComingEventsBlock,
    EventsBlock,
    LivestreamsBlock,
    NewsBlock,
    PointsBlock,
    StoriesBlock,
)
from cms.blocks.texts import ActionBlock, FiguresBlock, QuoteBlock, SourceBlock, WordsBlock
from cms.richtext import FEATURES


class BodyBlock(blocks.StreamBlock):
    """The body of an article or a page of text."""

    text = WordsBlock(label=_("Text"), features=FEATURES, group=_("Words and pictures"))
    picture = PictureBlock(group=_("Words and pictures"))
    gallery = GalleryBlock(group=_("Words and pictures"))
    quote = QuoteBlock(group=_("Words and pictures"))
    figures = FiguresBlock(group=_("Words and pictures"))
    embed = EmbedBlock(group=_("Words and pictures"))
    download = DownloadBlock(group=_("Words and pictures"))
    action = ActionBlock(group=_("Words and pictures"))
    query = QueryBlock(group=_("Goods"))
    products = ProductsBlock(group=_("Goods"))
    stalls = StallsBlock(group=_("Goods"))
    stories = StoriesBlock(group=_("Programme"))
    events = EventsBlock(group=_("Programme"))
    points = PointsBlock(group=_("Programme"))


class HomeBlock(BodyBlock):
    """The home page: all of that, and what only it has."""

    hero = HeroBlock(group=_("Home page"))
    search = SearchBlock(group=_("Home page"))
    groups = GroupsBlock(group=_("Home page"))
    meaning = MeaningBlock(group=_("Home page"))
    villages = VillagesBlock(group=_("Home page"))
    livestreams = LivestreamsBlock(group=_("Programme"))
    coming = ComingEventsBlock(group=_("Programme"))
    news = NewsBlock(group=_("Programme"))


class RelatedBlock(blocks.StreamBlock):
    """The goods that an article is about."""

    products = ProductsBlock()
    query = QueryBlock()

    class Meta:
        max_num = 1
        required = False


class SourcesBlock(blocks.StreamBlock):
    """Where the facts of an article come from."""

    source = SourceBlock()

    class Meta:
        required = False
