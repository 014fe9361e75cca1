"""News from listings for packages above; sent inside the transaction of the act."""

from django.dispatch import Signal

# sender: ListingCheck; check (approved, or sent back with its reason)
listing_decided = Signal()

# sender: TakeDown; take_down (carried out or lifted)
listing_taken_down = Signal()
