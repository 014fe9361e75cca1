"""The address book of an account."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from storefront.forms.addresses import AddressForm
from storefront.requests import personal, post_or, safe_next

UNPROCESSABLE = 422


@personal
@login_required
def index(request: HttpRequest) -> HttpResponse:
    addresses = request.user.addresses.order_by("-is_default_for_shipping", "pk")
    return render(
        request, "storefront/account/addresses.html", {"addresses": addresses, "current": "addresses"}
    )


@personal
@login_required
def edit(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Write a new address or correct one."""
    address = get_object_or_404(request.user.addresses, pk=pk) if pk is not None else None
    start = {} if address else {"name": request.user.get_full_name(), "phone": request.user.phone}
    form = AddressForm(
        request.POST if request.method == "POST" else None,
        user=request.user,
        address=address,
        **({"initial": start} if start else {}),
    )
    if form.is_valid():
        form.save()
        messages.success(request, _("The address is in your address book."))
        return redirect(safe_next(request, "customer:addresses"))
    context = {
        "form": form,
        "address": address,
        "current": "addresses",
        "next": request.POST.get("next", request.GET.get("next", "")),
    }
    return render(
        request, "storefront/account/address.html", context, status=UNPROCESSABLE if form.is_bound else 200
    )


@personal
@login_required
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an address out, after a page that asks once more. Orders keep their copy."""
    address = get_object_or_404(request.user.addresses, pk=pk)
    if request.method == "POST":
        address.delete()
        messages.success(request, _("The address is no longer in your address book."))
        return redirect("customer:addresses")
    return render(
        request, "storefront/account/address_delete.html", {"address": address, "current": "addresses"}
    )


@post_or("customer:addresses")
@login_required
def make_default(request: HttpRequest, pk: int) -> HttpResponse:
    address = get_object_or_404(request.user.addresses, pk=pk)
    address.is_default_for_shipping = True
    address.save()
    return redirect("customer:addresses")
