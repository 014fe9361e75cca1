"""Recurring tasks of the catalogue: pictures that nothing shows any more."""

import datetime
from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from catalog.models import ListingCheck, ProductImage
from marketplace.core import clock
from marketplace.core.pictures import remove_unused
from marketplace.core.tasks import recurring_task
from producers.models import Partner, StallCheck, StallDraft, StallPage, Story, StoryVersion
from producers.models.stall_pages import StallText

DAILY = datetime.timedelta(days=1)
SENT_LATELY = datetime.timedelta(days=2)
"""Who has sent a picture has saved what shows it by then."""


@recurring_task(every=DAILY, title=_("Remove pictures that nothing shows any more"))
def remove_unused_pictures() -> int:
    """Remove files of pictures that were replaced or taken out; gives how many files.

    What the office decided on is a record and keeps its pictures; what was taken back before is none.
    """
    before = clock.now() - SENT_LATELY
    folders = {"products": _of_products, "stories": _of_stories, "stalls": _of_stalls}
    return sum(remove_unused(folder, in_use, before=before) for folder, in_use in folders.items())


def _of_products() -> Iterator[str]:
    yield from ProductImage.objects.order_by().values_list("original", flat=True).iterator()
    sent = ListingCheck.objects.exclude(state=ListingCheck.State.TAKEN_BACK).order_by()
    for sides in sent.values_list("changes", "before").iterator():
        for side in sides:
            yield from (picture["original"] for picture in side.get("pictures", []))


def _of_stories() -> Iterator[str]:
    for model in (Story, StoryVersion):
        for pictures in model.objects.order_by().values_list("pictures", flat=True).iterator():
            yield from (picture["name"] for picture in pictures)


def _of_stalls() -> Iterator[str]:
    yield from Partner.objects.exclude(banner="").order_by().values_list("banner", flat=True).iterator()
    yield from _in_pages(StallPage.objects.all())
    yield from _in_pages(StallDraft.objects.all())
    yield from _in_pages(StallCheck.objects.exclude(state=StallCheck.State.TAKEN_BACK))


def _in_pages(pages) -> Iterator[str]:
    page: StallText
    for page in pages.order_by().iterator():
        rows = (page.banner, page.logo, *(block.get("picture") for block in page.blocks))
        yield from (row["name"] for row in rows if row)
