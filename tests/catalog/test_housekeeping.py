"""Files of pictures go when nothing shows them, and not before."""

import datetime

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from catalog.domain import listings
from catalog.housekeeping import SENT_LATELY, remove_unused_pictures
from catalog.models import ListingCheck
from marketplace.core import clock
from producers.domain import stall_pages
from producers.models import Story
from tests.factories.catalog import make_member, make_picture, make_product, make_seller
from tests.factories.sellers import make_stall_check

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

WIDTHS = (320, 640, 960)


@pytest.fixture(autouse=True)
def _old_files(settings, tmp_path, monkeypatch):
    """A storage of one's own, whose files all came long ago."""
    settings.MEDIA_ROOT = tmp_path
    old = clock.now() - SENT_LATELY - datetime.timedelta(hours=1)
    monkeypatch.setattr(type(default_storage._wrapped), "get_modified_time", lambda self, name: old)


def keep(stem: str) -> str:
    """The files of one picture; gives the name of the widest."""
    for width in WIDTHS:
        default_storage.save(f"{stem}-{width}.webp", ContentFile(b"x"))
    return f"{stem}-960.webp"


def are_there(stem: str) -> bool:
    there = {default_storage.exists(f"{stem}-{width}.webp") for width in WIDTHS}
    assert len(there) == 1
    return there.pop()


def picture(name: str) -> dict:
    return {"name": name, "width": 960, "height": 600, "alt": "Thợ", "widths": list(WIDTHS)}


def sent(name: str) -> dict:
    return {"pictures": [{"original": name, "width": 960, "height": 1200, "caption": ""}]}


def test_pictures_of_products_go_with_what_showed_them():
    product = make_product(seller=make_seller())
    shown = make_picture(product)
    shown.original = keep("products/dung-1a2b3c4d")
    shown.save()
    keep("products/cu-1a2b3c4d")
    waiting = listings.submit(product, actor=None, changes=sent(keep("products/cho-1a2b3c4d")))
    assert remove_unused_pictures.call() == len(WIDTHS)
    assert are_there("products/dung-1a2b3c4d")
    assert not are_there("products/cu-1a2b3c4d")
    assert are_there("products/cho-1a2b3c4d")
    ListingCheck.objects.filter(pk=waiting.pk).update(state=ListingCheck.State.TAKEN_BACK)
    assert remove_unused_pictures.call() == len(WIDTHS)
    assert not are_there("products/cho-1a2b3c4d")


def test_pictures_of_stalls_and_stories_are_kept_in_drafts_and_records():
    seller = make_seller()
    owner = make_member(seller)
    in_story = [picture(keep("stories/gom-1-11111111"))]
    Story.objects.create(seller=seller, title="Gốm", body="x", pictures=in_story)
    keep("stories/cu-22222222")
    banner = picture(keep("stalls/bia-33333333"))
    block = {"kind": "picture", "picture": picture(keep("stalls/khoi-44444444")), "caption": ""}
    make_stall_check(seller, actor=owner, banner=banner, blocks=[block])
    stall_pages.save(seller, actor=owner, content={"banner": None, "blocks": []}, revision=1)
    keep("stalls/cu-55555555")
    assert remove_unused_pictures.call() == 2 * len(WIDTHS)
    assert are_there("stories/gom-1-11111111")
    assert are_there("stalls/bia-33333333")
    assert are_there("stalls/khoi-44444444")
    assert not are_there("stories/cu-22222222")
    assert not are_there("stalls/cu-55555555")


def test_what_was_sent_lately_stays(monkeypatch):
    keep("products/moi-66666666")
    now = clock.now()
    monkeypatch.setattr(type(default_storage._wrapped), "get_modified_time", lambda self, name: now)
    assert remove_unused_pictures.call() == 0
    assert are_there("products/moi-66666666")
