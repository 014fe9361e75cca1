"""The demo's legal texts, papers, craft villages and the words around the forms of the office."""

import csv
import datetime
import json
from pathlib import Path

from cms.domain.site import set_up
from cms.models import (
    ContactPage,
    HomePage,
    LegalPage,
    NewsletterPage,
    Paper,
    VillageIndex,
    VillagePage,
)
from marketplace.core import clock
from marketplace.regions.domain.resolve import Resolver
from marketplace.sampledata.editors_pages import add_page, rewrite_page

FOLDER = Path(__file__).parent / "data"
LEGAL = FOLDER / "pages" / "legal.json"
TEXTS = FOLDER / "pages" / "office.json"
VILLAGES = FOLDER / "pages" / "villages.json"
PAPERS = FOLDER / "papers.csv"
VILLAGES_SLUG = "lang-nghe"

MODELS = {
    "contact": (ContactPage, ContactPage.SLUG),
    "newsletter": (NewsletterPage, NewsletterPage.SLUG),
    "villages": (VillageIndex, VILLAGES_SLUG),
}


def load_office() -> int:
    """Make what is missing and leave the rest as editors made it; returns how much is new."""
    home = set_up()
    made = 0
    for name, texts in json.loads(TEXTS.read_text()).items():
        model, slug = MODELS[name]
        made += add_page(home, model, slug, texts, show_in_menus=name == "villages") is not None
    made += sum(_add_legal(home, row) for row in json.loads(LEGAL.read_text()))
    return made + _add_villages(home) + _add_papers()


def _add_legal(home: HomePage, row: dict) -> bool:
    first, *later = row["editions"]
    texts = {language: _edition(first, language) for language in ("vi", "en")}
    page = add_page(home, LegalPage, row["slug"], texts, kind=row["kind"], show_in_footer=row["in_footer"])
    if page is None:
        return False
    for edition in later:
        for each in (page, *page.get_translations()):
            rewrite_page(each, _edition(edition, each.locale.language_code))
    return True


def _edition(edition: dict, language: str) -> dict:
    since = edition["effective_from"]
    begins = datetime.date.fromisoformat(since) if since else clock.today()
    return {
        **edition[language],
        "edition": edition["edition"],
        "effective_from": max(begins, clock.today()),
    }


def _add_villages(home: HomePage) -> int:
    index = VillageIndex.objects.child_of(home).filter(slug=VILLAGES_SLUG).first()
    if index is None:
        return 0
    rows = json.loads(VILLAGES.read_text())
    existing = set(index.get_children().values_list("slug", flat=True))
    missing = [row for row in rows if row["slug"] not in existing]
    resolver = Resolver() if missing else None
    return sum(_add_village(index, row, resolver) for row in missing)


def _add_village(index: VillageIndex, row: dict, resolver: Resolver) -> bool:
    place = resolver.resolve(row["commune"], row["district"], row["province"])
    texts = {language: {"title": row["title"], **row[language]} for language in ("vi", "en")}
    page = add_page(
        index,
        VillagePage,
        row["slug"],
        texts,
        region=place.current,
        former_region=place.region if place.region is not None and place.region.is_former else None,
        sources=[("source", source) for source in row["sources"]],
    )
    return page is not None


def _add_papers() -> int:
    """The papers of the library; one is known by its number and issuer."""
    with PAPERS.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    known = set(Paper.objects.values_list("number", "issuer"))
    missing = [row for row in rows if (row["number"], row["issuer"]) not in known]
    for row in missing:
        Paper.objects.create(
            **{name: row[name] for name in row if name not in ("issued_on", "issued_year", "replaced_by")},
            issued_on=datetime.date.fromisoformat(row["issued_on"]) if row["issued_on"] else None,
            issued_year=int(row["issued_year"]) if row["issued_year"] else None,
        )
    for row in missing:
        if row["replaced_by"]:
            Paper.objects.filter(number=row["number"], issuer=row["issuer"]).update(
                replaced_by=Paper.objects.filter(number=row["replaced_by"]).first()
            )
    return len(missing)
