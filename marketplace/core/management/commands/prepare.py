from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand

STEPS = [
    ("migrate", {"interactive": False, "verbosity": 0}),
    ("load_regions", {}),
    ("load_sets", {}),
    ("set_up_site", {}),
    ("ledger", {"act": "bring_in"}),
]


class Command(BaseCommand):
    help = (
        "Bring the database to what this release needs: tables, regions, product sets, root pages. Run it "
        "before a new release serves; a second run changes nothing."
    )

    def handle(self, *args, **options):
        settings.DATA_DIR.mkdir(parents=True, exist_ok=True)
        for name, arguments in STEPS:
            call_command(name, stdout=self.stdout, stderr=self.stderr, **arguments)
