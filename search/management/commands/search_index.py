import sys

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Min
from django.utils.formats import date_format, localize
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from tqdm import tqdm

from search import engines, indexing
from search.engines import EngineAway
from search.models import PendingChange


class Command(BaseCommand):
    help = (
        "The search index: `rebuild` builds it anew beside the live one and switches to it, `status` "
        "compares it with the database, `repair` mends what differs."
    )

    def add_arguments(self, parser):
        parser.add_argument("act", choices=["rebuild", "status", "repair"])

    def handle(self, *args, act, **options):
        if engines.index() is None:
            raise CommandError(_("SEARCH_URL names the database, which has no index."))
        try:
            getattr(self, f"_{act}")()
        except EngineAway as error:
            raise CommandError(_("The index cannot be used: %(reason)s") % {"reason": error}) from error

    def _rebuild(self):
        written = indexing.rebuild(progress=_bar)
        self.stdout.write(_("%(count)s products are in the new index, which is live now.") % _count(written))

    def _status(self):
        index = engines.index()
        described = index.describe()
        self.stdout.write(f"{described['engine']}: {described['place']}")
        self.stdout.write(
            _("%(count)s products, %(size)s MB")
            % {**_count(described["documents"]), "size": round(described["bytes"] / 1e6, 1)}
        )
        waiting = PendingChange.objects.count()
        if waiting:
            oldest = PendingChange.objects.aggregate(at=Min("at"))["at"]
            self.stdout.write(
                _("%(count)s changes wait, the oldest since %(time)s")
                % {**_count(waiting), "time": date_format(localtime(oldest), "Y-m-d H:i:s")}
            )
        else:
            self.stdout.write(_("No change waits."))
        index.verify()
        self._tell(indexing.compare(index))

    def _repair(self):
        self._tell(indexing.repair())

    def _tell(self, difference: indexing.Difference):
        self.stdout.write(
            _("Missing: %(missing)s · out of date: %(stale)s · not to be there: %(unwanted)s")
            % {name: localize(len(ids)) for name, ids in vars(difference).items()}
        )


def _count(number: int) -> dict:
    return {"count": localize(number)}


def _bar(steps, *, total, unit):
    """The steps, lists of products, with a bar that counts products; only on a terminal."""
    with tqdm(total=total, unit=f" {unit}", disable=not sys.stderr.isatty()) as bar:
        for step in steps:
            yield step
            bar.update(len(step))
