"""The mails that follow a booth registration, to everybody in the team who may take part in events."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from marketplace.core.models import User
from marketplace.core.roles import Right, team_roles_with
from marketplace.core.tasks import retrying_task
from marketplace.events.models import BoothRegistration, RegistrationStep
from marketplace.notifications.domain.send import absolute, send_mail_once

State = BoothRegistration.State


@dataclass(frozen=True)
class News:
    """What a mail says, with ``%(event)s`` and ``%(stall)s`` in it."""

    subject: Promise
    text: Promise


NEWS = {
    State.CONFIRMED: News(
        _("Your booth is confirmed: %(event)s"),
        _("The office has confirmed the booth of %(stall)s at “%(event)s”."),
    ),
    State.REFUSED: News(
        _("Your registration was refused: %(event)s"),
        _("The office has refused the registration of %(stall)s for “%(event)s”."),
    ),
    State.HELD: News(
        _("A booth has become free for you: %(event)s"),
        _("%(stall)s waited for a booth at “%(event)s”. One has become free and is held for you."),
    ),
}
"""By the state that a step led to; a booth that is held is news to those who waited for it."""

CANCELLED = News(
    _("Cancelled: %(event)s"),
    _("“%(event)s”, for which %(stall)s was registered, does not take place."),
)


@retrying_task(title=_("Mail to the producer: news of a booth"))
def mail_booth_moved(step_id: int) -> None:
    """To the team: the booth is confirmed, refused, or has become free."""
    step = RegistrationStep.objects.select_related("registration__event", "registration__seller").get(
        pk=step_id
    )
    _mail_team(step.registration, NEWS[step.state], note=step.note, key=f"booth moved:{step.pk}")


@retrying_task(title=_("Mail to the producer: an event is cancelled"))
def mail_event_cancelled(registration_id: int) -> None:
    """To the team: the event for which it was registered does not take place."""
    registration = BoothRegistration.objects.select_related("event", "seller").get(pk=registration_id)
    note = registration.event.cancelled_because
    key = f"event cancelled:{registration.pk}:{registration.event.sequence}"
    _mail_team(registration, CANCELLED, note=note, key=key)


def _mail_team(registration: BoothRegistration, news: News, *, note: str, key: str) -> None:
    for person in _team(registration):
        with override(person.language):
            event = registration.event
            named = {"event": event.display_title, "stall": registration.seller.name}
            context = {
                "subject_line": news.subject % named,
                "text": news.text % named,
                "note": note,
                "event": event,
                "event_url": absolute(event.get_absolute_url()),
                "desk_url": absolute(reverse("producer_desk:event", args=[event.slug])),
            }
        send_mail_once(
            f"{key}:{person.pk}", template="booth", to=person.email, language=person.language, context=context
        )


def _team(registration: BoothRegistration) -> Iterator[User]:
    members = User.objects.filter(
        is_active=True,
        memberships__seller=registration.seller_id,
        memberships__role__in=team_roles_with(Right.TAKE_PART),
    )
    yield from members.exclude(email="").order_by("pk")
