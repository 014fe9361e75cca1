import sys
from functools import partial
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from tqdm import tqdm

from marketplace.sampledata.generate import SEED, write_csv
from marketplace.sampledata.load_generated import load_generated


class Command(BaseCommand):
    help = (
        "Make up N products for trials of size, as the real ones are distributed: in the database, with "
        "prices and stock but without pictures, or as a CSV file for import_products. The same N and seed "
        "give the same products, and a smaller N the first of them."
    )

    def add_arguments(self, parser):
        parser.add_argument("count", metavar="N", type=int)
        parser.add_argument("--csv", metavar="FILE", type=Path, help="write a file, leave the database alone")
        parser.add_argument("--seed", type=int, default=SEED, help="another number gives other products")

    def handle(self, *args, count, csv, seed, verbosity, **options):
        if count < 0:
            raise CommandError(_("The number of products cannot be negative."))
        progress = partial(tqdm, file=sys.stderr, disable=verbosity == 0)
        if csv is None:
            created = load_generated(count, seed, progress=progress)
            self.stdout.write(_("Made-up products: %(number)s are new.") % {"number": created})
            return
        try:
            with csv.open("w", encoding="utf-8", newline="") as file:
                write_csv(file, count, seed, progress=progress)
        except OSError as error:
            raise CommandError(
                _("%(path)s cannot be written: %(reason)s") % {"path": csv, "reason": error.strerror}
            ) from error
