"""Narrowing a list of seller orders: words, days, payment and its way, delivery, product."""

import datetime

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from catalog.models import Product
from marketplace.core import clock
from marketplace.core.fields import DayField, TextField
from marketplace.core.keys import key_of
from marketplace.desks.producer import paid
from marketplace.payments.methods import METHODS
from marketplace.sales.models import DeliveryWay, SellerOrder, SellerOrderLine
from producers.models import Partner

SEARCH_LENGTH = 100
#: A longer list of products is no help to anybody; their own pages and the packing list lead here too.
MOST_PRODUCTS = 100


class OrderFilter(forms.Form):
    """What a list of orders is narrowed to; what makes no sense is said and left out."""

    q = TextField(required=False)
    first = DayField(label=_("Ordered from"), required=False)
    last = DayField(label=_("Until"), required=False)
    method = forms.ChoiceField(label=_("Payment method"), required=False)
    paid = forms.ChoiceField(
        label=_("Payment"),
        required=False,
        choices=[("", _("All")), *((code, words) for code, (words, _of) in paid.CHOICES.items())],
    )
    way = forms.ChoiceField(
        label=_("Delivery"), required=False, choices=[("", _("All")), *DeliveryWay.choices]
    )
    product = forms.ChoiceField(label=_("Product"), required=False)

    def __init__(self, data, *, stalls: list[Partner]):
        # A text that is too long for a name or a number is cut: what was pasted by mistake finds nothing.
        asked = {name: data.get(name, "")[:SEARCH_LENGTH] for name in self.base_fields}
        super().__init__(asked, auto_id="order-%s")
        self.fields["method"].choices = [("", _("All")), *((each.code, each.label) for each in METHODS)]
        self.fields["product"].choices = _products(stalls, asked["product"])

    @property
    def narrows(self) -> bool:
        """Whether anything but words is asked for."""
        return any(self.data[name] for name in self.data if name != "q")

    @property
    def text(self) -> str:
        """The words that were asked for."""
        self.is_valid()
        return self.cleaned_data.get("q", "")

    def narrow(self, seller_orders: QuerySet[SellerOrder]) -> QuerySet[SellerOrder]:
        """The seller orders that fit."""
        self.is_valid()
        asked = {name: value for name, value in self.cleaned_data.items() if value}
        if "q" in asked:
            seller_orders = seller_orders.matching(asked["q"])
        if "first" in asked:
            seller_orders = seller_orders.filter(placed_at__gte=_midnight(asked["first"]))
        if "last" in asked:
            day_after = asked["last"] + datetime.timedelta(days=1)
            seller_orders = seller_orders.filter(placed_at__lt=_midnight(day_after))
        if "method" in asked:
            seller_orders = seller_orders.filter(payment_method=asked["method"])
        if "paid" in asked:
            seller_orders = paid.CHOICES[asked["paid"]][1](seller_orders)
        if "way" in asked:
            seller_orders = seller_orders.filter(delivery_way=asked["way"])
        if "product" in asked:
            seller_orders = seller_orders.filter(pk__in=_with_product(asked["product"]))
        return seller_orders

    def clean_last(self) -> datetime.date | None:
        first, last = self.cleaned_data.get("first"), self.cleaned_data["last"]
        if first and last and last < first:
            raise forms.ValidationError(_("The last day is before the first."), code="order")
        return last


def _midnight(day: datetime.date) -> datetime.datetime:
    return datetime.datetime.combine(day, datetime.time.min, tzinfo=clock.HA_NOI)


def _with_product(pk: str) -> QuerySet:
    """The keys of the seller orders with a product or one of its variants."""
    # Their keys are read first, so that the database begins with the lines of these few products.
    products = list(Product.objects.filter(Q(pk=pk) | Q(parent=pk)).order_by().values_list("pk", flat=True))
    return SellerOrderLine.objects.filter(order_line__product__in=products).values("seller_order")


def _products(stalls: list[Partner], chosen: str) -> list[tuple[str, str]]:
    """The products to choose from: all of the stalls if they are few, else the one that is chosen."""
    products = Product.objects.filter(producer__in=[stall.pk for stall in stalls], parent=None)
    titles = list(products.order_by("title", "pk").values_list("pk", "title")[: MOST_PRODUCTS + 1])
    if len(titles) > MOST_PRODUCTS:
        titles = list(products.filter(pk=key_of(chosen)).values_list("pk", "title"))
    return [("", _("All")), *((str(pk), title) for pk, title in titles)]
