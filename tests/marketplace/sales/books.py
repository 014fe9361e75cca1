"""What a test asks of a seller's book."""

from marketplace.sales.domain import ledger
from marketplace.sales.models import LedgerEntry, SellerOrder


def book(seller_order: SellerOrder) -> dict[str, int]:
    """The accounts of a seller order that do not stand at nothing."""
    entries = LedgerEntry.objects.filter(transaction__seller_order=seller_order)
    return {row["account"]: row["balance"] for row in entries.balances() if row["balance"]}


def is_right() -> bool:
    return not list(ledger.differences(SellerOrder.objects.all())) and not ledger.unbalanced()
