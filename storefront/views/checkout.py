"""From the basket to an order: one form, one review, one confirmation."""

import secrets

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from oscar.apps.order.models import Order

from marketplace.core.exceptions import Refused
from marketplace.core.fields import national
from marketplace.core.keys import key_of
from marketplace.legal.models import Kind, Version
from marketplace.notifications.domain import subscribe
from marketplace.notifications.models import Subscription
from marketplace.payments import methods
from marketplace.regions.domain.addresses import find_commune
from marketplace.regions.models import Region
from marketplace.sales.domain.discounts import PromotionGone
from marketplace.sales.domain.place import EmptyBasket, NotDelivered, place_order
from marketplace.sales.domain.quote import Quote, QuoteChanged, changes_since
from producers.domain.stock import NotEnoughStock
from storefront import answers as kept
from storefront.answers import Answers
from storefront.forms.checkout import CheckoutForm, ConsentForm
from storefront.offers import priced
from storefront.requests import personal, post_or
from storefront.views.orders import order_url

UNPROCESSABLE, CONFLICT = 422, 409


@personal
def index(request: HttpRequest) -> HttpResponse:
    """Who, where and how: asked once, kept until the order is placed."""
    current = priced(request)
    if current.is_empty:
        return _nothing_to_order(request)
    kept.begin(request.session)
    form = _checkout_form(request, current)
    if form.is_valid():
        kept.remember(request.session, form)
    if current.problems and not form.errors:
        return _back_to_basket(request, current)
    if form.is_valid():
        return redirect("checkout:review")
    status = UNPROCESSABLE if form.is_bound else 200
    context = {"form": form, "quote": form.delivered}
    return render(request, "storefront/checkout.html", context, status=status)


def communes(request: HttpRequest) -> HttpResponse:
    """What the commune may mean while it is typed: a piece of the forms with an address."""
    pk, text = key_of(request.GET.get("province", "")), request.GET.get("commune", "")
    province = Region.objects.current().provinces().filter(pk=pk).first() if pk is not None else None
    found = find_commune(province, text[:120]) if province is not None and text.strip() else []
    context = {"found": found} if isinstance(found, Region) else {"suggestions": found}
    return render(request, "storefront/communes.html", context)


@personal
def review(request: HttpRequest) -> HttpResponse:
    """Everything that the contract will say, before it is made."""
    current = priced(request)
    if current.is_empty:
        return _nothing_to_order(request)
    if current.problems:
        return _back_to_basket(request, current)
    given = kept.recall(request)
    if given is None or not given.covers(current):
        return _ask_again(request, given)
    current = given.delivered(current)
    if current.undeliverable:
        return _cannot_deliver(request, current)
    return _review_page(request, current, given)


@personal
@post_or("checkout:review")
def place(request: HttpRequest) -> HttpResponse:
    """Make the contract. The same form sent again leads to the same order."""
    # No token has the character that PostgreSQL takes in no text.
    token = request.POST.get("token", "").replace("\0", "")
    earlier = _order_of(token)
    if earlier is not None:
        return redirect(order_url(earlier))
    current = priced(request)
    given = kept.recall(request)
    if current.is_empty:
        return _nothing_to_order(request, token)
    if given is None or not given.covers(current):
        return _ask_again(request, given)
    current = given.delivered(current)
    if current.undeliverable:
        return _cannot_deliver(request, current)
    form = ConsentForm(request.POST, minimum_age=current.minimum_age)
    if not form.is_valid():
        changes = changes_since(request.POST.get("digest", ""), current)
        return _review_page(request, current, given, form, changes, status=UNPROCESSABLE)
    if form.cleaned_data["edition"] != Version.objects.edition_in_force(Kind.TERMS):
        changes = [_("The terms of purchase have a new edition. Please read it and agree once more.")]
        return _review_page(request, current, given, changes=changes, status=CONFLICT)
    return _place(request, given, form.cleaned_data, current.minimum_age)


def _place(request: HttpRequest, given: Answers, consent: dict, age_confirmed: int | None) -> HttpResponse:
    try:
        order = place_order(
            basket=request.basket,
            token=consent["token"],
            user=request.user,
            buyer=given.buyer,
            address=given.address,
            choices=given.choices,
            terms_version=consent["edition"],
            expected=consent["digest"],
            age_confirmed=age_confirmed,
            invoice_to=given.invoice_to,
        )
    except EmptyBasket:
        return _nothing_to_order(request, consent["token"])
    except (QuoteChanged, NotEnoughStock, PromotionGone) as error:
        return _changed(request, given, consent["digest"], error)
    except Refused as error:
        messages.error(request, str(error))
        return redirect("checkout:index")
    if consent["news"] and given.buyer.email:
        subscribe.ask(given.buyer.email, language=get_language() or "vi", way=Subscription.Way.CHECKOUT)
    kept.close(request.session, order.number)
    return redirect(order_url(order))


def _changed(request: HttpRequest, given: Answers, digest: str, error: Refused) -> HttpResponse:
    """The review again, with what has changed since the buyer saw it; nothing was ordered."""
    current = given.delivered(priced(request))
    changes = changes_since(digest, current) or [str(error)]
    return _review_page(request, current, given, changes=changes, status=CONFLICT)


def _checkout_form(request: HttpRequest, current: Quote) -> CheckoutForm:
    person = request.user
    initial, addresses = {}, []
    if person.is_authenticated:
        initial = {"name": person.get_full_name(), "phone": person.phone, "email": person.email}
        addresses = list(person.addresses.order_by("-is_default_for_shipping", "pk"))
    initial |= kept.initial_answers(request.session)
    sent = request.POST if request.method == "POST" else None
    return CheckoutForm(sent, initial=initial, quote=current, addresses=addresses)


def _review_page(
    request: HttpRequest,
    current: Quote,
    given: Answers,
    form: ConsentForm | None = None,
    changes: list[str] | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "quote": current,
        "given": given,
        "phone": national(given.buyer.phone),
        "lots": [(lot, given.choices[lot.seller.pk], _method(given, lot)) for lot in current.lots],
        "form": form or ConsentForm(minimum_age=current.minimum_age),
        "edition": Version.objects.edition_in_force(Kind.TERMS),
        "token": (form and form.data.get("token")) or secrets.token_urlsafe(24),
        "changes": changes,
        "can_confirm": not current.problems,
    }
    return render(request, "storefront/review.html", context, status=status)


def _method(given: Answers, lot) -> methods.PaymentMethod:
    return methods.get(given.choices[lot.seller.pk].payment_method)


def _order_of(token: str) -> Order | None:
    return Order.objects.filter(placement__token=token).select_related("user").first() if token else None


def _nothing_to_order(request: HttpRequest, token: str = "") -> HttpResponse:
    """An empty basket: to the order that it has become, else to the basket."""
    order = _order_of(token)
    number = kept.placed_number(request.session)
    if order is None and number:
        order = Order.objects.filter(number=number).first()
    if order is None:
        messages.info(request, _("There is nothing to order yet: your basket holds nothing."))
        return redirect("basket:summary")
    messages.info(request, _("You have placed this order already."))
    return redirect(order_url(order))


def _back_to_basket(request: HttpRequest, current: Quote) -> HttpResponse:
    messages.warning(request, _("Before you can order, something in your basket needs a change."))
    return redirect("basket:summary")


def _cannot_deliver(request: HttpRequest, current: Quote) -> HttpResponse:
    for lot in current.undeliverable:
        messages.warning(request, str(NotDelivered(lot)))
    return redirect("checkout:index")


def _ask_again(request: HttpRequest, given: Answers | None) -> HttpResponse:
    if given is None:
        words = _("Your answers are no longer here, perhaps because of the time. Please fill them in again.")
    else:
        words = _("Your basket now holds other goods. Please complete your answers.")
    messages.warning(request, words)
    return redirect("checkout:index")
