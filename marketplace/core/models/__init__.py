from .activity import Activity
from .users import User

__all__ = ["Activity", "User"]
