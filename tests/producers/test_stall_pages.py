"""A stall's page on its way from draft to public, and the days on which a stall pauses."""

import datetime

import pytest
from django.db import IntegrityError, transaction

from marketplace.core.models import Activity
from producers.domain import stall_pages
from producers.models import Partner, StallPage
from tests.factories.catalog import make_member, make_seller

pytestmark = [pytest.mark.integration, pytest.mark.django_db, pytest.mark.usefixtures("frozen")]

TODAY = datetime.date(2026, 11, 24)
DAY = datetime.timedelta(days=1)
TEXT = {"kind": "text", "heading": "", "body": "Từ 1989."}


@pytest.fixture
def seller():
    return make_seller()


@pytest.fixture
def owner(seller):
    return make_member(seller)


# --- the page
def test_the_public_reads_what_was_published_last(seller, owner):
    first = stall_pages.draft_of(seller)
    assert (first.revision, first.blocks) == (0, [])
    draft = stall_pages.save(seller, actor=owner, content={"accent": "leaf", "blocks": [TEXT]}, revision=0)
    assert stall_pages.page_of(seller) is None
    stall_pages.show(seller, draft, actor=owner)
    stall_pages.save(seller, actor=owner, content={"blocks": []}, revision=draft.revision)
    page = stall_pages.page_of(seller)
    assert (page.accent, page.blocks) == ("leaf", [TEXT])
    assert Activity.objects.filter(act="stall_page.published", actor=owner).count() == 1


def test_of_two_writers_the_later_one_is_told_and_nothing_is_lost(seller, owner):
    draft = stall_pages.save(seller, actor=owner, content={"village": "Bát Tràng"}, revision=0)
    with pytest.raises(stall_pages.DraftMoved):
        stall_pages.save(seller, actor=owner, content={"village": "Vạn Phúc"}, revision=0)
    with pytest.raises(stall_pages.DraftMoved):
        stall_pages.held_draft(seller, revision=0)
    assert stall_pages.draft_of(seller).village == draft.village == "Bát Tràng"
    assert not StallPage.objects.exists()


# --- the pause
def test_a_pause_begins_and_ends_with_days_in_ha_noi(seller, owner, frozen):
    stall_pages.pause(seller, actor=owner, first=TODAY + DAY, last=TODAY + 2 * DAY, words="Đi hội chợ.")
    states = []
    for _day in range(4):
        fresh = Partner.objects.get(pk=seller.pk)
        states.append((fresh.is_paused, fresh.has_pause_ahead, bool(fresh.pause_notice)))
        frozen.shift(DAY)
    assert states == [
        (False, True, True),
        (True, False, True),
        (True, False, True),
        (False, False, False),
    ]


def test_a_pause_can_be_ended_at_once(seller, owner):
    stall_pages.pause(seller, actor=owner, first=TODAY, last=TODAY)
    assert seller.is_paused
    stall_pages.end_pause(seller, actor=owner)
    assert not Partner.objects.get(pk=seller.pk).is_paused
    assert list(Activity.objects.filter(actor=owner).order_by("pk").values_list("act", flat=True)) == [
        "stall.paused",
        "stall.pause_ended",
    ]


@pytest.mark.parametrize(
    ("first", "last"),
    [(TODAY - 3 * DAY, TODAY - DAY), (TODAY + 2 * DAY, TODAY + DAY), (TODAY, TODAY + 200 * DAY)],
)
def test_days_that_are_no_pause_are_refused(seller, owner, first, last):
    with pytest.raises(stall_pages.PauseRefused):
        stall_pages.pause(seller, actor=owner, first=first, last=last)
    assert Partner.objects.get(pk=seller.pk).pause_from is None


def test_the_database_takes_no_half_of_a_pause(seller):
    for half in ({"pause_from": TODAY}, {"pause_to": TODAY}, {"pause_from": TODAY, "pause_to": TODAY - DAY}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Partner.objects.filter(pk=seller.pk).update(**half)
