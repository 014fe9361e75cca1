"""A buyer and one seller of an order: messages, and goods that are given back; by account or signed link."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from oscar.apps.order.models import Order

from marketplace.core.exceptions import Refused
from marketplace.core.models import User
from marketplace.core.private_files import private_answer
from marketplace.sales.conversation import conversation
from marketplace.sales.domain import returns
from marketplace.sales.domain.write import mark_read, write
from marketplace.sales.forms import MessageForm
from marketplace.sales.models import ReturnRequest, SellerOrder, SentPicture, Side
from storefront.forms.orders import ReturnForm
from storefront.requests import personal
from storefront.views.orders import find_order, missing, order_address

UNPROCESSABLE = 422

State = ReturnRequest.State
STATE_KINDS = {
    State.ASKED: "new",
    State.ACCEPTED: "ok",
    State.DECIDED: "ok",
    State.RECEIVED: "ok",
    State.REFUNDED: "ok",
    State.REFUSED: "warn",
}


@require_http_methods(["GET", "HEAD", "POST"])
@personal
def write_to_seller(
    request: HttpRequest, number: str, seller_number: str, token: str | None = None
) -> HttpResponse:
    """All that was written with one seller, and a form to write."""
    order, seller_order = _part_of(request, number, seller_number, token)
    if order is None or seller_order is None:
        return missing(request, token)
    here = order_address("order-messages", order, token, seller_number=seller_number)
    form = MessageForm(request.POST or None, request.FILES or None)
    status = 200
    if request.method == "POST":
        if form.is_valid() and _sent(request, seller_order, form):
            return redirect(here)
        status = UNPROCESSABLE
    said = conversation(seller_order, Side.BUYER, lambda each: _picture_address(order, token, each))
    mark_read(seller_order, Side.BUYER)
    context = {
        "seller_order": seller_order,
        "said": said,
        "form": form,
        "here": here,
        "order_page": order_address("order", order, token),
    }
    return render(request, "storefront/order_messages.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@personal
def give_back(
    request: HttpRequest, number: str, seller_number: str, token: str | None = None
) -> HttpResponse:
    """The returns of one seller's part, and a form to ask for one while that is possible."""
    order, seller_order = _part_of(request, number, seller_number, token)
    if order is None or seller_order is None:
        return missing(request, token)
    here = order_address("order-return", order, token, seller_number=seller_number)
    form = ReturnForm(
        request.POST if request.method == "POST" else None,
        request.FILES or None,
        seller_order=seller_order,
    )
    status = 200
    if request.method == "POST":
        if form.is_valid() and _asked(request, seller_order, form):
            return redirect(here)
        status = UNPROCESSABLE
    asked = list(seller_order.returns.for_rows().prefetch_related("pictures", "steps"))
    is_open = any(each.is_open for each in asked)
    can_ask = not is_open and form.fields["reason"].choices and form.lines
    context = {
        "seller_order": seller_order,
        "returns": [_shown(each, order, token) for each in asked],
        "form": form if can_ask or form.errors else None,
        "answer_by": returns.answer_by(seller_order),
        "here": here,
        "order_page": order_address("order", order, token),
    }
    return render(request, "storefront/order_return.html", context, status=status)


@require_POST
@personal
def keep(
    request: HttpRequest, number: str, seller_number: str, pk: int, token: str | None = None
) -> HttpResponse:
    """The buyer takes a return back."""
    order, seller_order = _part_of(request, number, seller_number, token)
    found = seller_order.returns.filter(pk=pk).first() if seller_order is not None else None
    if found is None:
        return missing(request, token)
    try:
        returns.withdraw(found, actor=_person(request))
    except Refused as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, _("You keep the goods; the seller is told."))
    return redirect(order_address("order-return", order, token, seller_number=seller_number))


@require_safe
def picture(request: HttpRequest, number: str, pk: int, token: str | None = None) -> HttpResponseBase:
    """A picture that was sent with a message or a return of the order."""
    order = find_order(request, number, token)
    found = SentPicture.objects.filter(seller_order__order=order, pk=pk).first() if order else None
    if found is None:
        raise Http404
    return private_answer(found.name, "image/webp")


def _part_of(
    request: HttpRequest, number: str, seller_number: str, token: str | None
) -> tuple[Order | None, SellerOrder | None]:
    """The order and one seller's part of it, for whoever may see them."""
    order = find_order(request, number, token)
    parts = order.seller_orders.all() if order is not None else []
    return order, next((part for part in parts if part.number == seller_number), None)


def _picture_address(order: Order, token: str | None, picture: SentPicture) -> str:
    return order_address("order-picture", order, token, pk=picture.pk)


def _shown(found: ReturnRequest, order: Order, token: str | None) -> dict:
    """A return as its buyer sees it."""
    part = {"seller_number": found.seller_order.number, "pk": found.pk}
    can_keep = State.WITHDRAWN in returns.allowed_moves(found)
    return {
        "request_": found,
        "kind": STATE_KINDS.get(found.state, ""),
        "lines": found.lines.all(),
        "pictures": [(each, _picture_address(order, token, each)) for each in found.pictures.all()],
        "seller_pays_way_back": returns.is_way_back_paid_by_seller(found),
        "steps": found.steps.all(),
        "keep_url": order_address("order-return-keep", order, token, **part) if can_keep else None,
    }


def _person(request: HttpRequest) -> User | None:
    return request.user if request.user.is_authenticated else None


def _sent(request: HttpRequest, seller_order: SellerOrder, form: MessageForm) -> bool:
    cleaned = form.cleaned_data
    try:
        write(
            seller_order,
            side=Side.BUYER,
            author=_person(request),
            body=cleaned["body"],
            pictures=cleaned["pictures"],
        )
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return False
    messages.success(request, _("Your message is sent."))
    return True


def _asked(request: HttpRequest, seller_order: SellerOrder, form: ReturnForm) -> bool:
    try:
        returns.ask(
            seller_order,
            reason=form.cleaned_data["reason"],
            quantities=form.quantities,
            words=form.cleaned_data["words"],
            pictures=form.cleaned_data["pictures"],
            actor=_person(request),
        )
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return False
    messages.success(request, _("The seller is told and answers you."))
    return True
