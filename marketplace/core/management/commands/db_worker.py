from django.core.management.base import CommandError
from django.utils.autoreload import run_with_reloader
from django_tasks_db.management.commands import db_worker

from marketplace.core.tasks.presence import WorkerIdTaken
from marketplace.core.tasks.worker import Worker


class Command(db_worker.Command):
    help = (
        "Run the tasks of the queue, and those that recur, until SIGTERM or Ctrl-C. What a worker that died "
        "was at is run again."
    )

    def handle(self, *, verbosity, queue_name, exclude_queues, reload, **options):
        self.configure_logging(verbosity)
        queues, excluded = queue_name.split(","), [name for name in exclude_queues.split(",") if name]
        if excluded and "*" not in queues:
            raise CommandError("--exclude-queues needs --queue-name=*")
        wanted = ("interval", "batch", "backend_name", "startup_delay", "max_tasks", "worker_id")
        worker = Worker(
            queue_names=queues, excluded_queue_names=excluded, **{name: options[name] for name in wanted}
        )
        if reload:
            run_with_reloader(worker.run)
            return
        worker.configure_signals()
        try:
            worker.run()
        except WorkerIdTaken as taken:
            raise CommandError(f"Another worker with the id {taken} is running.") from taken
