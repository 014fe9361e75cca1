from django.core.management.base import BaseCommand

from catalog.domain.sets import load_sets


class Command(BaseCommand):
    help = "Make the catalogue's tree of OCOP groups and product sets, or bring it up to date."

    def handle(self, *args, **options):
        changes = load_sets()
        if changes:
            self.stdout.write(f"Groups and sets: {changes} new or changed.")
        else:
            self.stdout.write("Groups and sets: nothing has changed.")
