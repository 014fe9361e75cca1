"""The second template language, for what a page repeats: Jinja's loops cost a tenth of Django's."""

from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.translation import gettext
from jinja2 import Environment

from marketplace.core.addresses import address
from marketplace.core.money import format_number, format_vnd
from storefront import units
from storefront.groups import short_name
from storefront.templatetags import places, shop


def environment(**options) -> Environment:
    """Jinja with the names that our templates have for the same things in Django's language."""
    made = Environment(**options)  # noqa: S701 - Django's backend turns autoescape on
    made.globals.update(
        _=gettext,
        badge=shop.badge,
        drawing=shop.drawing,
        dot_map=places.dot_map,
        icon=shop.icon,
        number=format_number,
        part=_part,
        seal=shop.seal,
        short_name=short_name,
        static=static,
        then_briefly=places.then_briefly,
        unit_in_words=units.in_words,
        url=address,
        vnd=format_vnd,
    )
    return made


def _part(name: str, **context) -> str:
    """A part that is written in Django's language, for what few pages show."""
    return render_to_string(name, context)
