"""News from sales for packages above; sent inside the transaction of the act."""

from django.dispatch import Signal

# sender: Order; order
order_placed = Signal()

# sender: SellerOrder; seller_order, event (the SellerOrderEvent that was written), by_buyer (bool)
seller_order_moved = Signal()

# sender: SellerOrder; seller_order, event (of kind REDUCED): the seller cancelled a part of it
seller_order_reduced = Signal()

# sender: Message; message: one side has written to the other; its text belongs into no mail
message_written = Signal()

# sender: ReturnRequest; return_request, step (the ReturnStep that was written)
return_moved = Signal()

# sender: SellerOrder; seller_order, transfer_request: its transfer is still awaited and soon due
transfer_due_soon = Signal()
