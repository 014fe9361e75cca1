"""Short names of the six groups, for menus and chips; the decision's own are whole phrases."""

from functools import cache

from django.utils.translation import get_language, pgettext_lazy

from catalog.models import Category

SHORT_NAMES = {
    "food": pgettext_lazy("product group", "Food"),
    "drinks": pgettext_lazy("product group", "Drinks"),
    "herbs": pgettext_lazy("product group", "Herbs"),
    "crafts": pgettext_lazy("product group", "Handicrafts"),
    "plants": pgettext_lazy("product group", "Plants and pets"),
    "tourism": pgettext_lazy("product group", "Village tourism"),
}


def short_name(category: Category) -> str:
    """The short name of a group; of a set its name in the reader's language."""
    if category.code in SHORT_NAMES:
        return _short_name(category.code, get_language())
    return category.display_name


@cache
def _short_name(code: str, _language: str) -> str:
    return str(SHORT_NAMES[code])
