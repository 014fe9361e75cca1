"""The producer's desk: promotions of a stall, how often they were used and what they cost."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from marketplace.core.exceptions import Refused
from marketplace.core.models import User
from marketplace.core.roles import Right
from marketplace.desks.producer.links import links_of
from marketplace.desks.producer.order_access import login_first
from marketplace.desks.producer.stalls import chosen_of, stalls_with
from marketplace.desks.promotion_forms import SellerPromotionForm
from marketplace.desks.promotion_rows import rows_of
from marketplace.sales.domain import promotions
from marketplace.sales.domain.promotions import WrongPromotion
from marketplace.sales.models import Promotion
from producers.models import Partner

PER_PAGE = 20
UNPROCESSABLE = 422


@require_safe
@login_required
@never_cache
def index(request: HttpRequest) -> HttpResponse:
    """The promotions of a stall, the newest first."""
    stalls = stalls_with(request.user, Right.EDIT_STALL)
    stall = chosen_of(stalls, request.GET.get("stall", ""))
    own = Promotion.objects.visible_to(request.user).filter(seller=stall).for_rows()
    page = Paginator(own, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        **links_of(request.user),
        "stalls": stalls,
        "stall": stall,
        "page": page,
        "rows": rows_of(page),
        "new_url": reverse("producer_desk:promotion-new", query={"stall": stall.slug}),
    }
    return render(request, "desks/producer/promotions.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def new(request: HttpRequest) -> HttpResponse:
    """Begin a promotion of a stall."""
    stalls = stalls_with(request.user, Right.EDIT_STALL)
    stall = chosen_of(stalls, request.GET.get("stall", ""))
    form = SellerPromotionForm(request.POST or None, promotion=None, terms=None, stall=stall)
    if request.method == "POST" and form.is_valid():
        try:
            promotions.make(stall, form.terms, actor=request.user)
        except WrongPromotion as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("The promotion is saved."))
            return redirect(reverse("producer_desk:promotions", query={"stall": stall.slug}))
    return _page(request, stall, form, None)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """One promotion, to change as far as it can be."""
    promotion = _promotion_of(request.user, pk)
    terms = promotions.terms_of(promotion)
    form = SellerPromotionForm(request.POST or None, promotion=promotion, terms=terms, stall=promotion.seller)
    if request.method == "POST" and form.is_valid():
        try:
            promotions.change(promotion, form.terms, actor=request.user)
        except WrongPromotion as refusal:
            form.refuse(refusal)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The promotion is saved."))
            return redirect(reverse("producer_desk:promotions", query={"stall": promotion.seller.slug}))
    return _page(request, promotion.seller, form, promotion)


@require_POST
@never_cache
@login_first("producer_desk:promotion")
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a promotion off at once."""
    promotion = _promotion_of(request.user, pk)
    promotions.end(promotion, actor=request.user)
    messages.success(request, _("The promotion has ended. Orders that have it keep it."))
    return redirect(reverse("producer_desk:promotions", query={"stall": promotion.seller.slug}))


def _page(
    request: HttpRequest, stall: Partner, form: SellerPromotionForm, promotion: Promotion | None
) -> HttpResponse:
    context = {
        **links_of(request.user),
        "stall": stall,
        "form": form,
        "promotion": promotion,
        "row": rows_of([promotion])[0] if promotion is not None else None,
        "back": reverse("producer_desk:promotions", query={"stall": stall.slug}),
        "end_url": reverse("producer_desk:promotion-end", args=[promotion.pk]) if promotion else "",
    }
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "desks/producer/promotion.html", context, status=status)


def _promotion_of(user: User, pk: int) -> Promotion:
    """A promotion of a stall that this person may edit; 403 for its team without the right, else 404."""
    found = Promotion.objects.visible_to(user).exclude(seller=None).for_rows().filter(pk=pk).first()
    if found is None:
        if Promotion.objects.filter(pk=pk, seller__team__user=user).exists():
            raise PermissionDenied
        raise Http404
    return found
