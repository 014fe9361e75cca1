"""A thread as one side reads it."""

from collections.abc import Callable
from dataclasses import dataclass

from marketplace.sales.models import Message, SellerOrder, SentPicture


@dataclass(frozen=True)
class Said:
    """One message, with the addresses at which this reader sees its pictures."""

    message: Message
    is_mine: bool
    pictures: list[tuple[SentPicture, str]]


def conversation(seller_order: SellerOrder, side: str, address: Callable[[SentPicture], str]) -> list[Said]:
    """All messages, the oldest first, in two queries; ``address`` gives where a picture is seen."""
    messages = seller_order.messages.select_related("author").prefetch_related("pictures")
    return [
        Said(message, message.side == side, [(each, address(each)) for each in message.pictures.all()])
        for message in messages
    ]
