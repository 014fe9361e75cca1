"""The list of articles, page by page, by queries that are written once."""

from functools import lru_cache

from django.db.models import Count, QuerySet

from cms.models.news import ARTICLES_PER_PAGE, Article
from marketplace.core.prepared import Prepared


class NewsList:
    """What everybody may read in a language, of one kind or of all, as Django's paginator takes it."""

    ordered = True

    def __init__(self, language: str, kind: str = ""):
        self._values = {"language": language, **({"kind": kind} if kind else {})}

    def count(self) -> int:
        rows = (_COUNT_OF_KIND if "kind" in self._values else _COUNT).rows(**self._values)
        return rows[0][0] if rows else 0

    def __getitem__(self, window: slice) -> list[Article]:
        return _page(window.start, "kind" in self._values).objects(**self._values)


@lru_cache(maxsize=256)
def _page(start: int, is_of_kind: bool) -> Prepared:
    window = slice(start, start + ARTICLES_PER_PAGE)
    if is_of_kind:
        return Prepared(lambda language, kind: _listed(language, kind)[window], language=str, kind=str)
    return Prepared(lambda language: _listed(language)[window], language=str)


def _listed(language: str, kind: str = "") -> QuerySet[Article]:
    articles = Article.objects.published(language).for_lists()
    return articles.filter(kind=kind) if kind else articles


def _counted(language: str, kind: str = "") -> QuerySet:
    articles = Article.objects.published(language).order_by()
    if kind:
        articles = articles.filter(kind=kind)
    return articles.values("language").annotate(number=Count("pk")).values_list("number")


_COUNT = Prepared(_counted, language=str)
_COUNT_OF_KIND = Prepared(_counted, language=str, kind=str)
