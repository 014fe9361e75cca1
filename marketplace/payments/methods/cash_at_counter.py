from django.utils.translation import gettext_lazy as _

from marketplace.payments.methods.base import PaymentMethod
from producers.models import Partner


class CashAtCounter(PaymentMethod):
    """The buyer pays at the counter of the point of sale that keeps the goods."""

    code = "counter"
    label = _("Cash at the counter")
    explanation = _("You pay when you pick the goods up.")
    is_settled_on_receipt = True

    def is_available(self, seller: Partner, language: str) -> bool:
        return seller.kind == Partner.Kind.POINT
