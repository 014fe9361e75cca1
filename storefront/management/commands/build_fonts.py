"""Make the shop's web fonts from the installed typeface."""

from django.core.management.base import BaseCommand

from storefront import fonts


class Command(BaseCommand):
    """`manage.py build_fonts [--force]`: quick, and safe to repeat."""

    help = "Writes the subset web fonts of Be Vietnam Pro to the static folder."
    requires_system_checks = ()

    def add_arguments(self, parser):
        """`--force` writes also what is fresh."""
        parser.add_argument("--force", action="store_true", help="write all files anew")

    def handle(self, **options):
        """Report what was written."""
        written = fonts.build(force=options["force"])
        if written:
            self.stdout.write(f"Wrote {len(written)} font files to {fonts.FOLDER.name}/.")
        else:
            self.stdout.write("Fonts are up to date.")
