"""The office's desk: what the marketplace gives, for all goods or those of an event."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from marketplace.core.exceptions import Refused
from marketplace.desks.office.access import for_office
from marketplace.desks.promotion_forms import OfficePromotionForm
from marketplace.desks.promotion_rows import rows_of
from marketplace.sales.domain import promotions
from marketplace.sales.domain.promotions import WrongPromotion
from marketplace.sales.models import Promotion

PER_PAGE = 20
UNPROCESSABLE = 422


@require_safe
@never_cache
@for_office
def index(request: HttpRequest) -> HttpResponse:
    """The marketplace's promotions, the newest first."""
    own = Promotion.objects.of_marketplace().for_rows().select_related("event")
    page = Paginator(own, PER_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "rows": rows_of(page), "new_url": reverse("office_desk:promotion-new")}
    return render(request, "desks/office/promotions.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@for_office
def new(request: HttpRequest) -> HttpResponse:
    """Begin a promotion of the marketplace."""
    form = OfficePromotionForm(request.POST or None, promotion=None, terms=None)
    if request.method == "POST" and form.is_valid():
        try:
            promotions.make(None, form.terms, actor=request.user)
        except WrongPromotion as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("The promotion is saved."))
            return redirect("office_desk:promotions")
    return _page(request, form, None)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@for_office
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """One promotion, to change as far as it can be."""
    promotion = get_object_or_404(Promotion.objects.of_marketplace().for_rows(), pk=pk)
    terms = promotions.terms_of(promotion)
    form = OfficePromotionForm(request.POST or None, promotion=promotion, terms=terms)
    if request.method == "POST" and form.is_valid():
        try:
            promotions.change(promotion, form.terms, actor=request.user)
        except WrongPromotion as refusal:
            form.refuse(refusal)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The promotion is saved."))
            return redirect("office_desk:promotions")
    return _page(request, form, promotion)


@require_POST
@never_cache
@for_office
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a promotion off at once."""
    promotion = get_object_or_404(Promotion.objects.of_marketplace(), pk=pk)
    promotions.end(promotion, actor=request.user)
    messages.success(request, _("The promotion has ended. Orders that have it keep it."))
    return redirect("office_desk:promotions")


def _page(request: HttpRequest, form: OfficePromotionForm, promotion: Promotion | None) -> HttpResponse:
    context = {
        "form": form,
        "promotion": promotion,
        "row": rows_of([promotion])[0] if promotion is not None else None,
        "back": reverse("office_desk:promotions"),
        "end_url": reverse("office_desk:promotion-end", args=[promotion.pk]) if promotion else "",
    }
    return render(
        request, "desks/office/promotion.html", context, status=UNPROCESSABLE if form.errors else 200
    )
