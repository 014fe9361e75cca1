"""Telling people: the one way in for everybody who has news.

`notify_team` and the others belong into the transaction of the act that is news: no act, no news; an act,
its news. Everything else happens in tasks: who is to be told, the row in each person's list, and a task for
each way.
"""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override
from oscar.apps.order.models import Order

from marketplace.core.models import User
from marketplace.core.roles import team_roles_with
from marketplace.core.tasks import retrying_task
from marketplace.notifications.channels import CHANNELS
from marketplace.notifications.domain.choose import wanted_channels
from marketplace.notifications.domain.send import absolute, send_mail_once
from marketplace.notifications.kinds import Kind, kind_of
from marketplace.notifications.models import Notice
from marketplace.sales.links import guest_link_token


def notify_team(seller_id: int, kind: str, *, key: str, **facts: object) -> None:
    """Tell everybody in a seller's team who holds the right that the kind names.

    ``key`` names the news among those of its kind: told once to each person, however often it is asked for.
    Raises KeyError for an unknown kind.
    """
    kind_of(kind)
    tell.enqueue(kind, key, facts, seller_id, None)


def notify_person(person_id: int, kind: str, *, key: str, **facts: object) -> None:
    """Tell one person; otherwise as `notify_team`."""
    kind_of(kind)
    tell.enqueue(kind, key, facts, None, person_id)


def notify_buyer(order: Order, kind: str, *, key: str, **facts: object) -> None:
    """Tell who ordered: the account, or by mail with the signed link who ordered without one."""
    kind_of(kind)
    facts = {"order": order.number, **facts}
    if order.user_id is not None:
        notify_person(order.user_id, kind, key=key, **facts)
    elif order.placement.buyer_email:
        mail_guest.enqueue(kind, key, order.pk, facts)


@retrying_task(in_transaction=True, title=_("Notices: find out who is to be told, and how"))
def tell(kind: str, key: str, facts: dict, seller_id: int | None, person_id: int | None) -> None:
    """Write the notice for each person and enqueue its ways; what was told before is left out."""
    declared = kind_of(kind)
    people = _people(declared, seller_id, person_id)
    wanted = wanted_channels(people, declared)
    for person in people:
        notice, is_new = Notice.objects.get_or_create(
            recipient=person, kind=kind, key=key, defaults={"facts": facts, "seller_id": seller_id}
        )
        for code in wanted[person.pk] if is_new else ():
            channel = CHANNELS[code]
            if not channel.reaches(person):
                continue
            if channel.is_immediate:
                channel.deliver(notice)
            else:
                deliver.enqueue(notice.pk, code)


@retrying_task(title=_("Notices: bring one by mail or to devices"))
def deliver(notice_id: int, channel: str) -> None:
    """Bring a notice by one way, unless its recipient has gone or has left the team meanwhile."""
    notice = Notice.objects.select_related("recipient").filter(pk=notice_id).first()
    if notice is None:
        return
    people = _people(kind_of(notice.kind), notice.seller_id, notice.recipient_id)
    if notice.recipient in people:
        CHANNELS[channel].deliver(notice)


@retrying_task(title=_("Notices: mail to a buyer without an account"))
def mail_guest(kind: str, key: str, order_id: int, facts: dict) -> None:
    """To the address of the order, with the signed link to it; what was mailed before is left out."""
    declared = kind_of(kind)
    order = Order.objects.select_related("placement").get(pk=order_id)
    placement = order.placement
    with override(placement.language):
        link = reverse("customer:guest-order", args=[order.number, guest_link_token(order)])
        context = {
            "title": declared.title_of(facts),
            "text": declared.text_of(facts),
            "action_url": absolute(link),
        }
    send_mail_once(
        f"{kind}:{key}:guest",
        template="notice",
        to=placement.buyer_email,
        language=placement.language,
        context=context,
    )


def _people(kind: Kind, seller_id: int | None, person_id: int | None) -> list[User]:
    people = User.objects.filter(is_active=True)
    if person_id is not None:
        people = people.filter(pk=person_id)
    if seller_id is not None:
        roles: Iterable[str] = team_roles_with(kind.right) if kind.right is not None else ()
        people = people.filter(memberships__seller=seller_id, memberships__role__in=roles)
    return list(people.order_by("pk"))
