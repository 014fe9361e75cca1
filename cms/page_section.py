"""Editors' pages among the results of a search: articles and pages of text with the words, marks or not."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db.models import F, TextField, Value
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from wagtail.models import Locale, Page, PageViewRestriction

from cms.addresses import page_address
from cms.models import Article, ContentPage, LegalPage, VillagePage
from cms.models.news import written
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
    section = sections.Section("pages", _("News and pages"), find, "cms/page_result.html", all_url, place=3)
    sections.register(section)


def find(text: str, number: int) -> list[FoundPage]:
    """Pages in the reader's language, the best first, in one query."""
    return described(search(text)[:number])


def all_url(text: str) -> str:
    return f"{reverse('news:found')}?{urlencode({'q': text})}"


def search(text: str):
    """Live pages that have all of the words, by Wagtail's search; to be cut and counted like a query set."""
    folded = fold(text)
    kinds = ContentType.objects.get_for_models(Article, ContentPage, LegalPage, VillagePage).values()
    language = Locale.objects.filter(language_code=get_language() or settings.LANGUAGE_CODE)
    pages = Page.objects.live().filter(locale__in=language, content_type__in=[kind.pk for kind in kinds])
    pages = pages.exclude(pk__in=PageViewRestriction.objects.values("page"))
    if not folded:
        return Page.objects.none()
    told = pages.annotate(
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
    return told.search(folded, operator="and")


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
