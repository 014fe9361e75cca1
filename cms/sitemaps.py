"""sitemap.xml: an index of pieces, each with the addresses of things whose ids lie close together.

What a piece holds does not move when something else comes or goes, and writing one reads only its own rows,
however many products there are.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from itertools import islice
from xml.sax.saxutils import escape

from django.conf import settings
from django.db.models import F, Max, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.translation import override
from django.views.decorators.http import require_safe
from wagtail.models import Page

from catalog.models import Product
from cms.addresses import page_address
from marketplace.core.pages import public_page
from marketplace.events.models import Event
from producers.models import Partner, PointOfSale
from search.scope import Tree
from storefront.story_cards import listed_stories

PIECE = 5_000
"""So many ids a piece: with both languages at most 10,000 addresses and 10 MB, far below what is allowed."""

BATCH = 200
KEEP_SECONDS = 60 * 60
CONTENT_TYPE = "application/xml"
LANGUAGES = tuple(code for code, _name in settings.LANGUAGES)
SHOP = ("home", "catalogue:index", "stalls:index", "points:index", "certifications:index", "search:ranking")
_NAMESPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'


@dataclass(frozen=True)
class Entry:
    """One thing: its path in each language that it exists in, and when it last changed, if that is known.

    ``languages`` are those whose addresses stand here; the others stand with a page of their own.
    """

    paths: dict[str, str]
    languages: tuple[str, ...] = LANGUAGES
    changed: datetime | date | None = None


@dataclass(frozen=True)
class Section:
    """A kind of things: all that may be indexed, how they are read, and the field of their last change."""

    rows: Callable[[], QuerySet]
    read: Callable[[QuerySet], Iterator[Entry]]
    changed: str = ""

    def pieces(self) -> list[tuple[int, datetime | date | None]]:
        """The numbers of the pieces that are not empty, each with its last change; one query."""
        changed = {"changed": Max(self.changed)} if self.changed else {}
        rows = self.rows().order_by().values(piece=F("pk") / PIECE).annotate(**changed).distinct()
        return sorted((row["piece"], row.get("changed")) for row in rows)

    def entries(self, number: int) -> Iterator[Entry]:
        """What stands in one piece; nothing for a number that there is not."""
        first = number * PIECE
        return self.read(self.rows().filter(pk__gte=first, pk__lt=first + PIECE).order_by("pk"))


class ShopSection:
    """The shop's own lists, and the groups and sets; one piece."""

    def pieces(self) -> list[tuple[int, None]]:
        return [(0, None)]

    def entries(self, number: int) -> Iterator[Entry]:
        if number == 0:
            yield from (Entry(_in_every_language(reverse(name))) for name in SHOP)
            yield from _with_both(Tree.load())


# --- reading
def _with_both(things: Iterable, changed: str = "") -> Iterator[Entry]:
    """Things that have a page in every language."""
    for each in things:
        moment = getattr(each, changed) if changed else None
        yield Entry(_in_every_language(each.get_absolute_url()), changed=moment)


def _in_every_language(path: str) -> dict[str, str]:
    """The addresses of a path of the site's own language: the others differ by their prefix only."""
    return {code: path if code == settings.LANGUAGE_CODE else f"/{code}{path}" for code in LANGUAGES}


def _read(rows: QuerySet, changed: str) -> Iterator[Entry]:
    return _with_both(rows.only("slug", changed).iterator(chunk_size=BATCH), changed)


def _pages() -> QuerySet:
    """Live pages below the home pages that everybody may read."""
    return Page.objects.live().public().filter(depth__gt=2)


def _read_pages(pages: QuerySet) -> Iterator[Entry]:
    """Each page with its translations, which are pages of their own."""
    paths: dict = {}
    keys = pages.order_by().values("translation_key")
    fields = ("translation_key", "locale__language_code", "url_path")
    for key, language, path in _pages().filter(translation_key__in=keys).values_list(*fields):
        paths.setdefault(key, {})[language] = page_address(path, language)
    rows = pages.values_list("translation_key", "locale__language_code", "last_published_at")
    for key, language, changed in rows.iterator(chunk_size=BATCH):
        yield Entry(paths[key], (language,), changed)


def _points() -> QuerySet:
    return Partner.objects.filter(point__in=PointOfSale.objects.public())


def _read_products(rows: QuerySet) -> Iterator[Entry]:
    needed = ("slug", "parent_id", "date_updated")
    return _with_both(rows.only(*needed).iterator(chunk_size=BATCH), "date_updated")


def _read_sellers(rows: QuerySet) -> Iterator[Entry]:
    return _with_both(rows.only("slug", "kind").iterator(chunk_size=BATCH))


#: By the name that stands in the address of their pieces.
SECTIONS: dict[str, Section | ShopSection] = {
    "danh-muc": ShopSection(),
    "trang": Section(_pages, _read_pages, "last_published_at"),
    "san-pham": Section(Product.objects.listed, _read_products, "date_updated"),
    "gian-hang": Section(Partner.objects.public, _read_sellers),
    "diem-ban": Section(_points, _read_sellers),
    "su-kien": Section(Event.objects.public, partial(_read, changed="updated_at"), "updated_at"),
    "cau-chuyen": Section(listed_stories, partial(_read, changed="published_at"), "published_at"),
}


# --- answering
@require_safe
@public_page
def index(request: HttpRequest) -> HttpResponse:
    """The pieces of all sections."""
    lines = [_HEAD, f"<sitemapindex {_NAMESPACE}>\n"]
    for name, section in SECTIONS.items():
        for number, changed in section.pieces():
            address = request.build_absolute_uri(reverse("sitemap-piece", args=[name, number]))
            lines.append(f"<sitemap><loc>{escape(address)}</loc>{_changed(changed)}</sitemap>\n")
    lines.append("</sitemapindex>\n")
    return HttpResponse("".join(lines), content_type=CONTENT_TYPE)


@require_safe
def piece(request: HttpRequest, section: str, number: int) -> StreamingHttpResponse:
    """One piece, written while it is read."""
    found = SECTIONS.get(section)
    if found is None:
        raise Http404
    base = escape(request.build_absolute_uri("/").rstrip("/"))
    response = StreamingHttpResponse(_stream(found.entries(number), base), content_type=CONTENT_TYPE)
    patch_cache_control(response, public=True, max_age=KEEP_SECONDS)
    return response


def _stream(entries: Iterator[Entry], base: str) -> Iterator[str]:
    yield f'{_HEAD}<urlset {_NAMESPACE} xmlns:xhtml="http://www.w3.org/1999/xhtml">\n'
    while block := _block(entries, base):
        yield block
    yield "</urlset>\n"


def _block(entries: Iterator[Entry], base: str) -> str:
    # Addresses are made while entries are read, in the site's own language whatever is active by then.
    with override(settings.LANGUAGE_CODE):
        return "".join(_written(entry, base) for entry in islice(entries, BATCH))


def _written(entry: Entry, base: str) -> str:
    addresses = {language: f"{base}{escape(path)}" for language, path in entry.paths.items()}
    links = ""
    if len(addresses) > 1:
        named = {**addresses, "x-default": addresses.get(settings.LANGUAGE_CODE, base)}
        links = "".join(
            f'<xhtml:link rel="alternate" hreflang="{language}" href="{address}"/>'
            for language, address in named.items()
        )
    changed = _changed(entry.changed)
    return "".join(
        f"<url><loc>{addresses[language]}</loc>{changed}{links}</url>\n" for language in entry.languages
    )


def _changed(moment: datetime | date | None) -> str:
    if moment is None:
        return ""
    written = moment.isoformat(timespec="seconds") if isinstance(moment, datetime) else moment.isoformat()
    return f"<lastmod>{written}</lastmod>"
