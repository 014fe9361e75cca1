"""The producer's desk: the other packs of a product, each with its own price and stock."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from catalog.domain import prepare, variants
from catalog.models import Product
from marketplace.core.exceptions import Refused
from marketplace.desks.producer.product_forms import VariantForm, initial_of
from marketplace.desks.producer.products import UNPROCESSABLE, frame_of, product_of
from producers.models import StockRecord


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def index(request: HttpRequest, pk: int) -> HttpResponse:
    """The variants of a product, and a form for one more."""
    product = product_of(request.user, pk)
    form = VariantForm(request.POST or None, initial={"in_stock": 0, "unit": product.unit})
    if request.method == "POST" and form.is_valid():
        try:
            _add(request, product, form)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The pack is added. Buyers can choose it where it has a price."))
            return redirect("producer_desk:product-variants", pk=pk)
    children = list(product.children.order_by("pk"))
    records = {
        record.product_id: record
        for record in StockRecord.objects.filter(
            product__in=children, partner=product.producer, departure=None
        )
    }
    context = {
        **frame_of(request, product),
        "form": form,
        "rows": [(child, records.get(child.pk)) for child in children],
        "own": prepare.own_record(product),
    }
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "desks/producer/product_variants.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def edit(request: HttpRequest, pk: int, variant_pk: int) -> HttpResponse:
    """Change one pack, or take it from the page for a time."""
    product = product_of(request.user, pk)
    variant = product.children.select_related("producer").filter(pk=variant_pk).first()
    if variant is None:
        raise Http404
    variant.parent = product
    initial = initial_of(variant, prepare.own_record(variant))
    form = VariantForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            _write(request, variant, form)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Saved."))
            return redirect("producer_desk:product-variants", pk=pk)
    context = {**frame_of(request, product), "form": form, "variant": variant}
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "desks/producer/product_variant.html", context, status=status)


@transaction.atomic
def _add(request: HttpRequest, product: Product, form: VariantForm) -> None:
    made = variants.add(product, actor=request.user, **form.values())
    prepare.put_on_offer(made, form.offer(), actor=request.user)


def _write(request: HttpRequest, variant: Product, form: VariantForm) -> None:
    act = request.POST.get("act")
    is_public = {"hide": False, "show": True}.get(act, variant.is_public)
    prepare.write_variant(
        variant,
        values=form.values(),
        is_public=is_public,
        offer=form.offer(),
        seen=form.cleaned_data["seen"] or None,
        actor=request.user,
    )
