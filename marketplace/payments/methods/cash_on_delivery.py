from django.utils.translation import gettext_lazy as _

from marketplace.payments.methods.base import PaymentMethod
from marketplace.payments.methods.vietqr import has_account
from producers.models import Partner


class CashOnDelivery(PaymentMethod):
    """The buyer pays the carrier at the door, the carrier hands the money to the seller (COD)."""

    code = "cod"
    label = _("Cash on delivery")
    explanation = _("You pay when you receive the parcel.")
    is_settled_on_receipt = True

    def is_available(self, seller: Partner, language: str) -> bool:
        return seller.kind == Partner.Kind.PRODUCER and not (seller.is_prepaid_only and has_account(seller))
