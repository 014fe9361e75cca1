"""Paying a part of an order by card: to Stripe's page and back.

A form may not lead to another site (``form-action 'self'`` holds for what it is redirected to as well). So
the form opens the visit, and a page of ours, which asks nothing, sends the browser on.
"""

import logging

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from oscar.apps.order.models import Order

from marketplace.core.exceptions import Refused
from marketplace.payments.domain import stripe_sessions
from marketplace.payments.domain.stripe_sessions import Mismatch, NothingOwed
from marketplace.payments.models import Payment, StripeSession
from marketplace.payments.stripe_api import NotAccepted, NotReached
from marketplace.sales.models import SellerOrder
from marketplace.sales.paying import Paying, paying
from storefront.requests import personal
from storefront.views.orders import find_order, missing, order_address

_log = logging.getLogger(__name__)


@require_http_methods(["GET", "HEAD", "POST"])
@personal
def pay(request: HttpRequest, number: str, seller_number: str, token: str | None = None) -> HttpResponse:
    """A POST opens Stripe's page for what is outstanding; then the browser is sent on to it."""
    order = find_order(request, number, token)
    part = _part_of(order, seller_number)
    found = paying([part]).get(seller_number) if part is not None else None
    if found is None:
        return missing(request, token)
    page = order_address("order", order, token)
    if request.method == "POST":
        return _open(request, order, found, seller_number, token) or redirect(page)
    session = stripe_sessions.current(found.payment) if found.takes_cards else None
    if session is None or session.amount != found.payment.outstanding:
        return redirect(page)
    context = {"session": session, "seller_order": part, "order_page": page}
    return render(request, "storefront/card.html", context)


@require_safe
@personal
def back(request: HttpRequest, number: str, seller_number: str, token: str | None = None) -> HttpResponse:
    """From Stripe's page. Whoever comes here has paid nothing by that: Stripe itself is asked, once."""
    order = find_order(request, number, token)
    part = _part_of(order, seller_number)
    payment = part.payments.last() if part is not None else None
    session = _last_visit(payment) if payment is not None else None
    if session is None:
        return missing(request, token)
    try:
        stripe_sessions.ask_on_return(session)
    except (NotReached, NotAccepted, Mismatch):
        # Stripe tells us of what was paid in any case.
        _log.warning("Stripe was asked for %s and gave no answer that counts", session, exc_info=True)
    payment.refresh_from_db()
    session.refresh_from_db()
    if session.paid_at is not None:
        words = _("Thank you. %(seller)s has your payment.") % {"seller": part.seller_name}
        messages.success(request, words)
    elif payment.is_awaited:
        words = _("The payment is not finished. If you have paid, it will stand here in a minute.")
        messages.info(request, words)
    return redirect(order_address("order", order, token))


def _open(
    request: HttpRequest, order: Order, found: Paying, seller_number: str, token: str | None
) -> HttpResponse | None:
    """To the page that sends the browser on; None, and said why, where nothing could be opened."""
    return_url = order_address("order-card-back", order, token, seller_number=seller_number)
    try:
        if found.card is None:
            raise NothingOwed
        stripe_sessions.visit(
            found.payment,
            language=get_language() or "vi",
            return_url=request.build_absolute_uri(return_url),
        )
    except NotAccepted:
        _log.exception("Stripe refused to open a page for %s", found.payment.reference)
        messages.error(request, _("The page for cards cannot be opened. Please write to the seller."))
    except Refused as refusal:
        messages.warning(request, str(refusal))
    else:
        return redirect(order_address("order-card", order, token, seller_number=seller_number))
    return None


def _part_of(order: Order | None, seller_number: str) -> SellerOrder | None:
    parts = order.seller_orders.all() if order is not None else ()
    return next((part for part in parts if part.number == seller_number), None)


def _last_visit(payment: Payment) -> StripeSession | None:
    return payment.stripe_sessions.select_related("payment", "account").last()
