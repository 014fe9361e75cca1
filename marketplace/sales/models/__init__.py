from .delivery import FIXED_WAYS, DeliveryTable, DeliveryWay
from .fees import FeeRate
from .invoices import Invoice, InvoiceRequest, VatDeclaration
from .ledger import (
    CARRIERS_ACCOUNTS,
    MONEY_ACCOUNTS,
    RECEIVING_ACCOUNTS,
    REFUNDING_ACCOUNTS,
    LedgerAccount,
    LedgerCause,
    LedgerEntry,
    LedgerMonth,
    LedgerTransaction,
)
from .messages import Message, Side, Thread
from .parcels import Handover, Parcel
from .payouts import CarrierPayout
from .promotions import Promotion, PromotionUse
from .returns import ReturnLine, ReturnRequest, ReturnStep, SentPicture
from .seller_orders import Placement, SellerOrder, SellerOrderEvent, SellerOrderLine

__all__ = [
    "CARRIERS_ACCOUNTS",
    "FIXED_WAYS",
    "MONEY_ACCOUNTS",
    "RECEIVING_ACCOUNTS",
    "REFUNDING_ACCOUNTS",
    "CarrierPayout",
    "DeliveryTable",
    "DeliveryWay",
    "FeeRate",
    "Handover",
    "Invoice",
    "InvoiceRequest",
    "LedgerAccount",
    "LedgerCause",
    "LedgerEntry",
    "LedgerMonth",
    "LedgerTransaction",
    "Message",
    "Parcel",
    "Placement",
    "Promotion",
    "PromotionUse",
    "ReturnLine",
    "ReturnRequest",
    "ReturnStep",
    "SellerOrder",
    "SellerOrderEvent",
    "SellerOrderLine",
    "SentPicture",
    "Side",
    "Thread",
    "VatDeclaration",
]
