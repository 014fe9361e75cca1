"""Editors' pages among the results of a search: articles and pages of text with the words, marks or not."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db.models import F, QuerySet, TextField, Value
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from wagtail.models import Locale, Page, PageViewRestriction

from cms.addresses import page_address
from cms.models import Article, ContentPage, LegalPage, VillagePage
from cms.models.news import written
from marketplace.core.prepared import Prepared
from marketplace.core.text import fold
from search import sections


@dataclass(frozen=True)
class FoundPage:
    """What a result says of a page; ``date`` is empty for what has none."""

    title: str
    url: str
    intro: str
    date: str


def register() -> None:
    section = sections.Section(
        "pages", _("News and pages"), _keys, _show, "cms/page_result.html", all_url, place=3
    )
    sections.register(section)


def all_url(text: str) -> str:
    return f"{reverse('news:found')}?{urlencode({'q': text})}"


def search(text: str):
    """Live pages that have all of the words, by Wagtail's search; to be cut and counted like a query set."""
    words = fold(text)
    if not words:
        return Page.objects.none()
    return _told(_readable(get_language() or settings.LANGUAGE_CODE)).search(words, operator="and")


def _keys(asked: sections.Asked) -> QuerySet:
    """The ids of such pages, as Wagtail's search finds them in the database."""
    found = _readable(asked.language).search(" ".join(asked.words), operator="and")
    return found[: sections.ENTRIES + 1].get_queryset().values_list("pk")


def _show(pks: list[int]) -> list[FoundPage]:
    found = {page.pk: page for page in _SHOWN.objects(pks=pks)}
    return described([found[pk] for pk in pks if pk in found])


def _readable(language: str) -> QuerySet[Page]:
    """Pages with texts in a language that everybody may read."""
    kinds = ContentType.objects.get_for_models(Article, ContentPage, LegalPage, VillagePage).values()
    locale = Locale.objects.filter(language_code=language)
    pages = Page.objects.live().filter(locale__in=locale, content_type__in=[kind.pk for kind in kinds])
    return pages.exclude(pk__in=PageViewRestriction.objects.values("page"))


def _told(pages: QuerySet[Page]) -> QuerySet[Page]:
    """With what a result says of them, whatever their kind."""
    return pages.annotate(
        told_intro=Coalesce(
            "article__intro",
            "contentpage__intro",
            "legalpage__intro",
            "villagepage__intro",
            Value(""),
            output_field=TextField(),
        ),
        told_date=F("article__date"),
        told_precision=F("article__date_precision"),
    )


_SHOWN = Prepared(lambda pks: _told(Page.objects.filter(pk__in=pks)), pks=[int])


def described(pages: Sequence[Page]) -> list[FoundPage]:
    """The pages of a search as results show them."""
    return [
        FoundPage(
            title=page.title,
            url=page_address(page.url_path),
            intro=page.told_intro,
            date=written(page.told_date, page.told_precision) if page.told_date else "",
        )
        for page in pages
    ]
