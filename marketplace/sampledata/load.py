"""The demo's data in a database: brought in once, never over what somebody has entered since."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings
from django.db import transaction

from catalog.domain.importing import import_products
from catalog.domain.picturing import picture_products
from catalog.models import Product
from marketplace.regions.domain.load import load_regions
from marketplace.sampledata import extras
from marketplace.sampledata.accounts import PLANS, load_accounts
from marketplace.sampledata.banned_words import load_banned_words
from marketplace.sampledata.events import load_events
from marketplace.sampledata.fictional import load_fictional_stall
from marketplace.sampledata.news import load_news
from marketplace.sampledata.office import load_office
from marketplace.sampledata.orders import load_orders
from marketplace.sampledata.pages import load_pages
from marketplace.sampledata.points import fill_illustrative_shelf, load_points
from marketplace.sampledata.promotions import load_promotions
from marketplace.sampledata.publications import load_publications
from marketplace.sampledata.stories import add_english_names, add_stories
from producers.models import Partner

PRODUCTS = Path(__file__).parent / "data" / "products.csv"


def _silent(steps: Iterable, **_description) -> Iterable:
    return steps


@dataclass
class SampleReport:
    """How many of each are new; all 0 when everything was there already."""

    products: int = 0
    sellers: int = 0
    stories: int = 0
    renewals: int = 0
    pages: int = 0
    accounts: int = 0
    pictures: int = 0
    articles: int = 0
    events: int = 0
    points: int = 0
    promotions: int = 0
    orders: int = 0
    notes: list[str] = field(default_factory=list)

    @property
    def has_changes(self) -> bool:
        return any(value for value in vars(self).values() if isinstance(value, int))


def load_sample(*, pictures: bool = True, processes: int = 1, progress: Callable = _silent) -> SampleReport:
    """Regions, sets, the real products with their stories and, in the demo, what makes a shop of them.

    Whatever is there already stays as it is; only products that are new get a price, stock, stories and
    the like. ``pictures`` draws those that are missing, in ``processes`` processes.
    """
    load_regions(progress=progress)
    report = SampleReport()
    with transaction.atomic():
        _load_products(report, progress)
        if settings.DEMO:
            report.products += load_fictional_stall() is not None
            load_banned_words()
    report.pages = load_pages() + load_office() + load_publications()
    report.events = load_events(with_illustrative=settings.DEMO)
    report.points = load_points(with_illustrative=settings.DEMO)
    if settings.DEMO:
        fill_illustrative_shelf()
        report.accounts = load_accounts()
        report.promotions = load_promotions()
        # In a new demo alone: what somebody has changed since might not be ordered as planned.
        if report.accounts == len(PLANS):
            report.orders = load_orders()
    if pictures:
        missing = Product.objects.for_cards().filter(images=None, natural_key__isnull=False)
        fictional = Product.objects.for_cards().filter(images=None, producer__is_fictional=True)
        report.pictures = picture_products([*missing, *fictional], processes=processes, progress=progress)
    # After the pictures, which articles are illustrated with.
    report.articles = load_news()
    return report


def _load_products(report: SampleReport, progress: Callable) -> None:
    imported = import_products(PRODUCTS, illustrate=False, progress=progress)
    if not imported.is_written:
        raise ValueError("\n".join(map(str, imported.problems)))
    report.products += len(imported.created_ids)
    report.sellers = imported.producers_created
    new = list(Product.objects.for_cards().filter(pk__in=imported.created_ids).order_by("pk"))
    add_english_names(new)
    report.stories = add_stories(new)
    if settings.DEMO and new:
        report.renewals = extras.renew_expired(new)
        new_sellers = Partner.objects.filter(products__in=imported.created_ids, stockrecords=None).distinct()
        extras.set_delivery_charges(new_sellers)
        extras.set_delivery_tables(new_sellers)
        extras.add_prices_and_stock(new)
