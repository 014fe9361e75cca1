import os
import sys
from functools import partial

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _
from tqdm import tqdm

from marketplace.sampledata.load import load_sample


class Command(BaseCommand):
    help = (
        "Load the real sample data and, in the demo, illustrative prices, stock and accounts. Safe to "
        "repeat: what is there stays as it is."
    )

    def add_arguments(self, parser):
        parser.add_argument("--no-pictures", action="store_true", help="leave out the drawn pictures")

    def handle(self, *args, no_pictures, verbosity, **options):
        progress = partial(tqdm, file=sys.stderr, disable=verbosity == 0, leave=True)
        report = load_sample(pictures=not no_pictures, processes=_processors(), progress=progress)
        if report.has_changes:
            self.stdout.write(
                _(
                    "Sample data: %(products)s products, %(sellers)s sellers, %(stories)s stories, "
                    "%(renewals)s illustrative renewals, %(pages)s pages, %(pictures)s pictures are new."
                )
                % vars(report)
            )
        else:
            self.stdout.write(_("Sample data: everything was there already."))


def _processors() -> int:
    """How many this process may use; where the system does not say, all that there are."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
