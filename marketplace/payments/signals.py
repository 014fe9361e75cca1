"""News from payments for packages above; sent inside the transaction of the act."""

from django.dispatch import Signal

# sender: Payment; payment, event (the PaymentEvent that was written)
payment_moved = Signal()
