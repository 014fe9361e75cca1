"""The second template language, for what a page repeats: Jinja's loops cost a tenth of Django's."""

from functools import cache

from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language, gettext
from jinja2 import Environment

from marketplace.core.money import format_vnd
from storefront import units
from storefront.groups import short_name
from storefront.templatetags import places, shop


def environment(**options) -> Environment:
    """Jinja with the names that our templates have for the same things in Django's language."""
    made = Environment(**options)  # noqa: S701 - Django's backend turns autoescape on
    made.globals.update(
        _=gettext,
        badge=shop.badge,
        drawing=_drawing,
        icon=shop.icon,
        short_name=short_name,
        static=static,
        then_briefly=places.then_briefly,
        unit_in_words=units.in_words,
        url=_url,
        vnd=format_vnd,
    )
    return made


@cache
def _drawing(name: str) -> str:
    """A template that is nothing but a drawing and reads no context."""
    return render_to_string(name)


def _url(name: str, *args) -> str:
    return reverse(name, args=args) if args else _plain_url(name, get_language())


@cache
def _plain_url(name: str, language: str) -> str:
    # The language is only a key: addresses without arguments change with nothing else.
    return reverse(name)
