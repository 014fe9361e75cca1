from .activity import Activity
from .public_changes import PublicChange
from .users import User

__all__ = ["Activity", "PublicChange", "User"]
