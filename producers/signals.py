"""What happens to stories, told to whoever is above; sent in the transaction of the act."""

from django.dispatch import Signal

#: A version was published or sent back; gives ``version``.
story_decided = Signal()
