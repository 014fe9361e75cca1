"""The mails that follow an order or a decision, each its own task so that one failing holds up no others."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override
from oscar.apps.order.models import Order

from marketplace.core.tasks import retrying_task
from marketplace.notifications.domain.send import absolute, send_mail_once
from marketplace.sales.domain.fulfil import ENDED_WELL
from marketplace.sales.links import guest_link_token
from marketplace.sales.models import SellerOrder, SellerOrderEvent
from marketplace.sales.paying import owed_back, paying
from marketplace.sales.pickups import pickups_of
from producers.models import StoryVersion

# The mail that tells the buyer of a state; the other states need none.
BUYER_MAILS = {
    SellerOrder.State.CONFIRMED: "order_confirmed",
    SellerOrder.State.SHIPPED: "order_shipped",
    SellerOrder.State.READY_FOR_PICKUP: "order_ready",
    SellerOrder.State.CANCELLED: "order_cancelled",
}


@retrying_task(title=_("Mail to the buyer: order received"))
def mail_order_received(order_id: int) -> None:
    """To the buyer: what was ordered from whom, the codes to pick it up with, the link to the order."""
    order = Order.objects.select_related("placement", "shipping_address__country").get(pk=order_id)
    placement = order.placement
    if not placement.buyer_email:
        return
    seller_orders = list(order.seller_orders.order_by("number").prefetch_related("lines"))
    pickups, payments = pickups_of(seller_orders), paying(seller_orders)
    for part in seller_orders:
        part.pickup, part.paying = pickups.get(part.number), payments.get(part.number)
    context = {
        "order": order,
        "placement": placement,
        "seller_orders": seller_orders,
        "total": int(order.total_incl_tax),
        **_buyer_links(order, placement.language),
    }
    send_mail_once(
        f"order received:{order.pk}",
        template="order_received",
        to=placement.buyer_email,
        language=placement.language,
        context=context,
        pictures={number: pickup.picture for number, pickup in pickups.items()},
    )


@retrying_task(title=_("Mail to the buyer: news of an order"))
def mail_order_moved(event_id: int) -> None:
    """To the buyer: a seller has confirmed, sent or cancelled their part, or a part of it."""
    related = ("seller_order__order__placement", "seller_order__parcel")
    event = SellerOrderEvent.objects.select_related(*related).get(pk=event_id)
    seller_order = event.seller_order
    placement = seller_order.order.placement
    if not placement.buyer_email:
        return
    cancelled = list(seller_order.lines.filter(cancelled_quantity__gt=0))
    context = {
        "event": event,
        "seller_order": seller_order,
        "lines": list(seller_order.lines.filter(quantity__gt=0)),
        "cancelled": cancelled,
        "is_visit": all(line.day is not None for line in cancelled),
        "is_settled": event.state in ENDED_WELL,
        "owed": owed_back([seller_order.number]).get(seller_order.number, 0),
        "placement": placement,
        "order": seller_order.order,
        **_buyer_links(seller_order.order, placement.language),
    }
    is_reduced = event.kind == SellerOrderEvent.Kind.REDUCED
    send_mail_once(
        f"order moved:{event.pk}",
        template="order_reduced" if is_reduced else BUYER_MAILS[event.state],
        to=placement.buyer_email,
        language=placement.language,
        context=context,
    )


@retrying_task(title=_("Mail to the writer: a story was decided on"))
def mail_story_decided(version_id: int) -> None:
    """To the writer of a story: it is published, or sent back with the editor's reason."""
    version = StoryVersion.objects.select_related("author", "story").get(pk=version_id)
    writer = version.author
    if writer is None or not writer.is_active or not writer.email:
        return
    is_published = version.state == StoryVersion.State.PUBLISHED
    template = "story_published" if is_published else "story_sent_back"
    with override(writer.language):
        links = {
            "story_url": absolute(version.story.get_absolute_url()),
            "desk_url": absolute(reverse("producer_desk:story", args=[version.story_id])),
        }
    send_mail_once(
        f"{template}:{version.pk}:{version.decided_at.timestamp()}",
        template=template,
        to=writer.email,
        language=writer.language,
        context={"version": version, **links},
    )


def _buyer_links(order: Order, language: str) -> dict[str, str]:
    """Links that open without logging in, because a mail may be read anywhere."""
    signed = [order.number, guest_link_token(order)]
    with override(language):
        return {"order_url": absolute(reverse("customer:guest-order", args=signed))}
