"""The demo's pages of text, in both languages."""

import json
from pathlib import Path

from cms.domain.site import set_up
from cms.models import ContentPage, HomePage
from marketplace.sampledata.editors_pages import add_page

PAGES = Path(__file__).parent / "data" / "pages" / "pages.json"


def load_pages() -> int:
    """Make the pages that are missing and leave the others as editors made them; returns how many are new."""
    home = set_up()
    return sum(_add(home, row) for row in json.loads(PAGES.read_text()))


def _add(home: HomePage, row: dict) -> bool:
    texts = {language: _content(row[language]) for language in ("vi", "en")}
    return add_page(home, ContentPage, row["slug"], texts, show_in_footer=row["in_footer"]) is not None


def _content(text: dict) -> dict:
    return {"title": text["title"], "intro": text["intro"], "body": [("text", text["body"])]}
