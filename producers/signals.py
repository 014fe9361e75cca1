"""News from sellers for packages above; sent inside the transaction of the act."""

from django.dispatch import Signal

# sender: StoryVersion; version (published, or sent back with its reason)
story_decided = Signal()

# sender: SellerApplication; application (sent to the office)
application_sent = Signal()

# sender: SellerApplication; application (approved, refused, or asked for more)
application_decided = Signal()

# sender: Invitation; invitation (new, or renewed with another link)
invitation_made = Signal()

# sender: Suspension; suspension (ordered, begun or lifted, as its state says)
stall_suspended = Signal()

# sender: Partner; account (BankAccount), actor: where the seller is paid has changed
bank_account_set = Signal()

# sender: StockRecord; record_ids (what can be bought of them has come down to their warning mark)
stock_fell_low = Signal()

# sender: StallCheck; check (approved, or sent back with its reason)
stall_check_decided = Signal()

# sender: Reservation; reservation (collected or released, as its state says), actor. The stock is done.
reservation_ended = Signal()

# sender: Reservation; reservation (held, but to the new ``held_until`` only)
reservation_shortened = Signal()
