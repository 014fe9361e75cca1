"""News of money: what came in, is owed back or disputed, time that runs out, invoices."""

from django.dispatch import receiver

from marketplace.core import clock
from marketplace.core.money import format_vnd
from marketplace.notifications.domain.notify import notify_buyer, notify_team
from marketplace.payments.methods import Stripe, VietQR
from marketplace.payments.signals import (
    card_account_changed,
    card_disputed,
    card_refund_failed,
    payment_moved,
)
from marketplace.sales.models import SellerOrder
from marketplace.sales.signals import (
    invoice_entered,
    invoice_requested,
    payment_due_soon,
    payment_extended,
)

#: What comes in by itself, so that somebody has to be told of it.
TOLD = {VietQR.code: "money_in", Stripe.code: "card_paid"}


@receiver(payment_moved)
def tell_of_payment(sender, payment, event, came_in, **kwargs):
    is_told = came_in and payment.method in TOLD
    is_owed = payment.refund_owed and event.moved >= 0
    if not is_told and not is_owed:
        return
    seller_order = _seller_order_of(payment)
    if seller_order is None:
        return
    key, number = str(event.pk), seller_order.number
    if is_told:
        facts = {"number": number, "amount": format_vnd(came_in), "state_code": event.state}
        notify_team(seller_order.seller_id, TOLD[payment.method], key=key, **facts)
        notify_buyer(seller_order.order, "payment_in", key=key, seller=seller_order.seller_name, **facts)
    if is_owed:
        owed = format_vnd(payment.refund_owed)
        notify_team(seller_order.seller_id, "refund_owed", key=key, number=number, amount=owed)


@receiver(payment_due_soon)
def remind_buyer(sender, seller_order, request, **kwargs):
    facts = {**_awaited(seller_order, request), "seller": seller_order.seller_name}
    notify_buyer(seller_order.order, "payment_due", key=seller_order.number, **facts)


@receiver(payment_extended)
def tell_of_more_time(sender, seller_order, request, **kwargs):
    facts, key = _awaited(seller_order, request), seller_order.number
    notify_buyer(seller_order.order, "payment_extended", key=key, seller=seller_order.seller_name, **facts)
    notify_team(seller_order.seller_id, "payment_awaited", key=key, **facts)


@receiver(invoice_requested)
def tell_of_request(sender, request, **kwargs):
    for seller_order in request.order.seller_orders.order_by("pk"):
        key = f"{request.pk}:{seller_order.pk}"
        notify_team(seller_order.seller_id, "invoice_requested", key=key, number=seller_order.number)


@receiver(invoice_entered)
def tell_of_invoice(sender, invoice, **kwargs):
    seller_order = invoice.seller_order
    notify_buyer(
        seller_order.order,
        "invoice",
        key=str(invoice.pk),
        number=seller_order.number,
        seller=seller_order.seller_name,
        invoice=invoice.number,
    )


@receiver(card_account_changed)
def tell_of_card_account(sender, account, **kwargs):
    kind = "cards_on" if account.takes_cards else "cards_off"
    key = f"{account.pk} {clock.now().isoformat()}"
    notify_team(account.seller_id, kind, key=key, stall=account.seller.name)


@receiver(card_disputed)
def tell_of_dispute(sender, dispute, **kwargs):
    seller_order = _seller_order_of(dispute.session.payment)
    if seller_order is not None:
        key = f"{dispute.pk} {dispute.status}"
        facts = {"number": seller_order.number, "amount": format_vnd(dispute.amount)}
        if dispute.loss:
            facts["loss"] = format_vnd(dispute.loss)
        kind = "card_dispute_closed" if dispute.closed_at else "card_dispute"
        notify_team(seller_order.seller_id, kind, key=key, status=dispute.status, **facts)


@receiver(card_refund_failed)
def tell_of_failed_refund(sender, refund, **kwargs):
    seller_order = _seller_order_of(refund.session.payment)
    if seller_order is not None:
        facts = {"number": seller_order.number, "amount": format_vnd(refund.amount)}
        notify_team(seller_order.seller_id, "card_refund_failed", key=str(refund.pk), **facts)


def _awaited(seller_order, request) -> dict[str, str]:
    """What is outstanding until when, and what has come of it; empty where nothing has."""
    payment = request.payment
    return {
        "number": seller_order.number,
        "amount": format_vnd(payment.outstanding),
        "received": format_vnd(payment.kept) if payment.kept else "",
        "due_at": request.due_at.isoformat(),
    }


def _seller_order_of(payment) -> SellerOrder | None:
    placed = SellerOrder.objects.select_related("order__placement")
    return placed.filter(number=payment.reference).first()
