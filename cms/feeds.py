"""The news as RSS and Atom, in the language of the address."""

import datetime

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed, Rss201rev2Feed, SyndicationFeed
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cms.addresses import page_address
from cms.models import Article, NewsIndex
from marketplace.core import clock
from marketplace.core.pages import public_page

ENTRIES = 30


@require_safe
@public_page
def rss(request: HttpRequest) -> HttpResponse:
    return _answer(request, Rss201rev2Feed)


@require_safe
@public_page
def atom(request: HttpRequest) -> HttpResponse:
    return _answer(request, Atom1Feed)


def _answer(request: HttpRequest, kind: type[SyndicationFeed]) -> HttpResponse:
    language = get_language() or settings.LANGUAGE_CODE
    feed = _feed(request, kind, language)
    for article in Article.objects.published(language).for_lists()[:ENTRIES]:
        _add(request, feed, article)
    return HttpResponse(feed.writeString("utf-8"), content_type=feed.content_type)


def _feed(request: HttpRequest, kind: type[SyndicationFeed], language: str) -> SyndicationFeed:
    rows = NewsIndex.objects.live().filter(locale__language_code=language).order_by("path")
    title, intro, path = rows.values_list("title", "intro", "url_path").first() or (_("News"), "", "")
    own = reverse("news:atom" if kind is Atom1Feed else "news:rss")
    return kind(
        title=f"{title} | {settings.SHOP_NAME}",
        link=request.build_absolute_uri(page_address(path) if path else reverse("home")),
        description=intro or title,
        language=language,
        feed_url=request.build_absolute_uri(own),
    )


def _add(request: HttpRequest, feed: SyndicationFeed, article: Article) -> None:
    link = request.build_absolute_uri(article.address)
    feed.add_item(
        title=article.title,
        link=link,
        description=article.intro,
        unique_id=link,
        unique_id_is_permalink=True,
        # Of a date that is known no better, the first moment that it can mean.
        pubdate=datetime.datetime.combine(article.date, datetime.time(), clock.HA_NOI),
        updateddate=article.last_published_at,
        categories=[article.get_kind_display()],
    )
