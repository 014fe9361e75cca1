from .payments import Payment, PaymentEvent
from .refunds import Refund

__all__ = ["Payment", "PaymentEvent", "Refund"]
