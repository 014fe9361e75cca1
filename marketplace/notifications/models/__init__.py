from .sent_messages import SentMessage
from .subscriptions import Subscription

__all__ = ["SentMessage", "Subscription"]
