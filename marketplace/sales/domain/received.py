"""Where the money of payments is, by what tells how it really came and went.

The way to pay that a buyer chose only says what was meant: a transfer that never came can be paid in cash at
the counter of a point, an order to be paid at the door by a transfer before.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from django.db.models import QuerySet, Sum

from marketplace.payments import methods
from marketplace.payments.models import Payment, Refund, StripeSession, Transfer
from marketplace.sales.models import DeliveryWay, LedgerAccount, SellerOrder
from producers.models import PointAct

Account = LedgerAccount
Amounts = Mapping[str, int]
"""By account, in whole VND."""

_AT_COUNTER = {PointAct.Payment.CASH: Account.CASH, PointAct.Payment.VIETQR: Account.BANK}
_BY_REFUND = {
    Refund.Way.TRANSFER: Account.BANK,
    Refund.Way.CASH: Account.CASH,
    Refund.Way.CARD: Account.CARD,
}


def came_in(payments: Iterable[Payment], orders: Iterable[SellerOrder]) -> dict[int, Amounts]:
    """By the key of each payment of these orders that got money, on which accounts it came in.

    What came by matched transfers is in the bank, what Stripe told of on the cards. The rest, which stands
    first, is where the point that handed the goods over took it, or else where the way to pay says. Three
    queries at most.
    """
    by_number = {order.number: order for order in orders}
    paid = [payment for payment in payments if payment.received]
    by_transfer, at_counter = transferred(paid), _taken_at_counters(paid, by_number)
    by_card = _charged(payment for payment in paid if payment.reference in at_counter)
    found = {}
    for payment in paid:
        usual = _usual(payment.method, by_number[payment.reference].delivery_way)
        known = {Account.BANK: by_transfer.get(payment.pk, 0), Account.CARD: by_card.get(payment.pk, 0)}
        amounts = defaultdict(int)
        amounts[at_counter.get(payment.reference, usual)] = payment.received - sum(known.values())
        for account, amount in known.items():
            amounts[account] += amount
        found[payment.pk] = amounts
    return found


def went_back(payment: Payment, came: Amounts) -> Amounts:
    """From which accounts a payment was given back, as its refunds say, which are fetched with it.

    What went another way goes from the first account on which money came in. That one lasts: nothing is
    given back before all that was due has come. What carriers collected is given back out of what they hand
    over, so that what is said to be with them is.
    """
    amounts: dict[str, int] = defaultdict(int)
    first = next(account for account, amount in came.items() if amount)
    first = Account.HANDED_OVER if first == Account.CARRIER else first
    for refund in payment.refunds.all():
        amounts[_BY_REFUND.get(refund.way, first)] += refund.amount
    # What did not reach its card has not gone back.
    amounts[Account.CARD] -= sum(amounts.values()) - payment.refunded
    return amounts


def transferred(payments: Iterable[Payment]) -> dict[int, int]:
    """By payment, what of it came by transfers that were matched with it, in whole VND."""
    return _sums(Transfer.objects.filter(payment__in=list(payments)))


def _charged(payments: Iterable[Payment]) -> dict[int, int]:
    by_card = [payment for payment in payments if payment.method == methods.Stripe.code]
    return _sums(StripeSession.objects.filter(payment__in=by_card, state=StripeSession.State.PAID))


def _sums(rows: QuerySet) -> dict[int, int]:
    return dict(rows.order_by().values_list("payment").annotate(whole=Sum("amount")))


def _taken_at_counters(payments: Iterable[Payment], by_number: Mapping[str, SellerOrder]) -> dict[str, str]:
    """By reference, the account of what a point took when it handed the goods over."""
    kept = [
        payment.reference
        for payment in payments
        if by_number[payment.reference].delivery_way == DeliveryWay.AT_POINT
    ]
    acts = PointAct.objects.filter(kind=PointAct.Kind.PICKUP, paper__in=kept, amount__gt=0).order_by("pk")
    return {number: _AT_COUNTER[paid_by] for number, paid_by in acts.values_list("paper", "paid_by")}


def _usual(method: str, delivery_way: str) -> str:
    """Where money of this way to pay goes; what is paid at the door is with the carrier first."""
    if method == methods.CashOnDelivery.code:
        return Account.CARRIER if delivery_way == DeliveryWay.DOOR else Account.CASH
    return {methods.CashAtCounter.code: Account.CASH, methods.VietQR.code: Account.BANK}.get(
        method, Account.CARD
    )
