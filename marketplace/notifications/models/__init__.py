from .notices import ChannelChoice, Notice
from .push_devices import PushDevice
from .sent_messages import SentMessage
from .subscriptions import Subscription

__all__ = ["ChannelChoice", "Notice", "PushDevice", "SentMessage", "Subscription"]
