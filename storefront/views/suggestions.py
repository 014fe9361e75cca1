"""The list below the search box: what the letters typed so far may become."""

import re
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from marketplace.core.languages import in_readers_language, language_of
from marketplace.core.text import fold, nfc
from search.query import MAX_TEXT
from search.suggestions import Kind, Suggestion
from search.suggestions import suggestions as suggest

KEPT_SECONDS = 5
WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Option:
    """A line as it is shown: where it leads, its name with the typed letters marked, what and where it is."""

    url: str
    label: SafeString
    kind: str
    note: str
    language: str


@require_safe
def suggestions(request: HttpRequest) -> HttpResponse:
    """Products, sets, places and sellers that begin with the words of ``q``, for everybody alike."""
    text = nfc(request.GET.get("q", "").replace("\x00", " "))[:MAX_TEXT]
    options = [_option(each, fold(text).split()) for each in suggest(text)]
    response = render(request, "storefront/suggestions.html", {"options": options})
    patch_cache_control(response, public=True, max_age=KEPT_SECONDS, s_maxage=KEPT_SECONDS)
    return response


def _option(suggestion: Suggestion, words: list[str]) -> Option:
    label = in_readers_language(suggestion.label, suggestion.label_en)
    return Option(
        url=_url(suggestion),
        label=_marked(label, words),
        kind=_kinds()[suggestion.kind],
        note=suggestion.note,
        language=language_of(suggestion.label_en),
    )


def _url(suggestion: Suggestion) -> str:
    match suggestion.kind:
        case Kind.PRODUCT:
            return reverse("catalogue:detail", args=[suggestion.key, suggestion.pk])
        case Kind.CATEGORY:
            return reverse("catalogue:category", args=[suggestion.key, suggestion.pk])
        case Kind.PRODUCER:
            return reverse("stalls:detail", args=[suggestion.key])
        case Kind.REGION:
            return f"{reverse('catalogue:index')}?region={suggestion.key}"


def _kinds() -> dict[Kind, str]:
    return {
        Kind.PRODUCT: _("Product"),
        Kind.CATEGORY: _("Product group"),
        Kind.PRODUCER: _("Seller"),
        Kind.REGION: _("Place"),
    }


def _marked(label: str, words: list[str]) -> SafeString:
    """The label with the beginnings of its words that were typed in bold; folding keeps places of letters."""

    def mark(found: re.Match) -> SafeString:
        word = found[0]
        typed = max((len(each) for each in words if fold(word).startswith(each)), default=0)
        if not typed:
            return conditional_escape(word)
        return format_html("<b>{}</b>{}", word[:typed], word[typed:])

    parts, end = [], 0
    for found in WORD.finditer(label):
        parts += [conditional_escape(label[end : found.start()]), mark(found)]
        end = found.end()
    return SafeString("".join([*parts, conditional_escape(label[end:])]))
