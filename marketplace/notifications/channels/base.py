from abc import ABC, abstractmethod
from typing import ClassVar

from django.utils.functional import Promise

from marketplace.core.models import User
from marketplace.notifications.models import Notice


class Channel(ABC):
    """One way to people: in the site, by mail, by push; `docs/notifications.md` adds another."""

    code: ClassVar[str]
    label: ClassVar[Promise]

    is_immediate: ClassVar[bool] = False
    """Whether ``deliver`` only writes the database, so that it runs at once and needs no task of its own."""

    @abstractmethod
    def reaches(self, person: User) -> bool:
        """Whether this person can be reached this way at all."""

    @abstractmethod
    def deliver(self, notice: Notice) -> None:
        """Bring it to the recipient, in the recipient's language.

        Runs in a task: whatever it raises makes the task try again later, and it may run twice for one
        notice, so it must leave out what has arrived.
        """
