from .delivery import FIXED_WAYS, DeliveryTable, DeliveryWay
from .fees import FeeRate
from .messages import Message, Side, Thread
from .parcels import Handover, Parcel
from .payouts import CarrierPayout
from .returns import ReturnLine, ReturnRequest, ReturnStep, SentPicture
from .seller_orders import Placement, SellerOrder, SellerOrderEvent, SellerOrderLine

__all__ = [
    "FIXED_WAYS",
    "CarrierPayout",
    "DeliveryTable",
    "DeliveryWay",
    "FeeRate",
    "Handover",
    "Message",
    "Parcel",
    "Placement",
    "ReturnLine",
    "ReturnRequest",
    "ReturnStep",
    "SellerOrder",
    "SellerOrderEvent",
    "SellerOrderLine",
    "SentPicture",
    "Side",
    "Thread",
]
