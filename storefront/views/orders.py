"""A buyer's orders: the page of one, by account or by signed link, its confirmation, cancelling a part."""

import datetime
from io import BytesIO

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.core.paginator import Paginator
from django.db.models import Prefetch, QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from oscar.apps.order.models import Order

from marketplace.core import clock
from marketplace.core.exceptions import Refused
from marketplace.core.fields import national
from marketplace.core.models import User
from marketplace.core.money import format_vnd
from marketplace.payments import methods
from marketplace.payments.vietqr import picture
from marketplace.reviews.domain.reviewing import RECEIVED
from marketplace.sales import links
from marketplace.sales.confirmation import confirmation_pdf, file_name
from marketplace.sales.domain import fulfil, reduce, returns
from marketplace.sales.domain.discounts import PromotionLost
from marketplace.sales.domain.fulfil import MoveForbidden
from marketplace.sales.models import DeliveryWay, ReturnRequest, SellerOrder, SellerOrderLine, Thread
from marketplace.sales.paying import Paying, paying
from marketplace.sales.pickups import pickups_of
from storefront.forms.orders import CancelForm, PartForm
from storefront.requests import personal

ORDERS_PER_PAGE = 20
UNPROCESSABLE, CONFLICT = 422, 409

#: As long as no seller has acted, an order is shown as just placed for this long.
NEW_FOR = datetime.timedelta(minutes=30)

State = SellerOrder.State
STATE_KINDS = {
    State.PENDING: "new",
    State.CONFIRMED: "ok",
    State.PACKED: "ok",
    State.SHIPPED: "ok",
    State.READY_FOR_PICKUP: "ok",
    State.COLLECTED: "ok",
    State.DELIVERED: "ok",
    State.VISITED: "ok",
}


def order_url(order: Order) -> str:
    """Address of the order's page for its buyer: by account if it has one, else by signed link."""
    return order_address("order", order, None if order.user_id is not None else links.guest_link_token(order))


def orders_of(person: User) -> QuerySet[Order]:
    """The orders of an account, the newest first, with what their rows show."""
    parts = Prefetch("seller_orders", SellerOrder.objects.order_by("pk").prefetch_related("lines"))
    return person.orders.order_by("-date_placed", "-pk").prefetch_related(parts)


@personal
@login_required
def history(request: HttpRequest) -> HttpResponse:
    """All orders of an account, the newest first."""
    page = Paginator(orders_of(request.user), ORDERS_PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "storefront/account/orders.html", {"page": page, "current": "orders"})


@personal
def detail(request: HttpRequest, number: str, token: str | None = None) -> HttpResponse:
    order = find_order(request, number, token)
    if order is None:
        return missing(request, token)
    unread = dict(_threads(order).values_list("seller_order", "unread_by_buyer"))
    asked = {each.seller_order_id: each for each in _returns(order)}
    payments = paying(order.seller_orders.all())
    pickups = pickups_of(order.seller_orders.all())
    parts = [
        {
            **_part(seller_order, order, token),
            **_payment(payments.get(seller_order.number), seller_order, order, token),
            "pickup": pickups.get(seller_order.number),
            "unread": unread.get(seller_order.pk, 0),
            "return": asked.get(seller_order.pk),
        }
        for seller_order in order.seller_orders.all()
    ]
    context = {
        "order": order,
        "token": token,
        "parts": parts,
        "phone": national(order.placement.buyer_phone),
        "is_new": _is_new(order),
        "is_visit": all(part["order"].delivery_way == DeliveryWay.ON_SITE for part in parts),
        "all_kept": len(pickups) == len(parts),
        "confirmation_url": order_address("order-confirmation", order, token),
        "invoices_url": order_address("order-invoices", order, token),
    }
    return render(request, "storefront/order.html", context)


@personal
def confirmation(request: HttpRequest, number: str, token: str | None = None) -> HttpResponse:
    """The contract to keep, in the language of the page that it is called from."""
    order = find_order(request, number, token)
    if order is None:
        return missing(request, token)
    return FileResponse(
        BytesIO(confirmation_pdf(order, get_language() or "vi")),
        as_attachment=True,
        filename=file_name(order),
        content_type="application/pdf",
    )


@personal
def cancel(request: HttpRequest, number: str, seller_number: str, token: str | None = None) -> HttpResponse:
    """A buyer takes back a seller's part, after a page that asks once more."""
    order = find_order(request, number, token)
    seller_order = order.seller_orders.filter(number=seller_number).first() if order is not None else None
    if seller_order is None:
        return missing(request, token)
    page = order_address("order", order, token)
    if request.method == "POST" and "act" in request.POST:
        return _cancel_part(request, seller_order, page)
    form = CancelForm(request.POST if request.method == "POST" else None, others=_others(seller_order, order))
    if not fulfil.is_cancellable_by_buyer(seller_order) and not form.is_bound:
        return redirect(page)
    refusal = None
    if form.is_valid():
        refusal = _cancel(request, seller_order, form)
        if refusal is None:
            return redirect(page)
    taken_on = _taken_on(refusal, form)
    asks_also = isinstance(refusal, PromotionLost) and not taken_on
    if asks_also:
        form.add_error(None, str(refusal))
    context = {
        "seller_order": seller_order,
        "form": form,
        "part_form": _part_form(seller_order),
        "refusal": refusal,
        "taken_on": taken_on,
        "asks_also": asks_also,
        "order_page": page,
    }
    return render(request, "storefront/cancel.html", context, status=CONFLICT if refusal else 200)


def _cancel_part(request: HttpRequest, seller_order: SellerOrder, page: str) -> HttpResponse:
    """Some of the goods only; the form again, as it was filled in, where that cannot be."""
    form = PartForm(request.POST, seller_order=seller_order)
    if form.is_valid():
        try:
            reduce.cancel_lines_by_buyer(
                seller_order,
                form.cancelled,
                seen_total=form.cleaned_data["seen"],
                actor=request.user if request.user.is_authenticated else None,
                note=form.cleaned_data["reason"],
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(
                request, _("A part is cancelled. You pay %(sum)s.") % {"sum": format_vnd(seller_order.total)}
            )
            return redirect(page)
    context = {
        "seller_order": seller_order,
        "form": CancelForm(others=()),
        "part_form": form,
        "order_page": page,
    }
    return render(request, "storefront/cancel.html", context, status=UNPROCESSABLE)


def _part_form(seller_order: SellerOrder) -> PartForm | None:
    """For some of the goods; None where there is one thing only, or a point keeps all of it."""
    many = sum(line.quantity for line in seller_order.lines_to_send) > 1
    is_possible = many and seller_order.state in reduce.REDUCIBLE_BY_BUYER
    return PartForm(seller_order=seller_order) if is_possible else None


def _others(seller_order: SellerOrder, order: Order) -> list[SellerOrder]:
    """The other parts of the order that its buyer can still cancel; no query after `find_order`."""
    parts = order.seller_orders.all()
    return [each for each in parts if each != seller_order and fulfil.is_cancellable_by_buyer(each)]


def _taken_on(refusal: Refused | None, form: CancelForm) -> list[SellerOrder]:
    """The parts that would have to be cancelled as well, but are their sellers' already."""
    needed = refusal.others if isinstance(refusal, PromotionLost) else ()
    return [each for each in needed if each.number not in form.others]


def _cancel(request: HttpRequest, seller_order: SellerOrder, form: CancelForm) -> Refused | None:
    """Cancel and say so; the refusal if the seller was faster, or others would keep a discount."""
    actor = request.user if request.user.is_authenticated else None
    reason, also = form.cleaned_data["reason"], form.parts
    try:
        fulfil.cancel_by_buyer(seller_order, actor=actor, note=reason, also=also)
    except PromotionLost as error:
        return error
    except MoveForbidden as error:
        if not error.is_done_already or error.seller_order != seller_order:
            return error
    sellers = ", ".join(each.seller_name for each in (seller_order, *also))
    messages.success(request, _("The order to %(seller)s is cancelled.") % {"seller": sellers})
    return None


@personal
def code(request: HttpRequest, number: str, seller_number: str, token: str | None = None) -> HttpResponse:
    """The code for a bank's app as a picture that a phone can keep; none once nothing is owed."""
    order = find_order(request, number, token)
    parts = order.seller_orders.all() if order is not None else []
    found = paying([part for part in parts if part.number == seller_number]).get(seller_number)
    if found is None or found.code is None:
        return missing(request, token)
    response = HttpResponse(picture(found.code), content_type="image/png")
    response.headers["Content-Disposition"] = f'inline; filename="{found.request.code}.png"'
    return response


def find_order(request: HttpRequest, number: str, token: str | None) -> Order | None:
    """The order, if the link is genuine or the account is its buyer's; with all that its page shows."""
    lines = Prefetch("lines", SellerOrderLine.objects.select_related("review"))
    orders = Order.objects.select_related("shipping_address", "placement").prefetch_related(
        Prefetch(
            "seller_orders",
            SellerOrder.objects.order_by("pk")
            .select_related("seller", "parcel")
            .prefetch_related("events", lines),
        )
    )
    if token is not None:
        genuine = links.order_from_token(number, token)
        return orders.get(pk=genuine.pk) if genuine is not None else None
    if not request.user.is_authenticated:
        return None
    return orders.filter(number=number, user=request.user).first()


def missing(request: HttpRequest, token: str | None) -> HttpResponse:
    """The same answer for orders of others and for none at all."""
    if token is None and not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    return render(request, "storefront/order_missing.html", {"by_link": token is not None}, status=404)


def _part(seller_order: SellerOrder, order: Order, token: str | None) -> dict:
    """One seller's part of the page."""
    can_cancel = fulfil.is_cancellable_by_buyer(seller_order)
    return {
        "order": seller_order,
        "kind": STATE_KINDS.get(seller_order.state, ""),
        "method": methods.get(seller_order.payment_method),
        "is_received": seller_order.state in RECEIVED,
        "cancel_url": order_address("order-cancel", order, token, seller_number=seller_order.number)
        if can_cancel
        else None,
        "parcel": getattr(seller_order, "parcel", None),
        "messages_url": order_address("order-messages", order, token, seller_number=seller_order.number),
        "return_url": order_address("order-return", order, token, seller_number=seller_order.number),
        "can_return": bool(returns.open_reasons(seller_order)),
    }


def _payment(found: Paying | None, seller_order: SellerOrder, order: Order, token: str | None) -> dict:
    """What the part says of its payment; a code only while a transfer is awaited, a card's page likewise."""
    number = seller_order.number
    if found is None:
        return {"paying": None}
    if found.card is not None:
        return {"paying": found, "card_url": order_address("order-card", order, token, seller_number=number)}
    code_url = order_address("order-code", order, token, seller_number=number) if found.code else None
    return {"paying": found, "code_url": code_url}


def _threads(order: Order) -> QuerySet[Thread]:
    """The threads with the sellers of an order."""
    return Thread.objects.filter(seller_order__order=order).order_by("pk")


def _returns(order: Order) -> QuerySet[ReturnRequest]:
    """What was asked to be given back of an order, the newest last."""
    return ReturnRequest.objects.filter(seller_order__order=order).order_by("pk")


def _is_new(order: Order) -> bool:
    untouched = all(fulfil.is_cancellable_by_buyer(part) for part in order.seller_orders.all())
    return untouched and clock.now() - order.date_placed < NEW_FOR


def order_address(name: str, order: Order, token: str | None, **more: str) -> str:
    """Address of one of the order's pages, by signed link if there is a token."""
    if token is None:
        return reverse(f"customer:{name}", kwargs={"number": order.number, **more})
    guest_name = "guest-order" if name == "order" else name
    return reverse(f"customer:{guest_name}", kwargs={"number": order.number, "token": token, **more})
