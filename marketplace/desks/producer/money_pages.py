"""What the money pages of the producer's desk share: whose money, and the way from one page to the other."""

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from marketplace.core.models import User
from marketplace.core.roles import Right
from marketplace.desks.producer.links import links_of
from marketplace.desks.producer.order_access import seller_order_of
from marketplace.desks.producer.stalls import chosen_of, stalls_with
from marketplace.payments import stripe_api
from marketplace.sales.models import SellerOrder
from producers.models import Partner

UNPROCESSABLE = 422

PAGES: dict[str, Promise] = {
    "money": _("Statement"),
    "months": _("Monthly statements"),
    "transfers": _("Transfers"),
    "refunds-owed": _("To give back"),
    "payouts": _("Carriers' money"),
    "money-files": _("Files"),
    "bank-keys": _("Bank's messages"),
    "account": _("Bank account"),
    "cards": _("Cards"),
    "vat": _("VAT and invoices"),
}


@dataclass(frozen=True)
class Desk:
    """The person's stalls with money, and the one of this page; 403 and 404 as `stalls_with` says."""

    stalls: list[Partner]
    stall: Partner

    @classmethod
    def of(cls, request: HttpRequest) -> "Desk":
        stalls = stalls_with(request.user, Right.SEE_MONEY)
        return cls(stalls, chosen_of(stalls, request.GET.get("stall", "")))

    def url(self, page: str, *args: object) -> str:
        """The address of a page of the same stall."""
        return reverse(f"producer_desk:{page}", args=args, query={"stall": self.stall.slug})

    def context(self, request: HttpRequest, page: str) -> dict:
        """What every money page shows around its own."""
        return {
            **links_of(request.user),
            "stalls": self.stalls,
            "stall": self.stall,
            "money_page": page,
            "money_pages": [
                (name, label, self.url(name)) for name, label in PAGES.items() if _is_there(name)
            ],
        }


def _is_there(page: str) -> bool:
    """Nothing of cards shows where the operator has no account with Stripe."""
    return page != "cards" or stripe_api.is_set_up()


def paid_order_of(user: User, number: str) -> SellerOrder:
    """A seller order whose money this person may see; 403 for who may not, 404 for a stranger."""
    seller_order = seller_order_of(user, number)
    if not seller_order.seller.grants(user, Right.SEE_MONEY):
        raise PermissionDenied
    return seller_order
