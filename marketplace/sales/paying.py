"""What a buyer has to pay for a seller order, has paid and gets back, and to where the money goes."""

from collections.abc import Iterable
from dataclasses import dataclass

from marketplace.payments.models import CardRequest, Payment, TransferRequest
from marketplace.payments.vietqr import TransferCode
from marketplace.sales.models import SellerOrder
from producers.models import BankAccount

REQUESTS = ("transfer_request", "card_request__account")


@dataclass(frozen=True)
class Paying:
    """The newest payment of a seller order; a request and an account only while a transfer is awaited.

    So the account is shown to nobody but a buyer who owes the seller. ``account`` is None too where the
    seller has taken it away since. ``card`` is there while a card is awaited.
    """

    payment: Payment
    request: TransferRequest | None = None
    account: BankAccount | None = None
    card: CardRequest | None = None

    @property
    def takes_cards(self) -> bool:
        """Whether what is outstanding can be paid by card now."""
        return self.card is not None and self.card.account.takes_cards

    @property
    def code(self) -> TransferCode | None:
        """What the QR code says: always what is outstanding, so that a part can be completed."""
        if self.request is None or self.account is None:
            return None
        return TransferCode(
            self.account.bank_code, self.account.number, self.payment.outstanding, self.request.code
        )


def paying(seller_orders: Iterable[SellerOrder]) -> dict[str, Paying]:
    """By the numbers of these seller orders; at most two queries."""
    sellers = {each.number: each.seller_id for each in seller_orders}
    payments = Payment.objects.filter(reference__in=sellers).select_related(*REQUESTS).order_by("pk")
    newest = {payment.reference: payment for payment in payments}
    awaited = {number: _request(payment) for number, payment in newest.items() if payment.is_awaited}
    wanted = {sellers[number] for number, request in awaited.items() if request is not None}
    accounts = (
        {account.seller_id: account for account in BankAccount.objects.current().filter(seller__in=wanted)}
        if wanted
        else {}
    )
    return {
        number: Paying(
            payment,
            request := awaited.get(number),
            accounts.get(sellers[number]) if request is not None else None,
            card=getattr(payment, "card_request", None) if payment.is_awaited else None,
        )
        for number, payment in newest.items()
    }


def owed_back(numbers: Iterable[str]) -> dict[str, int]:
    """What sellers owe back, in VND, by the numbers of these seller orders; one query."""
    owing = Payment.objects.owing_refunds().filter(reference__in=list(numbers))
    owed: dict[str, int] = {}
    for payment in owing:
        owed[payment.reference] = owed.get(payment.reference, 0) + payment.refund_owed
    return owed


def _request(payment: Payment) -> TransferRequest | None:
    return getattr(payment, "transfer_request", None)
