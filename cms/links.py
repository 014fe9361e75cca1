"""Links to pages in rich text: of all texts of a page in one query."""

from django.utils.html import escape
from django.utils.translation import get_language
from wagtail.models import Page
from wagtail.rich_text.pages import PageLinkHandler

from cms.addresses import page_address
from marketplace.core.keys import key_of


class PageLinks(PageLinkHandler):
    """Leads to the page in the reader's language if there is one; Wagtail's own asks that for each link."""

    @classmethod
    def expand_db_attributes_many(cls, attrs_list: list[dict]) -> list[str]:
        addresses = _addresses({attrs.get("id", "") for attrs in attrs_list})
        found = (addresses.get(attrs.get("id", "")) for attrs in attrs_list)
        return [f'<a href="{escape(address)}">' if address else "<a>" for address in found]


def _addresses(ids: set[str]) -> dict[str, str]:
    """By the id in the text, the address of the live page that it means to this reader."""
    wanted = [key for key in map(key_of, ids) if key is not None]
    named = Page.objects.filter(pk__in=wanted).values("translation_key")
    rows = Page.objects.live().filter(translation_key__in=named)
    keys, best = {}, {}
    for pk, key, language, url_path in rows.values_list(
        "pk", "translation_key", "locale__language_code", "url_path"
    ):
        address = page_address(url_path, language)
        if str(pk) in ids:
            keys[str(pk)] = key
            best.setdefault(key, address)
        if language == get_language():
            best[key] = address
    return {pk: best[key] for pk, key in keys.items()}
