from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from marketplace.core.serving import HOST, refuse_taken, serve


class Command(BaseCommand):
    help = "Serve the site and its media on this machine, with one worker beside it, until Ctrl-C."

    def add_arguments(self, parser):
        parser.add_argument("--port", type=int, default=8000)

    def handle(self, *args, port, **options):
        refuse_taken(port, "make run")
        at = {"host": HOST, "port": port}
        self.stdout.write(_("The site is at http://%(host)s:%(port)s/ · Ctrl-C ends it.") % at)
        self.stdout.flush()
        serve(port, settings.MEDIA_ROOT)
