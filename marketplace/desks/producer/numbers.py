"""The producer's desk: sales, visits, stock and provinces in numbers, as charts, tables and files."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from catalog.models import Product
from marketplace.core.money import format_number, format_vnd
from marketplace.core.roles import Right
from marketplace.desks import charts, exports
from marketplace.desks.producer.links import links_of
from marketplace.desks.producer.periods import Period, PeriodForm
from marketplace.desks.producer.stalls import chosen_of, stalls_with
from marketplace.sales.domain import numbers
from producers.models import Partner

PRODUCTS = 20
PROVINCES = 10
UNPROCESSABLE = 422


@dataclass(frozen=True)
class ProductRow:
    """One of the best selling products; ``share`` is the length of its bar in percent."""

    title: str
    pk: int
    orders: int
    amount: int
    pieces: int
    visits: int
    share: int
    stock: numbers.Turnover | None

    @property
    def conversion(self) -> float | None:
        return per_hundred(self.orders, self.visits)


@dataclass(frozen=True)
class ProvinceRow:
    name: str
    orders: int
    amount: int
    share: int


@require_safe
@login_required
@never_cache
def index(request: HttpRequest) -> HttpResponse:
    """The numbers of one stall in the days that were asked for."""
    stalls = stalls_with(request.user, Right.SEE_NUMBERS)
    stall = chosen_of(stalls, request.GET.get("stall", ""))
    form = PeriodForm(request.GET)
    period = form.period
    sold = numbers.by_day(stall, period.moments)
    visits = numbers.visits_by_day(stall, period.first, period.last)
    total = sum(sold.values(), numbers.Sold())
    provinces = list(numbers.by_province(stall, period.moments)[:PROVINCES])
    days = (period.first, period.last)
    context = {
        **links_of(request.user),
        "stalls": stalls,
        "stall": stall,
        "form": form,
        "total": total,
        "visits": sum(visits.values()),
        "conversion": per_hundred(total.orders, sum(visits.values())),
        "sales_chart": charts.columns(
            _("Goods sold"), {day: each.amount for day, each in sold.items()}, *days, format_vnd
        ),
        "visits_chart": charts.columns(_("Visits"), visits, *days, format_number),
        "products": _product_rows(stall, period),
        "provinces": [
            ProvinceRow(name, orders, amount, charts.share(amount, provinces[0][2]))
            for name, orders, amount in provinces
        ],
    }
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "desks/producer/numbers.html", context, status=status)


@require_safe
@login_required
@never_cache
def export(request: HttpRequest, what: str) -> HttpResponseBase:
    """All numbers of one kind as CSV: ``ngay`` by day, ``san-pham`` by product, ``tinh`` by province."""
    stalls = stalls_with(request.user, Right.SEE_NUMBERS)
    stall = chosen_of(stalls, request.GET.get("stall", ""))
    if what not in TABLES:
        raise Http404
    period = PeriodForm(request.GET).period
    head, rows = TABLES[what]
    name = f"{stall.slug}-{what}-{period.first:%Y%m%d}-{period.last:%Y%m%d}"
    return exports.answer(name, exports.CSV, head(), rows(stall, period))


def per_hundred(orders: int, visits: int) -> float | None:
    """Orders for a hundred visits; None where nobody was counted."""
    return 100 * orders / visits if visits else None


def _product_rows(stall: Partner, period: Period) -> list[ProductRow]:
    sold = list(numbers.by_product(stall, period.moments)[:PRODUCTS])
    pks = [row[0] for row in sold]
    titles = dict(Product.objects.filter(pk__in=pks).values_list("pk", "title"))
    visits = numbers.visits_by_product(stall, period.first, period.last, pks)
    stock = numbers.turnover(stall, period.moments, pks)
    return [
        ProductRow(
            title=titles.get(pk, _("a product that is gone")),
            pk=pk,
            orders=orders,
            amount=amount,
            pieces=pieces,
            visits=visits.get(pk, 0),
            share=charts.share(amount, sold[0][2]),
            stock=stock.get(pk),
        )
        for pk, orders, amount, pieces in sold
    ]


# --- files
def _days(stall: Partner, period: Period) -> Iterator[list]:
    sold = numbers.by_day(stall, period.moments)
    visits = numbers.visits_by_day(stall, period.first, period.last)
    for day in numbers.days(period.first, period.last):
        each = sold.get(day, numbers.Sold())
        yield [day.isoformat(), each.orders, each.amount, visits.get(day, 0)]


def _products(stall: Partner, period: Period) -> Iterator[list]:
    sold = list(numbers.by_product(stall, period.moments))
    pks = [row[0] for row in sold]
    titles = dict(Product.objects.filter(producer=stall).values_list("pk", "title"))
    visits = numbers.visits_by_product(stall, period.first, period.last, pks)
    stock = numbers.turnover(stall, period.moments, pks)
    for pk, orders, amount, pieces in sold:
        shelf = stock.get(pk)
        times = f"{shelf.times:.2f}" if shelf is not None and shelf.times is not None else ""
        now = shelf.now if shelf is not None else None
        yield [titles.get(pk, ""), orders, pieces, amount, visits.get(pk, 0), now, times]


def _provinces(stall: Partner, period: Period) -> Iterator[list]:
    for name, orders, amount in numbers.by_province(stall, period.moments):
        yield [name, orders, amount]


TABLES = {
    "ngay": (lambda: [_("Day"), _("Orders"), _("Goods (VND)"), _("Visits")], _days),
    "san-pham": (
        lambda: [
            _("Product"),
            _("Orders"),
            _("Pieces"),
            _("Goods (VND)"),
            _("Visits"),
            _("In stock"),
            _("Turnover"),
        ],
        _products,
    ),
    "tinh": (lambda: [_("Province"), _("Orders"), _("Goods (VND)")], _provinces),
}
