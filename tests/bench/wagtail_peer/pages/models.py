from django.core.paginator import Paginator
from django.db import models
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page
from wagtail.search import index
from wagtail.snippets.models import register_snippet

from pages.blocks import BODY

ARTICLES_PER_PAGE = 20


@register_snippet
class Product(index.Indexed, models.Model):
    title = models.CharField(max_length=255)
    set_name = models.CharField(max_length=255, blank=True, db_index=True)
    seller = models.CharField(max_length=255, blank=True)
    price = models.PositiveIntegerField(null=True, blank=True)

    search_fields = [
        index.SearchField("title", boost=2),
        index.SearchField("set_name"),
        index.SearchField("seller"),
        index.FilterField("set_name"),
    ]

    def __str__(self):
        return self.title


@register_snippet
class Event(models.Model):
    title = models.CharField(max_length=255)
    intro = models.TextField(blank=True)
    venue = models.CharField(max_length=255, blank=True)
    starts_on = models.DateField(db_index=True)
    ends_on = models.DateField(db_index=True)

    def __str__(self):
        return self.title


class HomePage(Page):
    body = StreamField(BODY)

    content_panels = [*Page.content_panels, FieldPanel("body")]


class ArticleIndexPage(Page):
    intro = models.TextField(blank=True)

    content_panels = [*Page.content_panels, FieldPanel("intro")]

    def get_context(self, request):
        articles = ArticlePage.objects.child_of(self).live().order_by("-date", "-pk")
        page = Paginator(articles, ARTICLES_PER_PAGE).get_page(request.GET.get("page"))
        return {**super().get_context(request), "articles": page}


class ArticlePage(Page):
    date = models.DateField(db_index=True)
    intro = models.TextField()
    body = StreamField(BODY)

    content_panels = [*Page.content_panels, FieldPanel("date"), FieldPanel("intro"), FieldPanel("body")]
