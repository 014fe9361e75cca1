"""Declaring tasks: how often they are tried, whether they recur, what they are called in plain words."""

import datetime
import functools
from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.module_loading import autodiscover_modules, import_string
from django_tasks import task
from django_tasks.base import Task

ATTEMPTS = 6
FIRST_WAIT = datetime.timedelta(seconds=30)


@dataclass(frozen=True)
class Policy:
    """How a task is run; the default is that of a plain ``@task()``."""

    attempts: int = 1
    first_wait: datetime.timedelta = FIRST_WAIT
    in_transaction: bool = False
    title: str | Promise = ""

    def wait_after(self, attempt: int) -> datetime.timedelta:
        """How long to wait after the attempt of this number has failed: each time twice as long."""
        return self.first_wait * 2 ** (attempt - 1)


@dataclass(frozen=True)
class Recurring:
    """A task and how often it runs."""

    task: Task
    every: datetime.timedelta

    @property
    def path(self) -> str:
        return self.task.module_path


_recurring: dict[str, Recurring] = {}


def retrying_task(
    *,
    attempts: int = ATTEMPTS,
    first_wait: datetime.timedelta = FIRST_WAIT,
    in_transaction: bool = False,
    title: str | Promise = "",
) -> Callable[[Callable], Task]:
    """Decorator: a task that is tried again after a failure, each time waiting twice as long.

    With the defaults the last of six attempts comes a quarter of an hour after the first; only when that one
    fails too has the task failed. A task that writes nothing but the database, and quickly, is best run
    ``in_transaction``: what it writes and that it is done are then committed together, so that its effect is
    there exactly once whatever happens to its worker. Any other must be able to run twice. ``title`` says in
    plain words what it does; administrators read it.
    """

    def decorate(function: Callable) -> Task:
        function.policy = Policy(attempts, first_wait, in_transaction, title)
        return task(function)

    return decorate


def recurring_task(
    *, every: datetime.timedelta, title: str | Promise = "", **policy
) -> Callable[[Callable], Task]:
    """Decorator: a task without arguments that the workers enqueue once per period, however many they are.

    Periods that pass while no worker runs are made up for by one run; a run that is not over when the next
    one is due takes its place. Declare it in an app's ``tasks`` or ``housekeeping`` module, where the workers
    look. Takes what ``retrying_task`` takes.
    """

    def decorate(function: Callable) -> Task:
        made = retrying_task(title=title, **policy)(function)
        _recurring[made.module_path] = Recurring(made, every)
        return made

    return decorate


def recurring_tasks() -> list[Recurring]:
    """All that are declared, by path."""
    _find_declarations()
    return [_recurring[path] for path in sorted(_recurring)]


@functools.cache
def _find_declarations() -> None:
    autodiscover_modules("tasks", "housekeeping")


def policy_at(path: str) -> Policy:
    """How the task at this path is run; the default for one that is no longer there."""
    try:
        function = import_string(path).func
    except (ImportError, AttributeError):
        return Policy()
    return getattr(function, "policy", Policy())


def title_at(path: str) -> str:
    """What the task at this path is called in plain words, else the words of its name."""
    return str(policy_at(path).title) or path.rsplit(".", 1)[-1].replace("_", " ").capitalize()
