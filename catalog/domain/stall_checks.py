"""Pages of stalls on their way to buyers: sent to the office, approved or sent back.

Pictures, texts and the name of a craft village are checked before buyers see them, as those of listings are;
until then they see what was approved last. Colour and opening hours show at once.
"""

from collections.abc import Iterator

from django.db import transaction
from django.utils.translation import gettext as _

from catalog.domain import banned
from marketplace.core import activity, clock
from marketplace.core.exceptions import Refused
from marketplace.core.models import User
from producers.domain import stall_pages
from producers.models import Partner, StallCheck
from producers.models.stall_pages import StallText
from producers.signals import stall_check_decided

State = StallCheck.State

UNCHECKED = ("accent", "opening_hours")
"""What shows at once, as long as its words are free of the office's banned ones."""


class StallCheckMoved(Refused):
    """The page does not wait any more: somebody was faster."""

    def __init__(self):
        super().__init__(_("Somebody else was faster; this page does not wait any more."))


@transaction.atomic
def submit(seller: Partner, *, actor: User, revision: int) -> StallCheck | None:
    """Send the draft of this revision to the office; None where nothing of it has to wait and it shows.

    What was sent before and still waits is taken back. Raises ``DraftMoved`` and ``BannedWords``.
    """
    draft = stall_pages.held_draft(seller, revision)
    marks = banned.checked_words(texts_of(draft))
    _take_back_waiting(seller)
    if not marks and not _must_wait(seller, draft):
        stall_pages.show(seller, draft, actor=actor)
        return None
    check = StallCheck.objects.create(
        seller=seller, sent_by=actor, marks=marks, **stall_pages.content_of(draft)
    )
    activity.record("stall_page.sent", seller, actor=actor, check=check.pk, revision=revision)
    return check


@transaction.atomic
def take_back(check: StallCheck, *, actor: User) -> None:
    """Wait no longer; the draft stays. Raises ``StallCheckMoved``."""
    _decide(check, State.TAKEN_BACK, actor)
    activity.record("stall_page.taken_back", check.seller, actor=actor, check=check.pk)


@transaction.atomic
def approve(check: StallCheck, *, actor: User) -> None:
    """Show buyers the page as it was sent. Raises ``StallCheckMoved``."""
    _decide(check, State.APPROVED, actor)
    stall_pages.show(check.seller, check, actor=actor)
    stall_check_decided.send(sender=StallCheck, check=check)


@transaction.atomic
def send_back(check: StallCheck, *, actor: User, reason: str) -> None:
    """Say what the seller must change. Raises ``StallCheckMoved``, and ``Refused`` without a reason."""
    if not reason.strip():
        raise Refused(_("Please say why: the seller will read it."))
    _decide(check, State.SENT_BACK, actor, reason)
    activity.record("stall_page.sent_back", check.seller, actor=actor, check=check.pk, reason=reason)
    stall_check_decided.send(sender=StallCheck, check=check)


def texts_of(page: StallText) -> Iterator[str]:
    """All that somebody wrote in a stall's page."""
    yield page.village
    yield page.opening_hours
    for block in page.blocks:
        yield from (block.get(name, "") for name in ("heading", "body", "caption", "title"))
        if block.get("picture"):
            yield block["picture"]["alt"]
        for row in block.get("rows", []):
            yield from row


def _must_wait(seller: Partner, draft: StallText) -> bool:
    """Whether anything is to be checked of what differs from the page that buyers see."""
    seen = stall_pages.content_of(stall_pages.page_of(seller) or StallCheck())
    written = stall_pages.content_of(draft)
    return any(written[name] != seen[name] for name in written if name not in UNCHECKED)


def _take_back_waiting(seller: Partner) -> None:
    waiting = StallCheck.objects.waiting().filter(seller=seller)
    waiting.update(state=State.TAKEN_BACK, decided_at=clock.now())


def _decide(check: StallCheck, state: State, actor: User, reason: str = "") -> None:
    """One conditional update, so that of two people who decide at once one is told."""
    fields = {"state": state, "decided_at": clock.now(), "decided_by": actor, "reason": reason}
    if not StallCheck.objects.filter(pk=check.pk, state=State.WAITING).update(**fields):
        raise StallCheckMoved
    for name, value in fields.items():
        setattr(check, name, value)
