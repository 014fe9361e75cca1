from .sent_messages import SentMessage

__all__ = ["SentMessage"]
