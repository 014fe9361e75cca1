"""Messages between the buyer and the seller of one seller order; nobody can write before there is one."""

import datetime
from collections.abc import Sequence

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from marketplace.core import activity, clock
from marketplace.core.exceptions import Refused
from marketplace.core.models import User
from marketplace.core.text import nfc_lines
from marketplace.sales.domain import pictures as sent_pictures
from marketplace.sales.models import Message, SellerOrder, Side, Thread
from marketplace.sales.models.messages import LONGEST_MESSAGE
from marketplace.sales.signals import message_written

#: Messages of one side in one thread within `RATE_PERIOD`.
MOST_MESSAGES = 20
RATE_PERIOD = datetime.timedelta(hours=1)

_UNREAD_BY = {Side.BUYER: "unread_by_seller", Side.SELLER: "unread_by_buyer"}


class NothingWritten(Refused):
    def __init__(self):
        super().__init__(_("Please write something or add a picture."))


class MessageTooLong(Refused):
    def __init__(self):
        super().__init__(_("A message has at most %(number)s characters.") % {"number": LONGEST_MESSAGE})


class TooManyMessages(Refused):
    """One side has written more than anyone needs to; nothing was sent."""

    def __init__(self):
        super().__init__(_("You have written many messages in the last hour. Please wait a little."))


@transaction.atomic
def write(
    seller_order: SellerOrder,
    *,
    side: str,
    author: User | None,
    body: str,
    pictures: Sequence[UploadedFile] = (),
) -> Message:
    """Send a message to the other side, who is told by the notifier.

    Whoever writes has read what came before. Raises `NothingWritten`, `MessageTooLong` or `TooManyMessages`.
    """
    text = nfc_lines(body)
    if not text and not pictures:
        raise NothingWritten
    if len(text) > LONGEST_MESSAGE:
        raise MessageTooLong
    now = clock.now()
    thread = _locked_thread(seller_order, now)
    recent = Message.objects.filter(seller_order=seller_order, side=side, at__gt=now - RATE_PERIOD)
    if recent.count() >= MOST_MESSAGES:
        raise TooManyMessages
    person = activity.person(author)
    message = Message.objects.create(seller_order=seller_order, side=side, author=person, body=text, at=now)
    sent_pictures.keep(pictures, seller_order, message=message)
    unread = _UNREAD_BY[side]
    Thread.objects.filter(pk=thread.pk).update(**{"last_at": now, unread: F(unread) + 1})
    mark_read(seller_order, side)
    Thread.objects.filter(pk=thread.pk).update(waits_for_seller=side == Side.BUYER)
    message_written.send(Message, message=message)
    return message


@transaction.atomic
def mark_read(seller_order: SellerOrder, side: str) -> None:
    """This side has seen everything that the other side wrote."""
    own = _UNREAD_BY[Side.BUYER if side == Side.SELLER else Side.SELLER]
    changes = {own: 0, **({"waits_for_seller": False} if side == Side.SELLER else {})}
    if not Thread.objects.filter(seller_order=seller_order, **{f"{own}__gt": 0}).update(**changes):
        return
    unread = Message.objects.filter(seller_order=seller_order, read_at=None).exclude(side=side)
    unread.update(read_at=clock.now())


def _locked_thread(seller_order: SellerOrder, now: datetime.datetime) -> Thread:
    """The thread of the seller order, begun if there is none, while nobody else writes in it."""
    SellerOrder.objects.select_for_update(no_key=True).get(pk=seller_order.pk)
    thread, _begun = Thread.objects.get_or_create(
        seller_order=seller_order, defaults={"seller_id": seller_order.seller_id, "last_at": now}
    )
    return thread
