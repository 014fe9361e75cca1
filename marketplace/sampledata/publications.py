"""The demo's publication, in both languages."""

import json
from pathlib import Path

from cms.models import PublicationIndex, PublicationPage
from cms.publications.selection import parts_of
from marketplace.sampledata.editors_pages import add_page

LANGUAGES = ("vi", "en")
TEXTS = Path(__file__).parent / "data" / "pages" / "publications.json"


def load_publications() -> int:
    """Make what is missing and leave the rest as editors made it; returns how many pages are new.

    Comes after the lists of the site, and after the products: a publication without any is not made.
    """
    index = PublicationIndex.objects.get(locale__language_code="vi")
    made = []
    for row in json.loads(TEXTS.read_text("utf-8"))["catalogues"]:
        if parts_of(row["chapters"]):
            chapters = [(block["type"], block["value"]) for block in row["chapters"]]
            made.append(add_page(index, PublicationPage, row["slug"], row["texts"], chapters=chapters))
    return len(LANGUAGES) * sum(page is not None for page in made)
