"""E-invoices: to whom the buyer wants them made out, and which the seller has issued in its own system."""

import datetime
from dataclasses import asdict, dataclass

from django.db import transaction
from django.utils.translation import gettext as _
from oscar.apps.order.models import Order

from marketplace.core import activity, clock
from marketplace.core.exceptions import Refused
from marketplace.core.models import User
from marketplace.sales.models import Invoice, InvoiceRequest, SellerOrder
from marketplace.sales.signals import invoice_entered, invoice_requested


@dataclass(frozen=True)
class Recipient:
    """To whom invoices are made out; only the tax code may be empty."""

    name: str
    tax_code: str
    address: str


class InvoiceRefused(Refused):
    """The invoice cannot be of this day; nothing changed."""


@transaction.atomic
def ask(order: Order, recipient: Recipient, *, actor: User | None) -> InvoiceRequest:
    """The buyer wants the invoices made out so; the same again changes nothing, another one replaces it."""
    Order.objects.select_for_update(no_key=True).get(pk=order.pk)
    wanted = asdict(recipient)
    newest = request_of(order)
    if _says(newest, wanted):
        return newest
    request = InvoiceRequest.objects.create(order=order, **wanted)
    activity.record("invoice.requested", order, actor=actor, number=order.number)
    invoice_requested.send(InvoiceRequest, request=request)
    return request


@transaction.atomic
def enter(
    seller_order: SellerOrder, *, number: str, issued_on: datetime.date, link: str, actor: User
) -> Invoice:
    """Note the e-invoice that the seller has issued; the buyer is told. Another one replaces it.

    Raises ``InvoiceRefused`` for a day before the order or after today.
    """
    SellerOrder.objects.select_for_update(no_key=True).get(pk=seller_order.pk)
    if not seller_order.placed_at.astimezone(clock.HA_NOI).date() <= issued_on <= clock.today():
        raise InvoiceRefused(_("The invoice is from the day of the order on, and not from a day to come."))
    wanted = {"number": number, "issued_on": issued_on, "link": link}
    newest = seller_order.invoices.first()
    if _says(newest, wanted):
        return newest
    invoice = Invoice.objects.create(seller_order=seller_order, entered_by=activity.person(actor), **wanted)
    activity.record(
        "invoice.entered", seller_order, actor=actor, number=seller_order.number, invoice=invoice.number
    )
    invoice_entered.send(Invoice, invoice=invoice)
    return invoice


def request_of(order: Order) -> InvoiceRequest | None:
    """To whom the invoices of this order are to be made out; None as long as nobody asked."""
    return InvoiceRequest.objects.filter(order=order).first()


def _says(newest: Invoice | InvoiceRequest | None, wanted: dict) -> bool:
    return newest is not None and all(getattr(newest, field) == value for field, value in wanted.items())
