"""Pages as editors would make them: published, and in both languages side by side."""

from typing import Any


def add_page(parent, model: type, slug: str, texts: dict[str, dict], **fields: Any):
    """A page in each language of its parent, or None where there is one with this address.

    ``texts`` are fields by language, ``fields`` are those that all languages share.
    """
    if parent.get_children().filter(slug=slug).exists():
        return None
    page = model(slug=slug, locale=parent.locale, **texts[parent.locale.language_code], **fields)
    page = parent.add_child(instance=page)
    page.save_revision().publish()
    for above in parent.get_translations().select_related("locale"):
        translate_page(page, above, {**texts[above.locale.language_code], "slug": slug})
    return page


def translate_page(page, above, fields: dict[str, Any]) -> None:
    """The page in the language of the page that it will stand under, with these fields of its own."""
    rewrite_page(page.copy_for_translation(above.locale), fields)


def rewrite_page(page, fields: dict[str, Any]) -> None:
    """Publish the page with other values."""
    for name, value in fields.items():
        setattr(page, name, value)
    page.save_revision().publish()
