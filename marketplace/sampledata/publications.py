"""The demo's publication and the texts above the lists of stories and publications, in both languages."""

import json
from pathlib import Path

from django.utils.translation import override

from cms.models import HomePage, PublicationIndex, PublicationPage, StoryIndex
from cms.publications.selection import parts_of

TEXTS = Path(__file__).parent / "data" / "pages" / "publications.json"


def load_publications() -> int:
    """Make what is missing and leave the rest as editors made it; returns how many pages are new.

    Comes after the home pages, and after the products: a publication without any is not made.
    """
    texts = json.loads(TEXTS.read_text("utf-8"))
    home = HomePage.objects.get(locale__language_code="vi")
    made = _in_both(StoryIndex, home, texts["stories"], slug=StoryIndex.SLUG)
    made += _in_both(
        PublicationIndex, home, texts["publications"], slug=PublicationIndex.SLUG, show_in_menus=True
    )
    index = PublicationIndex.objects.get(locale=home.locale)
    for row in texts["catalogues"]:
        if parts_of(row["chapters"]):
            chapters = [(block["type"], block["value"]) for block in row["chapters"]]
            made += _in_both(PublicationPage, index, row["texts"], slug=row["slug"], chapters=chapters)
    return made


def _in_both(model, parent, texts: dict, **fields) -> int:
    """The page in Vietnamese and its translation, unless the Vietnamese one is there."""
    if parent.get_children().filter(slug=fields["slug"]).exists():
        return 0
    page = model(locale=parent.locale, **texts["vi"], **fields)
    parent.add_child(instance=page)
    page.save_revision().publish()
    english = HomePage.objects.get(locale__language_code="en").locale
    translated = page.copy_for_translation(english)
    for name, value in texts["en"].items():
        setattr(translated, name, value)
    translated.slug = fields["slug"]
    with override("en"):
        translated.save_revision().publish()
    return 2
