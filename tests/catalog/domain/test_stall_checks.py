"""Pages of stalls: pictures and texts show when the office has approved them, colour and hours at once."""

import pytest

from catalog.domain import banned, stall_checks
from catalog.domain.stall_checks import StallCheckMoved
from catalog.models import BannedWord
from marketplace.core.exceptions import Refused
from producers.domain import stall_pages
from producers.models import StallCheck
from tests.factories.catalog import make_member, make_seller
from tests.factories.sellers import make_officer, make_stall_check

pytestmark = [pytest.mark.integration, pytest.mark.django_db, pytest.mark.usefixtures("frozen")]

State = StallCheck.State
PICTURE = {"name": "stories/1-480.webp", "width": 480, "height": 300, "alt": "Thợ gốm", "widths": [480]}


def block(body: str) -> dict:
    return {"kind": "text", "heading": "", "body": body}


@pytest.fixture
def seller():
    return make_seller()


@pytest.fixture
def owner(seller):
    return make_member(seller)


@pytest.fixture
def officer():
    return make_officer()


def submit(seller, owner, **content) -> StallCheck | None:
    draft = stall_pages.draft_of(seller)
    draft = stall_pages.save(seller, actor=owner, content=content, revision=draft.revision)
    return stall_checks.submit(seller, actor=owner, revision=draft.revision)


def test_buyers_see_what_the_office_approved_and_not_what_was_written_since(seller, owner, officer):
    check = submit(seller, owner, blocks=[block("Lò gốm.")], accent="leaf")
    assert (check.state, stall_pages.page_of(seller)) == (State.WAITING, None)
    stall_pages.save(seller, actor=owner, content={"blocks": [block("Khác.")]}, revision=1)
    stall_checks.approve(check, actor=officer)
    page = stall_pages.page_of(seller)
    assert (page.blocks, page.accent) == ([block("Lò gốm.")], "leaf")
    assert stall_pages.draft_of(seller).blocks == [block("Khác.")]


@pytest.mark.parametrize(
    "content",
    [
        {"banner": PICTURE},
        {"logo": PICTURE},
        {"village": "Bát Tràng"},
        {"blocks": [block("Lò gốm.")]},
    ],
    ids=lambda content: next(iter(content)),
)
def test_pictures_and_texts_wait(seller, owner, content):
    assert submit(seller, owner, **content).state == State.WAITING
    assert stall_pages.page_of(seller) is None


def test_colour_and_opening_hours_show_at_once_and_beside_what_was_approved(seller, owner, officer):
    stall_checks.approve(submit(seller, owner, blocks=[block("Lò gốm.")]), actor=officer)
    assert submit(seller, owner, accent="plum", opening_hours="8:00–17:00") is None
    page = stall_pages.page_of(seller)
    assert (page.accent, page.opening_hours, page.blocks) == ("plum", "8:00–17:00", [block("Lò gốm.")])


def test_words_of_the_offices_list_are_refused_or_make_even_opening_hours_wait(seller, owner):
    BannedWord.objects.create(word="thần dược", rule=BannedWord.Rule.REFUSED)
    BannedWord.objects.create(word="gia truyền", rule=BannedWord.Rule.MARKED)
    with pytest.raises(banned.BannedWords):
        submit(seller, owner, blocks=[{"kind": "milestones", "heading": "", "rows": [["1989", "Thần dược"]]}])
    check = submit(seller, owner, blocks=[], opening_hours="Thuốc gia truyền")
    assert (check.marks, check.state) == (["gia truyền"], State.WAITING)


def test_a_picture_says_what_its_texts_say(seller, owner):
    BannedWord.objects.create(word="thần dược", rule=BannedWord.Rule.REFUSED)
    shown = {"kind": "picture", "picture": {**PICTURE, "alt": "Thần dược"}, "caption": ""}
    with pytest.raises(banned.BannedWords):
        submit(seller, owner, blocks=[shown])


def test_what_is_sent_again_takes_the_place_of_what_waited(seller, owner, officer):
    first = submit(seller, owner, blocks=[block("Một.")])
    second = submit(seller, owner, blocks=[block("Hai.")])
    first.refresh_from_db()
    assert (first.state, second.state) == (State.TAKEN_BACK, State.WAITING)
    with pytest.raises(StallCheckMoved):
        stall_checks.approve(first, actor=officer)
    assert stall_pages.page_of(seller) is None


def test_a_decision_is_taken_once_and_sending_back_needs_a_reason(seller, owner, officer):
    check = make_stall_check(seller, actor=owner)
    with pytest.raises(Refused):
        stall_checks.send_back(check, actor=officer, reason=" ")
    stall_checks.send_back(check, actor=officer, reason="Ảnh mờ")
    for act in (
        lambda: stall_checks.approve(check, actor=officer),
        lambda: stall_checks.send_back(check, actor=officer, reason="x"),
        lambda: stall_checks.take_back(check, actor=owner),
    ):
        with pytest.raises(StallCheckMoved):
            act()
    assert stall_pages.page_of(seller) is None


def test_a_draft_that_somebody_else_has_saved_is_not_sent(seller, owner):
    stall_pages.save(seller, actor=owner, content={"village": "Bát Tràng"}, revision=0)
    with pytest.raises(stall_pages.DraftMoved):
        stall_checks.submit(seller, actor=owner, revision=0)
