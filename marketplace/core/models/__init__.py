from .activity import Activity
from .public_changes import PublicChange
from .tasks import TaskSchedule, TaskWorker
from .users import User

__all__ = ["Activity", "PublicChange", "TaskSchedule", "TaskWorker", "User"]
