"""News from events for packages above; sent inside the transaction of the act."""

from django.dispatch import Signal

# sender: BoothRegistration; registration, step (the RegistrationStep that was written), is_promotion (bool:
# a booth has become free for one who waited)
registration_moved = Signal()

# sender: Event; event
event_cancelled = Signal()
