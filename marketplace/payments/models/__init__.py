from .payments import Payment, PaymentEvent

__all__ = ["Payment", "PaymentEvent"]
