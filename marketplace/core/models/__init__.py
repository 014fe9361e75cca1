from .activity import Activity
from .public_changes import PublicChange
from .steps import Step
from .tasks import TaskSchedule, TaskWorker
from .users import User

__all__ = ["Activity", "PublicChange", "Step", "TaskSchedule", "TaskWorker", "User"]
