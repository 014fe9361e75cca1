"""News from payments for packages above; sent inside the transaction of the act."""

from django.dispatch import Signal

# sender: Payment; payment, event (the PaymentEvent that was written), came_in (VND newly paid by the buyer)
payment_moved = Signal()

# sender: StripeAccount; account: its seller takes cards from now on, or takes them no longer
card_account_changed = Signal()

# sender: StripeSession; session: its buyer has paid, which is news
card_paid = Signal()

# sender: StripeDispute; dispute: a buyer's bank takes a charge back, or that is decided
card_disputed = Signal()

# sender: StripeRefund; refund: it did not reach the card
card_refund_failed = Signal()
