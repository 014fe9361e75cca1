"""Sending a newsletter: begun once by an editor, then carried on by tasks until every address is served."""

from collections import Counter

from django.db import transaction
from django.utils.translation import gettext as _

from cms import mailings
from cms.models import Delivery, Issue
from marketplace.core import activity, clock
from marketplace.core.exceptions import Refused
from marketplace.core.models import User

State = Issue.State


class AlreadyBegun(Refused):
    """A newsletter goes out once."""

    def __init__(self):
        super().__init__(_("This newsletter is on its way or has been sent already."))


@transaction.atomic
def start(issue: Issue, *, actor: User) -> None:
    """Begin to send a newsletter to everybody who has confirmed; raises ``AlreadyBegun``, also in a race."""
    begun = Issue.objects.filter(pk=issue.pk, state=State.DRAFT).update(
        state=State.SENDING, started_at=clock.now(), started_by=actor
    )
    if not begun:
        raise AlreadyBegun
    activity.record("newsletter.started", issue, actor=actor)
    mailings.address_issue.enqueue(issue.pk)


def progress(issue: Issue) -> dict[str, int]:
    """How many deliveries of a newsletter are in each state, by the state's words; one query."""
    states = Counter(issue.deliveries.order_by().values_list("state", flat=True))
    return {str(Delivery.State(state).label): number for state, number in sorted(states.items())}


def send_samples(issue: Issue, *, actor: User) -> None:
    """Mail the newsletter in each language to whoever works on it."""
    mailings.mail_samples.enqueue(issue.pk, actor.pk)
