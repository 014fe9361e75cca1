"""Mail servers that go wrong, for the tests of newsletters; what they took stands in `taken`."""

import smtplib

from django.core.mail.backends.base import BaseEmailBackend

taken: list[str] = []
"""Addresses whose mail the server has taken, in order, for all servers of this module."""


class Killed(BaseException):
    """The worker's process ends here; nothing of its code catches that."""


class Server(BaseEmailBackend):
    """Takes every mail."""

    def send_messages(self, messages) -> int:
        for message in messages:
            self.take(message.to[0])
        return len(messages)

    def take(self, address: str) -> None:
        taken.append(address)


class DiesBefore(Server):
    """The worker dies with the third mail in its hands, before the server has it."""

    def take(self, address: str) -> None:
        if len(taken) == 2:
            raise Killed
        super().take(address)


class DiesAfter(Server):
    """The worker dies right after the server has taken the third mail."""

    def take(self, address: str) -> None:
        super().take(address)
        if len(taken) == 3:
            raise Killed


class Refuses(Server):
    """Knows no address that begins with `no`."""

    def take(self, address: str) -> None:
        if address.startswith("no"):
            raise smtplib.SMTPRecipientsRefused({address: (550, b"No such mailbox")})
        super().take(address)


class Busy(Server):
    """Takes nothing for now."""

    def take(self, address: str) -> None:
        raise smtplib.SMTPResponseException(451, b"Try again later")


class Unreachable(Server):
    def open(self) -> bool:
        raise ConnectionRefusedError
