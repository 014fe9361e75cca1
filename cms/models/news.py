"""News: the list, and its articles."""

import datetime

from django.conf import settings
from django.core.paginator import Paginator
from django.db import models
from django.http import HttpRequest
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page, PageManager
from wagtail.query import PageQuerySet
from wagtail.search import index

from cms.addresses import page_address
from cms.blocks import BodyBlock, RelatedBlock, SourcesBlock
from cms.models.public import PublicPage
from cms.panels import GoneProductsPanel
from marketplace.core import clock
from storefront.structured import publisher

ARTICLES_PER_PAGE = 20


def written(day: datetime.date, precision: str) -> str:
    """A date in the reader's language, no more exact than it is known."""
    if precision == "year":
        return str(day.year)
    return date_format(day, "YEAR_MONTH_FORMAT" if precision == "month" else "DATE_FORMAT")


class NewsIndex(PublicPage, Page):
    """The list of articles, the newest first."""

    intro = models.TextField(_("Introduction"), blank=True)

    template = "cms/news_index.html"
    parent_page_types = ["cms.HomePage"]
    subpage_types = ["cms.Article"]
    max_count_per_parent = 1
    content_panels = [*Page.content_panels, FieldPanel("intro")]
    search_fields = [*Page.search_fields, *PublicPage.own_search_fields]

    class Meta:
        verbose_name = _("List of news")
        verbose_name_plural = _("Lists of news")

    def get_context(self, request: HttpRequest, *args, **kwargs) -> dict:
        """``kind`` and ``page`` of the address; what cannot be understood is left out."""
        # Reads the articles, which are defined below.
        from cms.news_list import NewsList  # noqa: PLC0415

        asked = request.GET.get("kind", "")
        kind = asked if asked in Article.Kind.values else ""
        articles = NewsList(get_language() or settings.LANGUAGE_CODE, kind)
        page = Paginator(articles, ARTICLES_PER_PAGE).get_page(request.GET.get("page"))
        context = super().get_context(request, *args, **kwargs)
        return {**context, "list": page, "kind": kind, "kinds": Article.Kind.choices}


class ArticleQuerySet(PageQuerySet):
    def published(self, language: str) -> "ArticleQuerySet":
        """What everybody may read in a language, the newest first."""
        return self.live().filter(language=language, view_restrictions=None).order_by("-date", "-pk")

    def for_lists(self) -> "ArticleQuerySet":
        """With what a list shows, without the texts."""
        return self.select_related("picture").defer_streamfields()


class Article(PublicPage, Page):
    """A piece of news, with the sources of its facts and the goods that it is about."""

    class Kind(models.TextChoices):
        NEWS = "news", _("Programme")
        MARKET = "market", _("Fairs and markets")
        CRAFT = "craft", _("Villages and crafts")
        POLICY = "policy", _("Rules and plans")
        GUIDE = "guide", _("Guides")

    class Precision(models.TextChoices):
        DAY = "day", _("The day is known")
        MONTH = "month", _("Only the month is known")
        YEAR = "year", _("Only the year is known")

    date = models.DateField(_("Date"), default=clock.today)
    date_precision = models.CharField(
        _("How exact the date is"), max_length=5, choices=Precision, default=Precision.DAY
    )
    kind = models.CharField(_("Kind"), max_length=6, choices=Kind, default=Kind.NEWS)
    intro = models.TextField(_("Introduction"), help_text=_("One or two sentences, also shown in lists."))
    picture = models.ForeignKey(
        "cms.Picture",
        verbose_name=_("Main picture"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    body = StreamField(BodyBlock(), verbose_name=_("Text"))
    related = StreamField(RelatedBlock(), verbose_name=_("Goods in the article"), blank=True)
    sources = StreamField(SourcesBlock(), verbose_name=_("Sources"), blank=True)
    language = models.CharField(
        max_length=10,
        editable=False,
        help_text="That of its locale; a long list is read along an index that begins with it.",
    )

    template = "cms/article.html"
    parent_page_types = ["cms.NewsIndex"]
    subpage_types = []
    content_panels = [
        *Page.content_panels,
        MultiFieldPanel(
            [FieldPanel("kind"), FieldPanel("date"), FieldPanel("date_precision")], _("Kind and date")
        ),
        FieldPanel("intro"),
        FieldPanel("picture"),
        GoneProductsPanel(),
        FieldPanel("body"),
        FieldPanel("related"),
        FieldPanel("sources"),
    ]
    search_fields = [*Page.search_fields, *PublicPage.own_search_fields, index.FilterField("language")]
    streams = ("body", "related")
    shown_with = ("picture",)
    share_kind = "article"

    objects = PageManager.from_queryset(ArticleQuerySet)()

    class Meta:
        verbose_name = _("Article")
        verbose_name_plural = _("Articles")
        indexes = [models.Index(fields=["language", "-date", "-page_ptr"], name="cms_article_newest")]

    def save(self, *args, **kwargs):
        self.language = self.locale.language_code
        super().save(*args, **kwargs)

    @cached_property
    def crumbs(self) -> list[dict]:
        """The list, and of it the article's kind; the title stands below in full."""
        above = super().crumbs[:-1]
        kind = f"{self.index_address}?kind={self.kind}"
        return [*above, {"title": self.get_kind_display(), "url": kind}]

    def get_context(self, request: HttpRequest, *args, **kwargs) -> dict:
        composed = self.composed()
        body, related = composed.streams
        context = super().get_context(request, *args, **kwargs)
        return {
            **context,
            "rows": body,
            "related": related,
            "nav_groups": composed.tree.groups,
            "json_ld": self._described(request),
        }

    def _described(self, request: HttpRequest) -> dict:
        """The article for search engines."""
        # Knows the pictures' model, which is defined beside this one.
        from cms.pictures import address  # noqa: PLC0415

        url = request.build_absolute_uri(self.address)
        return {
            "@type": "NewsArticle",
            "headline": self.title,
            "description": self.intro,
            "url": url,
            "mainEntityOfPage": url,
            "inLanguage": self.language or get_language(),
            "datePublished": self.machine_date,
            "dateModified": self.last_published_at.isoformat() if self.last_published_at else "",
            "articleSection": self.get_kind_display(),
            "image": request.build_absolute_uri(address(self.picture, "wide").url) if self.picture else "",
            "author": publisher(request),
            "publisher": publisher(request),
            "citation": [each["url"] for each in self.named_sources if each["url"]],
        }

    def get_kind_display(self) -> str:
        """As Django's, which would put the names of all kinds into words for each row of a list."""
        return str(_KINDS.get(self.kind, self.kind))

    @property
    def written_date(self) -> str:
        """The date in the reader's language."""
        return written(self.date, self.date_precision)

    @property
    def machine_date(self) -> str:
        """The same as ISO 8601: ``2026-11-24``, ``2026-11``, ``2026``."""
        length = {"day": 10, "month": 7, "year": 4}[self.date_precision]
        return self.date.isoformat()[:length]

    @property
    def index_address(self) -> str:
        """The address of the list that it stands in."""
        return page_address(self.url_path.rstrip("/").rpartition("/")[0])

    @cached_property
    def named_sources(self) -> list[dict]:
        """The sources with title, address and written date, each empty where it is not known."""
        return [_source(stored["value"]) for stored in self.sources.raw_data]


_KINDS = dict(Article.Kind.choices)


def _source(value: dict) -> dict:
    day = value.get("date")
    if isinstance(day, str):
        day = datetime.date.fromisoformat(day)
    return {
        "title": value.get("title") or "",
        "url": value.get("url") or "",
        "date": written(day, Article.Precision.DAY) if day else "",
    }
