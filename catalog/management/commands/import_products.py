import sys
from functools import partial
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from tqdm import tqdm

from catalog.domain.importing import ImportReport, UnreadableFile, import_products
from catalog.domain.importing.report import Outcome
from marketplace.core import bulk
from marketplace.regions.domain.resolve import Resolver

MOST_LINES = 40


class Command(BaseCommand):
    help = (
        "Bring the products of a CSV or XLSX list into the catalogue. Safe to repeat: a second run changes "
        "nothing. A bad row stops the import unless --skip-bad leaves it out."
    )

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="report what would happen, change nothing")
        parser.add_argument("--skip-bad", action="store_true", help="leave bad rows out, bring in the rest")

    def handle(self, *args, file, dry_run, skip_bad, verbosity, **options):
        progress = partial(tqdm, file=sys.stderr, disable=verbosity == 0)
        resolver = Resolver()
        try:
            with bulk.collecting_rarely():
                report = import_products(
                    file, dry_run=dry_run, skip_bad=skip_bad, resolver=resolver, progress=progress
                )
        except UnreadableFile as error:
            raise CommandError(str(error)) from error
        self._write(report, is_complete=verbosity > 1)
        if report.problems and not skip_bad:
            raise CommandError(
                ngettext(
                    "Nothing was imported: %(number)s row is bad. --skip-bad leaves it out.",
                    "Nothing was imported: %(number)s rows are bad. --skip-bad leaves them out.",
                    len(report.bad_lines),
                )
                % {"number": len(report.bad_lines)}
            )
        if dry_run:
            self.stdout.write(_("A trial: nothing was changed."))
        elif not report.has_changes:
            self.stdout.write(_("Nothing has changed: everything in the file was there already."))

    def _write(self, report: ImportReport, is_complete: bool) -> None:
        self._list(_("Bad rows"), report.problems, is_complete)
        self._list(_("Notes"), report.notes, is_complete)
        spelt = [" = ".join(names) for names in report.spelt_differently]
        self._list(_("Producers spelt in several ways"), spelt, is_complete)
        if report.unknown_columns:
            self.stdout.write(
                _("Columns passed over: %(columns)s") % {"columns": ", ".join(report.unknown_columns)}
            )
        for label, count in _counts(report):
            self.stdout.write(f"{label}: {count}")

    def _list(self, heading: str, lines: list, is_complete: bool) -> None:
        if not lines:
            return
        shown = lines if is_complete else lines[:MOST_LINES]
        self.stdout.write(f"{heading} ({len(lines)}):")
        for line in shown:
            self.stdout.write(f"  {line}")
        if len(shown) < len(lines):
            more = len(lines) - len(shown)
            self.stdout.write("  " + _("… and %(number)s more; -v 2 shows all") % {"number": more})


def _counts(report: ImportReport) -> list[tuple[str, int]]:
    outcomes = report.outcomes
    return [
        (_("Rows"), report.rows),
        (_("Products created"), outcomes[Outcome.CREATED]),
        (_("New recognitions of known products"), outcomes[Outcome.RENEWED]),
        (_("Filled in"), outcomes[Outcome.FILLED_IN]),
        (_("Unchanged"), outcomes[Outcome.UNCHANGED]),
        (_("Bad rows"), len(report.bad_lines)),
        (_("Producers created"), report.producers_created),
        (_("Rows without producer"), report.without_producer),
        (_("Rows without commune"), report.without_commune),
    ]
