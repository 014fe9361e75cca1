"""Papers of the library by what a reader asks for, and as a section of the search."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from cms.addresses import page_address
from cms.models import LibraryPage, Paper
from marketplace.core.prepared import Prepared
from marketplace.core.text import fold, nfc
from search import sections
from search.names import called

PAPERS = 20
MAX_TEXT = 100
MOST_WORDS = 8


@dataclass(frozen=True)
class Choice:
    """One value that a list can be narrowed to."""

    value: str
    label: str
    is_chosen: bool


def found(asked: Mapping[str, str]) -> dict:
    """What the page shows for ``q``, ``kind``, ``year``, ``issuer`` and ``page``, in three queries.

    A value that no paper has narrows to nothing; one that cannot be read is ignored.
    """
    text = nfc(asked.get("q", "").replace("\x00", " "))[:MAX_TEXT]
    kind, issuer = asked.get("kind", "")[:20], asked.get("issuer", "").replace("\x00", "")[:160]
    year = asked.get("year", "")
    papers = with_words(Paper.objects.public(), text)
    if kind in Paper.Kind.values:
        papers = papers.filter(kind=kind)
    if year.isascii() and year.isdecimal() and len(year) == 4:
        papers = papers.filter(issued_year=int(year))
    if issuer:
        papers = papers.filter(issuer=issuer)
    shown = papers.newest_first().select_related("file", "replaced_by")
    all_values = list(
        Paper.objects.public().order_by().values_list("kind", "issued_year", "issuer").distinct()
    )
    return {
        "text": text,
        "papers": Paginator(shown, PAPERS).get_page(asked.get("page")),
        "is_narrowed": bool(text or kind or year or issuer),
        "kinds": [
            Choice(each.value, str(each.label), each.value == kind)
            for each in Paper.Kind
            if each.value in {row[0] for row in all_values}
        ],
        "years": [
            Choice(str(each), str(each), str(each) == year)
            for each in sorted({row[1] for row in all_values if row[1]}, reverse=True)
        ],
        "issuers": [Choice(each, each, each == issuer) for each in sorted({row[2] for row in all_values})],
    }


def with_words(papers: QuerySet, text: str) -> QuerySet:
    """The papers in which each word of the text begins a word; marks and case do not count."""
    for word in fold(text).split()[:MOST_WORDS]:
        papers = papers.filter(Q(folded__startswith=word) | Q(folded__contains=f" {word}"))
    return papers


def register_section() -> None:
    """Papers among the results of a search."""
    section = sections.Section(
        "papers", _("Decisions and plans"), _keys, _show, "cms/library/result.html", _all_url, place=30
    )
    sections.register(section)


def _keys(asked: sections.Asked) -> QuerySet:
    found = called(Paper.objects.public(), "folded", asked.patterns)
    return found.newest_first().values_list("pk")[: sections.ENTRIES + 1]


_SHOWN = Prepared(lambda pks: Paper.objects.filter(pk__in=pks).select_related("file"), pks=[int])


def _show(pks: list[int]) -> list[Paper]:
    found = {paper.pk: paper for paper in _SHOWN.objects(pks=pks)}
    return [found[pk] for pk in pks if pk in found]


def _all_url(text: str) -> str:
    """The library's page, where all that was found stands; the words narrow it.

    Every site begins with one; if an editor gives it another slug, this address leads there.
    """
    return f"{page_address(f'/goc/{LibraryPage.SLUG}/')}?{urlencode({'q': text})}"
