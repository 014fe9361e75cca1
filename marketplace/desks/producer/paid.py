"""How an order is paid, at one glance: the word and colour beside its state, and the filter of lists."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from marketplace.core.money import format_vnd
from marketplace.payments import methods
from marketplace.payments.models import Payment
from marketplace.sales.domain import statements
from marketplace.sales.models import SellerOrder


@dataclass(frozen=True)
class Paid:
    """What stands beside the state of an order; ``kind`` is a colour of `parts/state.html`."""

    text: str | Promise
    kind: str = ""


#: What a list of orders can be narrowed to.
CHOICES: dict[str, tuple[Promise, Callable[[QuerySet[SellerOrder]], QuerySet[SellerOrder]]]] = {
    "awaited": (gettext_lazy("Transfer or card awaited"), statements.awaiting_transfer),
    "on-receipt": (gettext_lazy("To be paid on receipt"), statements.paying_on_receipt),
    "paid": (gettext_lazy("Paid"), statements.paid),
    "owed": (gettext_lazy("To give back"), statements.owing_back),
}


def paid_of(
    seller_orders: Iterable[SellerOrder], payments: Iterable[Payment] | None = None
) -> dict[str, Paid | None]:
    """By number how these seller orders are paid, None where nothing is; one query without ``payments``."""
    orders = {each.number: each for each in seller_orders}
    if payments is None:
        payments = Payment.objects.filter(reference__in=orders)
    of: dict[str, list[Payment]] = {number: [] for number in orders}
    for payment in payments:
        of[payment.reference].append(payment)
    return {number: _paid(orders[number], of[number]) for number in orders}


def _paid(seller_order: SellerOrder, payments: list[Payment]) -> Paid | None:
    owed = sum(payment.refund_owed for payment in payments)
    if owed:
        return Paid(_("%(amount)s to give back") % {"amount": format_vnd(owed)}, "warn")
    if not payments or payments[-1].state == Payment.State.CANCELLED:
        return None
    newest = payments[-1]
    method = methods.get(newest.method)
    if not newest.is_awaited:
        is_refunded = newest.state in (Payment.State.REFUNDED, Payment.State.PARTLY_REFUNDED)
        return Paid(Payment.State(newest.state).label if is_refunded else _("Paid"), "ok")
    if newest.received:
        return Paid(Payment.State(newest.state).label, "warn")
    if method.is_settled_on_receipt:
        return Paid(method.label)
    return Paid(_("Card payment awaited") if method.code == methods.Stripe.code else _("Transfer awaited"))
