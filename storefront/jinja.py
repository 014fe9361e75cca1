"""The second template language, for what a page repeats: Jinja's loops cost a tenth of Django's."""

from django.urls import reverse
from django.utils.translation import gettext
from jinja2 import Environment

from marketplace.core.money import format_vnd
from storefront import units
from storefront.templatetags import places, shop


def environment(**options) -> Environment:
    """Jinja with the names that our templates have for the same things in Django's language."""
    made = Environment(**options)  # noqa: S701 - Django's backend turns autoescape on
    made.globals.update(
        _=gettext,
        badge=shop.badge,
        icon=shop.icon,
        then_briefly=places.then_briefly,
        unit_in_words=units.in_words,
        url=_url,
        vnd=format_vnd,
    )
    return made


def _url(name: str, *args) -> str:
    return reverse(name, args=args)
