"""Tags of the page of results. None of them makes a query but the filter's one for the names of sellers."""

from django import template
from django.template import engines
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, ngettext

from marketplace.core.money import format_number
from storefront.filters import Panel

register = template.Library()


@register.simple_tag
def filter_panel(panel: Panel, path: str, clear_url: str) -> SafeString:
    """The inside of the filter's form: boxes with their numbers of products."""
    made = engines["jinja2"].get_template("storefront/results_filter.html")
    label = ngettext("Show %(counter)s product", "Show %(counter)s products", panel.total)
    return mark_safe(  # noqa: S308 - Jinja escapes what it puts in
        made.render(
            {
                "panel": panel,
                "path": path,
                "clear_url": clear_url,
                "show_label": label % {"counter": format_number(panel.total)},
                "number": format_number,
                "language": get_language(),
            }
        )
    )
