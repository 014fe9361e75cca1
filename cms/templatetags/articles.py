"""Lists of articles, by the second template language, as cards of products are."""

from django import template
from django.template import engines
from django.utils.safestring import SafeString, mark_safe

from cms.pictures import picture

register = template.Library()


@register.simple_tag
def article_rows(articles, level: int = 2, is_brief: bool = False, eager: int = 0) -> SafeString:
    """Rows of articles with headings of this level; the first `eager` pictures are above the fold."""
    made = engines["jinja2"].get_template("cms/article_rows.html")
    context = {"articles": articles, "level": level, "is_brief": is_brief, "eager": eager, "picture": picture}
    return mark_safe(made.render(context))  # noqa: S308 - Jinja escapes what it puts in
