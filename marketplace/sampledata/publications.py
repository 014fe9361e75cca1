"""The demo's publication and the texts above the lists of stories and publications, in both languages."""

import json
from pathlib import Path

from cms.models import HomePage, PublicationIndex, PublicationPage, StoryIndex
from cms.publications.selection import parts_of
from marketplace.sampledata.editors_pages import add_page

LANGUAGES = ("vi", "en")
TEXTS = Path(__file__).parent / "data" / "pages" / "publications.json"


def load_publications() -> int:
    """Make what is missing and leave the rest as editors made it; returns how many pages are new.

    Comes after the home pages, and after the products: a publication without any is not made.
    """
    texts = json.loads(TEXTS.read_text("utf-8"))
    home = HomePage.objects.get(locale__language_code="vi")
    made = [
        add_page(home, StoryIndex, StoryIndex.SLUG, texts["stories"]),
        add_page(home, PublicationIndex, PublicationIndex.SLUG, texts["publications"], show_in_menus=True),
    ]
    index = PublicationIndex.objects.get(locale=home.locale)
    for row in texts["catalogues"]:
        if parts_of(row["chapters"]):
            chapters = [(block["type"], block["value"]) for block in row["chapters"]]
            made.append(add_page(index, PublicationPage, row["slug"], row["texts"], chapters=chapters))
    return len(LANGUAGES) * sum(page is not None for page in made)
