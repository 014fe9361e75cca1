from django.core.management.base import BaseCommand
from tqdm import tqdm

from marketplace.regions import datafile
from marketplace.regions.domain.load import load_regions


class Command(BaseCommand):
    help = "Loads the administrative units of the data file; safe to repeat."

    def handle(self, *args, verbosity, **options):
        hidden = verbosity == 0 or not self.stderr.isatty()
        report = load_regions(progress=lambda steps, desc: tqdm(steps, desc=desc, disable=hidden))
        if verbosity == 0:
            return
        for key in report.unknown_keys:
            self.stderr.write(f"{key} is not in the data file; left as it is")
        if report.is_unchanged:
            self.stdout.write(f"Regions {datafile.VERSION}: nothing to change, {report.unchanged} units")
            return
        self.stdout.write(
            f"Regions {datafile.VERSION}: {report.created} units new, {report.changed} changed, "
            f"{report.unchanged} as they were; successions: {report.links_created} new, "
            f"{report.links_removed} removed"
        )
