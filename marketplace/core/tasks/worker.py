"""The worker: the library's, which notices dead ones too, keeps the schedule and loses nothing at its end."""

import logging
import random
import signal
import sys
import time
from types import FrameType

from django.db import InterfaceError, OperationalError, close_old_connections, connections, transaction
from django_tasks.base import TaskContext
from django_tasks.signals import task_finished, task_started
from django_tasks_db.management.commands import db_worker
from django_tasks_db.models import DBTaskResult
from django_tasks_db.utils import exclusive_transaction, is_locked_database_exception

from marketplace.core.tasks import outcomes, reclaim, schedule
from marketplace.core.tasks.declare import Policy
from marketplace.core.tasks.presence import Heartbeat
from marketplace.core.tasks.running import running
from marketplace.core.tasks.signals import between_tasks

logger = logging.getLogger(__name__)

UPKEEP_SECONDS = 2
UNKNOWN_SECONDS = 300
DATABASE_AWAY_SECONDS = 1
NAP_SECONDS = 0.1


class Worker(db_worker.Worker):
    """Takes and runs tasks until it is told to stop; then it finishes the one that it is at."""

    def run(self) -> None:
        logger.info("Worker %s starts", self.worker_id)
        if self.startup_delay and self.interval:
            self._pause(random.random())  # noqa: S311
        self._upkeep_at = self._unknown_at = 0.0
        self._may_have_left_tasks = True
        with Heartbeat(self.worker_id) as heartbeat:
            while self.running and not self._is_done:
                self._turn(heartbeat)
        logger.info("Worker %s ends", self.worker_id)

    def shutdown(self, signum: int, frame: FrameType | None) -> None:
        """Finish the task at hand, then end; a second signal gives that task back and ends at once."""
        if not self.running:
            self.reset_signals()
            sys.exit(1)
        logger.warning("%s: ending after the task at hand", signal.strsignal(signum))
        self.running = False

    def run_task(self, db_task_result: DBTaskResult) -> None:
        """Run a task that this worker has claimed, and settle how it ended."""
        row = db_task_result
        self.running_task = True
        try:
            with running(row.pk):
                self._attempt(row)
        except outcomes.TakenAway:
            logger.warning("%s %s was given to another worker meanwhile", row.task_path, row.pk)
        except (KeyboardInterrupt, SystemExit):
            outcomes.hand_back(row)
            raise
        except Exception as error:
            self._settle_failure(row, error)
        finally:
            self.running_task = False
            self._run_tasks += 1

    # --- the loop
    _is_done = False

    def _turn(self, heartbeat: Heartbeat) -> None:
        """One look at the queue; a database that does not answer is waited for, but not by a batch."""
        try:
            close_old_connections()
            heartbeat.check()
            if not heartbeat.holds:
                self._may_have_left_tasks = True
                self._pause(DATABASE_AWAY_SECONDS)
                return
            self._keep_up()
            between_tasks.send_robust(sender=type(self))
            row = self._claim()
            if row is not None:
                self.run_task(row)
        except (OperationalError, InterfaceError):
            if self.batch:
                raise
            logger.exception("The database does not answer")
            self._may_have_left_tasks = True
            connections.close_all()
            self._pause(DATABASE_AWAY_SECONDS)
            return
        ran_enough = self.max_tasks is not None and self._run_tasks >= self.max_tasks
        self._is_done = ran_enough or (self.batch and row is None)
        if row is None and not self._is_done:
            self._pause(self.interval)

    def _keep_up(self) -> None:
        now = time.monotonic()
        if self._may_have_left_tasks:
            # Nothing runs here now: what stands as running under our id, a worker before us has left.
            reclaim.of_worker(self.worker_id)
            self._may_have_left_tasks = False
        if now >= self._upkeep_at:
            reclaim.from_dead_workers()
            schedule.enqueue_due()
            self._upkeep_at = time.monotonic() + UPKEEP_SECONDS
        if now >= self._unknown_at:
            reclaim.of_unknown_workers()
            self._unknown_at = time.monotonic() + UNKNOWN_SECONDS

    def _claim(self) -> DBTaskResult | None:
        due = DBTaskResult.objects.ready().filter(backend_name=self.backend_name)
        if not self.process_all_queues:
            due = due.filter(queue_name__in=self.queue_names)
        if self.excluded_queue_names:
            due = due.exclude(queue_name__in=self.excluded_queue_names)
        # A look without a lock first: an idle worker must not hold up those who write to SQLite.
        if not due.exists():
            return None
        try:
            with exclusive_transaction(due.db):
                row = due.get_locked()
                if row is not None:
                    row.claim(self.worker_id)
        except OperationalError as error:
            if not is_locked_database_exception(error):
                raise
            row = None
        return row

    def _pause(self, seconds: float) -> None:
        """Sleep in naps, so that a signal is heeded soon."""
        until = time.monotonic() + seconds
        while self.running and (left := until - time.monotonic()) > 0:
            time.sleep(min(left, NAP_SECONDS))

    # --- one task
    def _attempt(self, row: DBTaskResult) -> None:
        task, result = row.task, row.task_result
        policy = getattr(task.func, "policy", Policy())
        task_started.send(sender=type(task.get_backend()), task_result=result)
        args = (TaskContext(task_result=result), *result.args) if task.takes_context else result.args
        if policy.in_transaction:
            with transaction.atomic():
                _succeed(row, task.call(*args, **result.kwargs))
        else:
            _succeed(row, task.call(*args, **result.kwargs))
        _tell_end(row)

    def _settle_failure(self, row: DBTaskResult, error: Exception) -> None:
        try:
            settled = outcomes.fail(row, error)
        except (OperationalError, InterfaceError):
            # The task may have failed with its connection; on a new one this can be written.
            connections.close_all()
            settled = outcomes.fail(row, error)
        if settled:
            _tell_end(row)


def _succeed(row: DBTaskResult, value: object) -> None:
    if not outcomes.succeed(row, value):
        raise outcomes.TakenAway


def _tell_end(row: DBTaskResult) -> None:
    """The library's signal, which writes the log; only for ends that can be told."""
    try:
        task = row.task
        task_finished.send(sender=type(task.get_backend()), task_result=row.task_result)
    except Exception:
        logger.exception("The end of %s could not be told", row.pk)
