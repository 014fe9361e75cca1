from .notifications import BankNotification, NotificationKey
from .payments import Payment, PaymentEvent
from .refunds import Refund
from .stripe import CardRequest, StripeAccount, StripeDispute, StripeEvent, StripeRefund, StripeSession
from .transfers import ColumnMapping, MoneyFile, Transfer, TransferRequest, TransferStep

__all__ = [
    "BankNotification",
    "CardRequest",
    "ColumnMapping",
    "MoneyFile",
    "NotificationKey",
    "Payment",
    "PaymentEvent",
    "Refund",
    "StripeAccount",
    "StripeDispute",
    "StripeEvent",
    "StripeRefund",
    "StripeSession",
    "Transfer",
    "TransferRequest",
    "TransferStep",
]
