from .notifications import BankNotification, NotificationKey
from .payments import Payment, PaymentEvent
from .refunds import Refund
from .transfers import ColumnMapping, MoneyFile, Transfer, TransferRequest, TransferStep

__all__ = [
    "BankNotification",
    "ColumnMapping",
    "MoneyFile",
    "NotificationKey",
    "Payment",
    "PaymentEvent",
    "Refund",
    "Transfer",
    "TransferRequest",
    "TransferStep",
]
