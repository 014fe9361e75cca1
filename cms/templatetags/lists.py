"""Lists of articles and events, by the second template language, as cards of products are."""

from django import template
from django.template import engines
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from cms.pictures import picture

register = template.Library()


@register.simple_tag
def article_rows(articles, level: int = 2, is_brief: bool = False, eager: int = 0) -> SafeString:
    """Rows of articles with headings of this level; the first `eager` pictures are above the fold."""
    context = {"articles": articles, "level": level, "is_brief": is_brief, "eager": eager, "picture": picture}
    return _rendered("cms/article_rows.html", context)


@register.simple_tag
def event_rows(events, level: int = 3) -> SafeString:
    """Rows of events, which come from `for_cards`, with headings of this level."""
    return _rendered("cms/event_rows.html", {"events": events, "level": level, "language": get_language()})


@register.simple_tag
def event_row(event, level: int = 3) -> SafeString:
    """One of these rows, where something stands between them."""
    return event_rows([event], level)


def _rendered(name: str, context: dict) -> SafeString:
    return mark_safe(engines["jinja2"].get_template(name).render(context))  # noqa: S308 - Jinja escapes
