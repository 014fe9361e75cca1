from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.desks.producer.periods import PeriodForm
from marketplace.payments import methods
from marketplace.sales.domain import statements
from marketplace.sales.models import SellerOrder
from producers.models import Partner

WHOSE_PAYMENT = {
    "awaiting": (_("Awaiting payment"), statements.awaiting),
    "paid": (_("Paid"), statements.paid),
    "refunded": (_("Refunded"), statements.refunded),
}


class MoneyForm(PeriodForm):
    """Which seller orders a statement names."""

    state = forms.ChoiceField(label=_("Order"), required=False)
    payment = forms.ChoiceField(label=_("Payment"), required=False)
    method = forms.ChoiceField(label=_("Payment method"), required=False)

    def __init__(self, data):
        super().__init__(data)
        every = [("", _("All"))]
        self.fields["state"].choices = every + SellerOrder.State.choices
        self.fields["payment"].choices = every + [
            (code, words) for code, (words, _of) in WHOSE_PAYMENT.items()
        ]
        self.fields["method"].choices = every + [(method.code, method.label) for method in methods.METHODS]

    def narrowed(self, seller: Partner):
        """The seller's orders that were asked for, the newest first."""
        begin, end = self.period.moments
        found = SellerOrder.objects.filter(seller=seller, placed_at__gte=begin, placed_at__lt=end)
        asked = self.cleaned_data if self.is_valid() else {}
        if asked.get("state"):
            found = found.filter(state=asked["state"])
        if asked.get("method"):
            found = found.filter(payment_method=asked["method"])
        if asked.get("payment"):
            found = WHOSE_PAYMENT[asked["payment"]][1](found)
        return found.order_by("-placed_at", "-pk")
