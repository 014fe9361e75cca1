"""What editors' pages tell machines of themselves: their other language, and how a link to them looks."""

from collections.abc import Callable

from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe
from PIL import Image
from wagtail.models import Page

from cms.addresses import page_address
from marketplace.core.prepared import Prepared
from storefront import sharing
from storefront.share_pictures import drawn

SUMMARY = 160


def tell(page: Page, request: HttpRequest) -> None:
    """Leave on the request what the head of the page says: its translation's address and its preview."""
    request.alternate_path = _alternate_path(page)
    request.share = sharing.Share(
        title=page.seo_title or page.title,
        description=page.search_description or _intro(page),
        picture=reverse("page-share", args=[page.pk, _digest(page)]),
        alt=page.title,
        kind=getattr(page, "share_kind", "website"),
    )


@require_safe
def picture(request: HttpRequest, pk: str, digest: str) -> HttpResponse:
    """The picture that a link to a live page shows elsewhere."""
    found = Page.objects.live().public().filter(pk=int(pk), depth__gt=1).first()
    if found is None:
        raise Http404
    page = found.specific
    return sharing.picture_answer(request, _digest(page), _drawing(page))


def _drawing(page: Page) -> Callable[[], bytes]:
    def draw() -> bytes:
        return drawn(title=page.title, lines=[_intro(page)], pictures=_pictures(page))

    return draw


def _pictures(page: Page) -> list[Image.Image]:
    chosen = getattr(page, "picture", None)
    if chosen is None:
        return []
    with chosen.file.storage.open(chosen.file.name) as file:
        return [Image.open(file).convert("RGB")]


def _digest(page: Page) -> str:
    chosen = getattr(page, "picture", None)
    return sharing.digest(page.title, _intro(page), chosen.file.name if chosen is not None else "")


def _intro(page: Page) -> str:
    intro = " ".join(getattr(page, "intro", "").split())
    if len(intro) <= SUMMARY:
        return intro
    return f"{intro[:SUMMARY].rpartition(' ')[0]}…"


def _alternate_path(page: Page) -> str:
    """Where the page's live translation is; empty where it has none."""
    found = _TRANSLATIONS.rows(page=page.pk, locale=page.locale_id)
    return page_address(*found[0]) if found else ""


def _translations(page: int, locale: int) -> QuerySet:
    same = Page.objects.filter(pk=page).values("translation_key")
    return (
        Page.objects.live()
        .filter(~Q(locale=locale), translation_key__in=same)
        .values_list("url_path", "locale__language_code")
    )


_TRANSLATIONS = Prepared(_translations, page=int, locale=int)
