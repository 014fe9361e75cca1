"""The basket: its page, what buyers put in and change."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django_htmx.http import trigger_client_event

from catalog.models import Product
from marketplace.core.csrf import tokenless
from marketplace.core.exceptions import Refused
from marketplace.core.keys import key_of
from marketplace.sales.domain.quote import Quote, QuoteLine, title_of
from producers.models import Departure
from search.scope import Tree
from storefront import answers as kept
from storefront.attempts import Limit, address_of
from storefront.cards import cards
from storefront.domain import basket as baskets
from storefront.forms.basket import BasketForm, CodeForm, QuantityForm, can_change, field_name, possible
from storefront.offers import buyer_of, priced
from storefront.one_product import find_buyable, find_departure, find_product, find_shelf
from storefront.requests import personal, post_or, safe_next

UNPROCESSABLE = 422
CODES = Limit("promotion-code", most=20, minutes=10)


@personal
def summary(request: HttpRequest) -> HttpResponse:
    return render(request, "storefront/basket.html", _basket_page(request, _current(request)))


@personal
@post_or("basket:summary")
def update(request: HttpRequest) -> HttpResponse:
    """Change quantities or take a line out: all of what was sent or, with the reasons shown, nothing."""
    current = _current(request)
    form = BasketForm(request.POST, quote=current)
    refusal = None
    if form.is_valid():
        try:
            baskets.change(request.basket, form.quantities, remove=form.removed)
        except Refused as error:
            refusal = str(error)
        else:
            return _changed(request)
    return _answer(request, _basket_page(request, current, form, refusal), status=UNPROCESSABLE)


@personal
@post_or("basket:summary")
def enter_code(request: HttpRequest) -> HttpResponse:
    """Put a promotion's code into the basket, or say why it does not count."""
    form = CodeForm(request.POST)
    address = address_of(request)
    if CODES.is_reached(address):
        form.add_error("code", _("Too many codes were tried. Please wait a few minutes."))
    elif form.is_valid():
        try:
            baskets.enter_code(request.basket, form.cleaned_data["code"], buyer_of(request))
        except baskets.NoSuchCode as refusal:
            CODES.count(address)
            form.add_error("code", str(refusal))
        except Refused as refusal:
            form.add_error("code", str(refusal))
        else:
            return _changed(request, _("The code is in your basket."))
    return _answer(request, _basket_page(request, _current(request), code_form=form), status=UNPROCESSABLE)


@personal
@post_or("basket:summary")
def drop_code(request: HttpRequest) -> HttpResponse:
    """Take a code out of the basket."""
    baskets.drop_code(request.basket, request.POST.get("code", ""))
    return _changed(request, _("The code is out of your basket."))


@tokenless
@personal
def add(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a product into the basket; htmx gets words for the page's corner, others the basket."""
    if request.method != "POST":
        product = find_product(pk)
        if product is not None:
            return redirect(product)
    else:
        product = _chosen(request, pk)
    if product is None:
        return _refused(request, None, None, _("This product is no longer here."), status=404)
    form = QuantityForm(request.POST)
    departure = find_departure(product, request.POST.get("date", "")) if product.is_booked else None
    if not form.is_valid():
        return _refused(request, product, form, " ".join(form.errors["quantity"]), departure=departure)
    shelf = find_shelf(product, request.POST["shelf"]) if "shelf" in request.POST else None
    if shelf is None and "shelf" in request.POST:
        return _refused(request, product, form, _("This point of sale does not have the product any more."))
    try:
        baskets.add(request.basket, product, form.cleaned_data["quantity"], departure, shelf)
    except Refused as error:
        return _refused(request, product, form, str(error), departure=departure)
    return _added(request, product, departure)


def _chosen(request: HttpRequest, pk: int) -> Product | None:
    """The product, or that of its variants which the form names as ``pack``."""
    pack = key_of(request.POST.get("pack", ""))
    chosen = find_buyable(pk if pack is None else pack)
    return chosen if chosen is not None and pk in (chosen.pk, chosen.parent_id) else None


def _current(request: HttpRequest) -> Quote:
    """The basket's quote, for the place that the checkout's form was given if there is one."""
    return kept.delivered(request, priced(request))


def _changed(request: HttpRequest, words: str = "") -> HttpResponse:
    if not request.htmx:
        messages.success(request, words or _("Your basket has been updated."))
        return redirect("basket:summary")
    response = _answer(request, _basket_page(request, _current(request)))
    return trigger_client_event(response, "basket-changed")


def _answer(request: HttpRequest, context: dict, status: int = 200) -> HttpResponse:
    template = "storefront/basket.html#basket" if request.htmx else "storefront/basket.html"
    return render(request, template, context, status=status)


def _added(request: HttpRequest, product: Product, departure: Departure | None) -> HttpResponse:
    words = _("%(title)s is in your basket.") % {"title": title_of(product, departure)}
    if not request.htmx:
        messages.success(request, words)
        return redirect(safe_next(request, "basket:summary"))
    context = {"text": words, "url": reverse("basket:summary"), "action": _("See your basket")}
    return trigger_client_event(render(request, "parts/toast.html", context), "basket-changed")


def _refused(
    request: HttpRequest,
    product: Product | None,
    form: QuantityForm | None,
    words: str,
    status: int = UNPROCESSABLE,
    departure: Departure | None = None,
) -> HttpResponse:
    if request.htmx:
        # htmx shows an answer only if it is one to show; the status is for those who read it.
        return render(request, "parts/toast.html", {"text": words, "kind": "warn"}, status=UNPROCESSABLE)
    shown = cards([product.pk], Tree.load()) if product is not None else []
    context = {
        "product": product,
        "departure": departure,
        "shown": shown,
        "form": form,
        "refusal": words,
        "next": request.POST.get("next", ""),
    }
    return render(request, "storefront/add_to_basket.html", context, status=status)


def _basket_page(
    request: HttpRequest,
    current: Quote,
    form: BasketForm | None = None,
    refusal: str | None = None,
    code_form: CodeForm | None = None,
) -> dict:
    return {
        "quote": current,
        "code_form": code_form or CodeForm(),
        "codes": baskets.codes_in(request.basket, buyer_of(request)),
        "lots": [
            (lot, [_row(line, form) for line in lot.lines], lot.missing_to_free) for lot in current.lots
        ],
        "count": sum(line.quantity for line in current.lines),
        "refusal": refusal,
    }


def _row(line: QuoteLine, form: BasketForm | None) -> dict:
    """A line with the input as it was typed and what is wrong with it."""
    name = field_name(line.basket_line_id)
    refused = form is not None and name in form.fields
    return {
        "line": line,
        "name": name,
        "value": form.data[name] if refused else line.quantity,
        "errors": form.errors.get(name, []) if refused else [],
        "can_change": can_change(line),
        "possible": possible(line),
    }
