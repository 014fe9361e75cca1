"""News from sales for packages above; sent inside the transaction of the act."""

from django.dispatch import Signal

# sender: Order; order
order_placed = Signal()

# sender: SellerOrder; seller_order, event (the SellerOrderEvent that was written), by_buyer (bool)
seller_order_moved = Signal()

# sender: SellerOrder; seller_order, event (of kind REDUCED), by_buyer (bool): a part of it was cancelled
seller_order_reduced = Signal()

# sender: Message; message: one side has written to the other; its text belongs into no mail
message_written = Signal()

# sender: ReturnRequest; return_request, step (the ReturnStep that was written)
return_moved = Signal()

# sender: SellerOrder; seller_order, request (TransferRequest or CardRequest): its payment is soon due
payment_due_soon = Signal()

# sender: SellerOrder; seller_order, request (TransferRequest or CardRequest): a part of its payment has come,
# and there is more time for the rest
payment_extended = Signal()

# sender: InvoiceRequest; request: the buyer of an order wants its invoices made out so
invoice_requested = Signal()

# sender: Invoice; invoice: the seller has issued an e-invoice for a seller order
invoice_entered = Signal()
