"""The demo's pages of text, in both languages."""

import json
from pathlib import Path

from cms.domain.site import set_up
from cms.models import ContentPage, HomePage

PAGES = Path(__file__).parent / "data" / "pages" / "pages.json"


def load_pages() -> int:
    """Make the pages that are missing and leave the others as editors made them; returns how many are new."""
    vietnamese_root = set_up()
    english = vietnamese_root.get_translations().get(locale__language_code="en").locale
    missing = [row for row in json.loads(PAGES.read_text()) if not _exists(vietnamese_root, row["slug"])]
    for row in missing:
        page = vietnamese_root.add_child(instance=_page(row, vietnamese_root))
        page.save_revision().publish()
        _translate(page, row, english)
    return len(missing)


def _exists(root: HomePage, slug: str) -> bool:
    return root.get_children().filter(slug=slug).exists()


def _page(row: dict, root: HomePage) -> ContentPage:
    return ContentPage(
        slug=row["slug"],
        show_in_footer=row["in_footer"],
        locale=root.locale,
        **_content(row[root.locale.language_code]),
    )


def _content(text: dict) -> dict:
    return {"title": text["title"], "intro": text["intro"], "body": [("text", text["body"])]}


def _translate(page: ContentPage, row: dict, english) -> None:
    translated = page.copy_for_translation(english)
    for field, value in _content(row["en"]).items():
        setattr(translated, field, value)
    translated.slug = row["slug"]
    translated.save_revision().publish()
