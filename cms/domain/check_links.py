"""Finding the links of live pages that lead nowhere, at a pace that no other site notices."""

import html
import re
from collections import defaultdict
from collections.abc import Iterable

from django.conf import settings
from django.db import transaction
from wagtail.models import Page

from cms import asking
from cms.models import OutsideLink
from marketplace.core import clock

HOSTS_AT_ONCE = 10
"""Sites that are asked in one go, each for one address."""

_ADDRESS = re.compile(r"https?://[^\s\"'<>\\]+")
_AFTER_AN_ADDRESS = ".,;:!?)]}*"
_PAGES_AT_ONCE = 200


def note_links() -> int:
    """Note which addresses of other sites the live pages link to now; gives how many."""
    pages_of = _links_of_live_pages()
    # Reading all pages takes its time, in which nobody must wait to write.
    with transaction.atomic():
        _note(pages_of)
    return len(pages_of)


def look_at_links() -> int:
    """Ask for some of the addresses that are due, one a site; gives how many."""
    chosen = {}
    for link in OutsideLink.objects.due().iterator():
        chosen.setdefault(link.host, link)
        if len(chosen) == HOSTS_AT_ONCE:
            break
    for link in chosen.values():
        _look_at(link)
    return len(chosen)


def addresses_in(text: str) -> set[str]:
    """The addresses of other sites in rich text, or whatever else a page keeps."""
    found = (html.unescape(address).rstrip(_AFTER_AN_ADDRESS) for address in _ADDRESS.findall(text))
    return {address for address in found if not _is_ours(address) and len(address) <= 1000}


def _note(pages_of: dict[str, set[int]]) -> None:
    known = dict(OutsideLink.objects.values_list("url", "pk"))
    OutsideLink.objects.filter(pk__in=[known[url] for url in known.keys() - pages_of.keys()]).delete()
    OutsideLink.objects.bulk_create(
        (OutsideLink(url=url) for url in sorted(pages_of.keys() - known.keys())), ignore_conflicts=True
    )
    known = dict(OutsideLink.objects.values_list("url", "pk"))
    through = OutsideLink.pages.through
    rows = through.objects.values_list("outsidelink_id", "page_id", "pk")
    noted = {(link, page): pk for link, page, pk in rows}
    wanted = {(known[url], page) for url, pages in pages_of.items() for page in pages}
    through.objects.filter(pk__in=[noted[pair] for pair in noted.keys() - wanted]).delete()
    through.objects.bulk_create(
        through(outsidelink_id=link, page_id=page) for link, page in sorted(wanted - noted.keys())
    )


def _links_of_live_pages() -> dict[str, set[int]]:
    pages_of = defaultdict(set)
    for page in Page.objects.live().specific().iterator(chunk_size=_PAGES_AT_ONCE):
        for address in addresses_in(_text_of(page)):
            pages_of[address].add(page.pk)
    return pages_of


def _text_of(page: Page) -> str:
    values: Iterable = page.serializable_data().values()
    return "\n".join(value for value in values if isinstance(value, str))


def _is_ours(address: str) -> bool:
    return address == settings.BASE_URL or address.startswith(f"{settings.BASE_URL}/")


def _look_at(link: OutsideLink) -> None:
    now = clock.now()
    state = asking.state_of(link.url)
    failing_since = (link.failing_since or now) if state in OutsideLink.FAILING else None
    OutsideLink.objects.filter(pk=link.pk).update(state=state, checked_at=now, failing_since=failing_since)
