"""News from sellers for packages above; sent inside the transaction of the act."""

from django.dispatch import Signal

# sender: StoryVersion; version (published, or sent back with its reason)
story_decided = Signal()
