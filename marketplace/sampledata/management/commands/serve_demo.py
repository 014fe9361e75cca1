from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from marketplace.core.serving import HOST, refuse_taken, serve
from marketplace.sampledata.accounts import PASSWORD, demo_accounts
from marketplace.sampledata.table import lines


class Command(BaseCommand):
    help = "Serve the demo: the site and one worker for mails and pictures, until Ctrl-C."

    def add_arguments(self, parser):
        parser.add_argument("--port", type=int, default=8000)

    def handle(self, *args, port, **options):
        refuse_taken(port, "make demo")
        for line in lines(demo_accounts(), PASSWORD):
            self.stdout.write(line)
        at = {"host": HOST, "port": port}
        self.stdout.write(_("The site is at http://%(host)s:%(port)s/ · Ctrl-C ends it.") % at)
        self.stdout.flush()
        serve(port)
