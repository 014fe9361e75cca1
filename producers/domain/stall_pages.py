"""A stall's own page: written as a draft, looked at, shown; and the days on which the stall pauses."""

import datetime
from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext as _

from marketplace.core import activity, clock
from marketplace.core.exceptions import Refused
from marketplace.core.models import User
from producers.models import Partner, StallDraft, StallPage
from producers.models.stall_pages import StallText

LONGEST_PAUSE = 120
"""Days; who is away for longer closes the stall."""


class DraftMoved(Refused):
    """Somebody else has saved the draft meanwhile; nothing changed."""

    def __init__(self):
        super().__init__(
            _("Somebody else has changed this page meanwhile. Open it again in another window and compare.")
        )


class PauseRefused(Refused):
    """These days are no pause; nothing changed."""


def draft_of(seller: Partner) -> StallDraft:
    """What is being written; it begins, unsaved and with revision 0, as what the public reads."""
    draft = StallDraft.objects.filter(seller=seller).first()
    if draft is not None:
        return draft
    return StallDraft(seller=seller, revision=0, **content_of(page_of(seller)))


def page_of(seller: Partner) -> StallPage | None:
    """What the public reads."""
    return StallPage.objects.filter(seller=seller).first()


def content_of(text: StallText | None) -> dict:
    """All that is written, of a page or a draft."""
    return {name: getattr(text, name) for name in StallText.CONTENT} if text is not None else {}


@transaction.atomic
def save(seller: Partner, *, actor: User, content: Mapping, revision: int) -> StallDraft:
    """Keep the draft; ``revision`` is that of the draft which the writer had in view. Raises `DraftMoved`."""
    draft = held_draft(seller, revision)
    for name, value in content.items():
        setattr(draft, name, value)
    draft.revision += 1
    draft.save()
    return draft


def held_draft(seller: Partner, revision: int) -> StallDraft:
    """The draft of this revision, held until the transaction ends. Raises `DraftMoved`."""
    # One writer after the other, also for the first draft.
    Partner.objects.select_for_update().get(pk=seller.pk)
    draft = draft_of(seller)
    if draft.revision != revision:
        raise DraftMoved
    return draft


def show(seller: Partner, text: StallText, *, actor: User) -> StallPage:
    """Show everybody this text, which was checked (``catalog.domain.stall_checks``)."""
    page, _is_new = StallPage.objects.update_or_create(
        seller=seller, defaults={**content_of(text), "published_at": clock.now()}
    )
    activity.record("stall_page.published", seller, actor=actor)
    return page


@transaction.atomic
def pause(
    seller: Partner, *, actor: User, first: datetime.date, last: datetime.date, words: str = ""
) -> None:
    """Take no orders from the first day to the last; a pause that was set before is replaced.

    Raises `PauseRefused` for days that have passed, are in the wrong order, or are too many.
    """
    if last < max(first, clock.today()):
        raise PauseRefused(_("The last day of the pause is over, or before the first."))
    if (last - first).days >= LONGEST_PAUSE:
        raise PauseRefused(
            _("A pause lasts %(most)s days at most; ask the office to close the stall for longer.")
            % {"most": LONGEST_PAUSE}
        )
    _set_pause(seller, first, last, words)
    activity.record("stall.paused", seller, actor=actor, first=first.isoformat(), last=last.isoformat())


@transaction.atomic
def end_pause(seller: Partner, *, actor: User) -> None:
    """Take orders again at once, or do not pause after all."""
    _set_pause(seller, None, None, "")
    activity.record("stall.pause_ended", seller, actor=actor)


def _set_pause(seller: Partner, first: datetime.date | None, last: datetime.date | None, words: str) -> None:
    Partner.objects.filter(pk=seller.pk).update(pause_from=first, pause_to=last, pause_words=words)
    seller.pause_from, seller.pause_to, seller.pause_words = first, last, words
