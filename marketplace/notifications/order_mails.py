"""What a buyer would be told of a step of their order, before it is taken."""

import re
from dataclasses import dataclass

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import override

from marketplace.notifications.domain.send import absolute
from marketplace.notifications.tasks import BUYER_MAILS
from marketplace.sales.models import SellerOrder, SellerOrderEvent

_EMPTY_LINES = re.compile(r"\n\s*\n(\s*\n)+")


@dataclass(frozen=True)
class OrderMail:
    """A mail as its reader gets it, in the reader's language."""

    language: str
    subject: str
    text: str


def mail_about(seller_order: SellerOrder, state: str, *, kept: int) -> OrderMail | None:
    """The mail about this state; None if it needs none or the buyer left no address.

    The seller order comes from ``for_rows``; ``kept`` is what the seller has been paid for it, in VND. The
    buyer's own link, which opens the order for whoever has it, is not in what the seller reads.
    """
    placement = seller_order.order.placement
    if state not in BUYER_MAILS or not placement.buyer_email:
        return None
    with override(placement.language):
        page = absolute(reverse("customer:order", args=[seller_order.order.number]))
        context = {
            "shop_name": settings.SHOP_NAME,
            "demo": settings.DEMO,
            "event": SellerOrderEvent(seller_order=seller_order, state=state),
            "seller_order": seller_order,
            "lines": seller_order.lines_to_send,
            "placement": placement,
            "order": seller_order.order,
            "order_url": page,
            "owed": kept if state == SellerOrder.State.CANCELLED else 0,
        }
        template = f"mails/{BUYER_MAILS[state]}"
        subject = " ".join(render_to_string(f"{template}.subject.txt", context).split())
        text = _EMPTY_LINES.sub("\n\n", render_to_string(f"{template}.txt", context)).strip()
    return OrderMail(placement.language, subject, text)
