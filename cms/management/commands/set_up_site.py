from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from cms.domain.site import set_up


class Command(BaseCommand):
    help = "Creates the languages, the root pages and the editors' groups where they are missing."

    def handle(self, *args, **options):
        set_up()
        self.stdout.write(_("The site's root pages and editors' groups are there."))
