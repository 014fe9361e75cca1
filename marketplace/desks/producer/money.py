"""The producer's desk: what was sold, received and given back, the fee, and the account for transfers."""

from collections.abc import Iterator

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from marketplace.core.exceptions import Refused
from marketplace.desks import exports
from marketplace.desks.bank_accounts import BankAccountForm, shown_accounts
from marketplace.desks.producer.money_forms import MoneyForm
from marketplace.desks.producer.money_pages import UNPROCESSABLE, Desk
from marketplace.payments import methods
from marketplace.sales.domain import statements
from marketplace.sales.models import FeeRate, SellerOrder

ROWS_PER_PAGE = 30
CHUNK = 2000


@require_safe
@login_required
@never_cache
def index(request: HttpRequest) -> HttpResponse:
    """The stall's orders with their money, and the sums of all that the filter lets through."""
    desk = Desk.of(request)
    form = MoneyForm(request.GET)
    asked = form.narrowed(desk.stall)
    sums = statements.sums_of(asked)
    paginator = Paginator(statements.with_money(asked), ROWS_PER_PAGE)
    # The sums have counted them already.
    paginator.count = sums.orders
    page = paginator.get_page(request.GET.get("page"))
    states = dict(SellerOrder.State.choices)
    context = {
        **desk.context(request, "money"),
        "form": form,
        "sums": sums,
        "rate": FeeRate.objects.filter(valid_from__lte=form.period.last).first(),
        "page": page,
        "rows": [(each, states[each.state], methods.get(each.payment_method).label) for each in page],
    }
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "desks/producer/money.html", context, status=status)


@require_safe
@login_required
@never_cache
def export(request: HttpRequest) -> HttpResponseBase:
    """The same rows as a file; ``kind`` is csv or xlsx."""
    stall = Desk.of(request).stall
    form = MoneyForm(request.GET)
    asked = form.narrowed(stall)
    period = form.period
    name = f"{stall.slug}-{period.first:%Y%m%d}-{period.last:%Y%m%d}"
    kind = request.GET.get("kind", exports.CSV)
    try:
        return exports.answer(name, kind, _head(), _lines(asked), asked.count())
    except Refused as refusal:
        messages.warning(request, str(refusal))
        return redirect(f"{reverse('producer_desk:money')}?stall={stall.slug}")


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def account(request: HttpRequest) -> HttpResponse:
    """The account for transfers, what it was before, and another one in its place."""
    desk = Desk.of(request)
    stall = desk.stall
    form = BankAccountForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and form.is_set(stall, request.user):
        messages.success(request, _("The account is changed. The owners of the stall are told."))
        return redirect(f"{reverse('producer_desk:account')}?stall={stall.slug}")
    context = {**desk.context(request, "account"), **shown_accounts(stall), "form": form}
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "desks/producer/account.html", context, status=status)


def _head() -> list[str]:
    return [
        _("Number"),
        _("Placed"),
        _("State"),
        _("Payment method"),
        _("Goods (VND)"),
        _("Delivery (VND)"),
        _("Discount (VND)"),
        _("Discount borne by the marketplace (VND)"),
        _("Sold (VND)"),
        _("Received (VND)"),
        _("Refunded (VND)"),
        _("Fee (VND)"),
    ]


def _lines(asked) -> Iterator[list]:
    states = dict(SellerOrder.State.choices)
    rows = statements.with_money(asked).values_list(
        "number",
        "placed_at",
        "state",
        "payment_method",
        "goods_total",
        "delivery_charge",
        "discount",
        "discount_by_marketplace",
        "sold",
        "received",
        "refunded",
        "fee",
    )
    for number, placed_at, state, method, *amounts in rows.iterator(chunk_size=CHUNK):
        placed = date_format(localtime(placed_at), "Y-m-d H:i")
        yield [number, placed, str(states[state]), str(methods.get(method).label), *amounts]
