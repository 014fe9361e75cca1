import sys
from functools import partial
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from tqdm import tqdm

from catalog.domain.exporting import TooManyRows, export_products
from catalog.models import Product
from marketplace.regions.domain.resolve import resolve
from producers.models import Partner


class Command(BaseCommand):
    help = (
        "Write the recognised products to a CSV or XLSX list with the columns of import_products, which "
        "reads it without changing anything. Illustrative recognitions are left out."
    )

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, help="an XLSX workbook if its name ends so, otherwise CSV")
        parser.add_argument("--producer", metavar="SLUG", help="only what this stall makes")
        parser.add_argument("--province", metavar="NAME", help="only what comes from this province of today")
        parser.add_argument("--listed", action="store_true", help="only what lists of the shop show")

    def handle(self, *args, file, producer, province, listed, verbosity, **options):
        products = Product.objects.listed() if listed else Product.objects.all()
        if producer:
            products = products.filter(producer=_stall(producer))
        if province:
            products = _from_province(products, province)
        progress = partial(tqdm, file=sys.stderr, disable=verbosity == 0)
        try:
            count = export_products(file, products, progress=progress)
        except TooManyRows as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(
                _("%(path)s cannot be written: %(reason)s") % {"path": file, "reason": error.strerror}
            ) from error
        self.stdout.write(ngettext("%(number)s row.", "%(number)s rows.", count) % {"number": count})


def _stall(slug: str) -> Partner:
    try:
        return Partner.objects.get(slug=slug)
    except Partner.DoesNotExist as error:
        raise CommandError(_("There is no stall %(slug)s.") % {"slug": slug}) from error


def _from_province(products: QuerySet[Product], name: str) -> QuerySet[Product]:
    region = resolve(province=name).current
    if region is None:
        raise CommandError(_("There is no province %(name)s.") % {"name": name})
    return products.filter(Q(region=region) | Q(region__parent=region))
