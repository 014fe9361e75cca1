from .seller_orders import Placement, SellerOrder, SellerOrderEvent, SellerOrderLine

__all__ = ["Placement", "SellerOrder", "SellerOrderEvent", "SellerOrderLine"]
