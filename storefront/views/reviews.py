"""Reviews of a product: all of them, and the form by which a buyer writes one."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from marketplace.core.exceptions import Refused
from marketplace.core.pages import public_page
from marketplace.reviews.domain import reviewing
from marketplace.reviews.models import Review
from storefront.forms.reviews import ReviewForm
from storefront.one_product import find_product
from storefront.requests import personal
from storefront.reviews import score_of, shown
from storefront.views.orders import find_order, missing, order_address

REVIEWS_PER_PAGE = 20
UNPROCESSABLE, CONFLICT = 422, 409


@require_safe
@public_page
def index(request: HttpRequest, product_slug: str, pk: str) -> HttpResponse:
    """All reviews of a listed product that are shown, the newest first."""
    product = find_product(int(pk))
    if product is None or not product.is_listed:
        raise Http404
    if product_slug != product.slug:
        return redirect("catalogue:reviews", product.slug, product.pk, permanent=True)
    reviews = Review.objects.shown().filter(product=product).newest_first()
    page = Paginator(reviews, REVIEWS_PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "product": product,
        "score": score_of(product),
        "page": page,
        "reviews": shown(page),
        "crumbs": [
            {"title": product.display_title, "url": product.get_absolute_url()},
            {"title": _("Reviews by buyers")},
        ],
        "noindex": page.number > 1 or not page.object_list,
    }
    return render(request, "storefront/reviews.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@personal
def write(request: HttpRequest, number: str, line: int, token: str | None = None) -> HttpResponse:
    """A buyer reviews one line of an order, by account or by the signed link of the mail."""
    order = find_order(request, number, token)
    found = _line(order, line) if order is not None else None
    if found is None:
        return missing(request, token)
    back = order_address("order", order, token)
    context = {"line": found, "order_page": back}
    refusal = _why_not(found)
    if refusal is not None:
        return render(
            request, "storefront/review_form.html", {**context, "refusal": refusal}, status=CONFLICT
        )
    is_sent = request.method == "POST"
    name = order.placement.buyer_name
    form = ReviewForm(request.POST, request.FILES) if is_sent else ReviewForm(initial=_initial(name))
    context["form"] = form
    if not form.is_valid():
        status = UNPROCESSABLE if is_sent else 200
        return render(request, "storefront/review_form.html", context, status=status)
    try:
        reviewing.write(
            found, author=request.user, language=get_language() or "vi", **form.content(found.title)
        )
    except Refused as error:
        context["refusal"] = str(error)
        return render(request, "storefront/review_form.html", context, status=CONFLICT)
    messages.success(request, _("Thank you. Everybody can read your review now."))
    return redirect(back)


def _line(order, pk: int):
    """The line of the order with this number, with the seller order that it belongs to."""
    for seller_order in order.seller_orders.all():
        for line in seller_order.lines.all():
            if line.pk == pk:
                line.seller_order = seller_order
                return line
    return None


def _why_not(line) -> str | None:
    """Why this line cannot be reviewed, as the act would say it."""
    if getattr(line, "review", None) is not None:
        return str(reviewing.AlreadyReviewed())
    if line.seller_order.state not in reviewing.RECEIVED or line.order_line.product_id is None:
        return str(reviewing.NotReceived())
    return None


def _initial(name: str) -> dict:
    """Vietnamese people are called by the last word of their name; no more of it is proposed."""
    return {"name": name.split()[-1][:60] if name.split() else ""}
