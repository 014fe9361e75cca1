"""The blocks of the peer: those of ours that the benchmark's pages are made of."""

import datetime

from django.apps import apps
from wagtail import blocks
from wagtail.snippets.blocks import SnippetChooserBlock


class FiguresBlock(blocks.StructBlock):
    figures = blocks.ListBlock(
        blocks.StructBlock([("value", blocks.CharBlock()), ("label", blocks.CharBlock())])
    )

    class Meta:
        template = "pages/blocks/figures.html"


class QuoteBlock(blocks.StructBlock):
    text = blocks.TextBlock()
    who = blocks.CharBlock(required=False)

    class Meta:
        template = "pages/blocks/quote.html"


class ActionBlock(blocks.StructBlock):
    words = blocks.CharBlock()
    url = blocks.CharBlock()

    class Meta:
        template = "pages/blocks/action.html"


class ProductsBlock(blocks.StructBlock):
    title = blocks.CharBlock(required=False)
    products = blocks.ListBlock(SnippetChooserBlock("pages.Product"))

    class Meta:
        template = "pages/blocks/products.html"


class QueryBlock(blocks.StructBlock):
    """Products of a set, as they are when the page is asked for."""

    title = blocks.CharBlock(required=False)
    set_name = blocks.CharBlock()
    number = blocks.IntegerBlock()

    def get_context(self, value, parent_context=None):
        context = super().get_context(value, parent_context)
        found = apps.get_model("pages.Product").objects.filter(set_name=value["set_name"]).order_by("title")
        return {**context, "products": found[: value["number"]]}

    class Meta:
        template = "pages/blocks/query.html"


class NewsBlock(blocks.StructBlock):
    title = blocks.CharBlock(required=False)
    number = blocks.IntegerBlock()

    def get_context(self, value, parent_context=None):
        context = super().get_context(value, parent_context)
        articles = apps.get_model("pages.ArticlePage").objects.live().order_by("-date", "-pk")
        return {**context, "articles": articles[: value["number"]]}

    class Meta:
        template = "pages/blocks/news.html"


class EventsBlock(blocks.StructBlock):
    title = blocks.CharBlock(required=False)
    number = blocks.IntegerBlock()

    def get_context(self, value, parent_context=None):
        context = super().get_context(value, parent_context)
        today = datetime.date.today()  # noqa: TID251 - the peer has no clock of its own
        coming = apps.get_model("pages.Event").objects.filter(ends_on__gte=today).order_by("starts_on", "pk")
        return {**context, "events": coming[: value["number"]]}

    class Meta:
        template = "pages/blocks/events.html"


BODY = [
    ("text", blocks.RichTextBlock()),
    ("figures", FiguresBlock()),
    ("quote", QuoteBlock()),
    ("products", ProductsBlock()),
    ("query", QueryBlock()),
    ("news", NewsBlock()),
    ("events", EventsBlock()),
    ("action", ActionBlock()),
]
