"""The ways by which notices reach people. A new way is one class of `Channel` and its name here."""

from .base import Channel
from .mail import MailChannel
from .push import PushChannel
from .site import SiteChannel

CHANNELS: dict[str, Channel] = {
    channel.code: channel for channel in (SiteChannel(), MailChannel(), PushChannel())
}
"""By code, in the order in which people are asked about them."""

__all__ = ["CHANNELS", "Channel"]
