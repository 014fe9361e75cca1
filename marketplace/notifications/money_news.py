"""News of transfers: money that came in, money that is owed back, time that runs out."""

from django.dispatch import receiver

from marketplace.core.money import format_vnd
from marketplace.notifications.domain.notify import notify_buyer, notify_team
from marketplace.payments.methods import VietQR
from marketplace.payments.signals import payment_moved
from marketplace.sales.models import SellerOrder
from marketplace.sales.signals import transfer_due_soon


@receiver(payment_moved)
def tell_of_payment(sender, payment, event, **kwargs):
    if payment.method != VietQR.code or not (event.moved > 0 or payment.refund_owed):
        return
    placed = SellerOrder.objects.select_related("order__placement")
    seller_order = placed.filter(number=payment.reference).first()
    if seller_order is None:
        return
    key, number = str(event.pk), seller_order.number
    if event.moved > 0:
        facts = {"number": number, "amount": format_vnd(event.moved), "state_code": event.state}
        notify_team(seller_order.seller_id, "money_in", key=key, **facts)
        notify_buyer(seller_order.order, "payment_in", key=key, seller=seller_order.seller_name, **facts)
    if payment.refund_owed and event.moved >= 0:
        owed = format_vnd(payment.refund_owed)
        notify_team(seller_order.seller_id, "refund_owed", key=key, number=number, amount=owed)


@receiver(transfer_due_soon)
def remind_buyer(sender, seller_order, transfer_request, **kwargs):
    notify_buyer(
        seller_order.order,
        "payment_due",
        key=str(transfer_request.pk),
        number=seller_order.number,
        seller=seller_order.seller_name,
        amount=format_vnd(transfer_request.payment.outstanding),
        due_at=transfer_request.due_at.isoformat(),
    )
