"""News from reviews for packages above; sent inside the transaction of the act."""

from django.dispatch import Signal

# sender: Review; review
review_written = Signal()

# sender: Review; review (its answer was given for the first time)
review_answered = Signal()

# sender: Review; review, step (hidden or shown again, with the office's reason)
review_moved = Signal()
