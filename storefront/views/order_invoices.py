"""A buyer's e-invoices: to whom they are to be made out, and those that the sellers have issued."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from marketplace.sales.domain import invoicing, vat
from marketplace.sales.models import Invoice
from storefront.forms.orders import InvoiceRequestForm
from storefront.requests import personal
from storefront.views.orders import find_order, missing, order_address


@personal
def invoices(request: HttpRequest, number: str, token: str | None = None) -> HttpResponse:
    """The invoices of an order by seller, and the form by which one asks for them."""
    order = find_order(request, number, token)
    if order is None:
        return missing(request, token)
    form = InvoiceRequestForm(
        request.POST if request.method == "POST" else None, asked=invoicing.request_of(order)
    )
    if request.method == "POST" and form.is_valid():
        actor = request.user if request.user.is_authenticated else None
        invoicing.ask(order, invoicing.Recipient(**form.cleaned_data), actor=actor)
        messages.success(request, _("The sellers are told to whom the invoices are made out."))
        return redirect(order_address("order-invoices", order, token))
    issued = {each.seller_order_id: each for each in _newest_last(order)}
    context = {
        "order": order,
        "form": form,
        "order_page": order_address("order", order, token),
        "parts": [(each, vat.sums_of(each), issued.get(each.pk)) for each in order.seller_orders.all()],
    }
    return render(request, "storefront/order_invoices.html", context, status=422 if form.errors else 200)


def _newest_last(order):
    return Invoice.objects.filter(seller_order__order=order).order_by("pk")
