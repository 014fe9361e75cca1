"""Tags and filters of the shop's templates: prices, icons, seals and badges.

None of them makes a query.
"""

from functools import cache, lru_cache, partial

from django import template
from django.middleware.csrf import get_token
from django.template import engines
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from marketplace.core.fields import national
from marketplace.core.money import format_vnd
from storefront import seals, units

register = template.Library()

SPRITE = "storefront/icons.svg"
KEPT_FOOTERS = 8

#: Sign in the blank seal of a certification without a rank, by its status.
SIGN_CLOCK = "M60 36v26l17 10"
SIGN_CROSS = "M42 42l36 36M78 42L42 78"
SIGN_QUESTION = "M47 48a13 13 0 1 1 18 12c-4 2-5 4-5 8M60 80v.1"
SIGNS = {
    "expired": SIGN_CLOCK,
    "superseded": SIGN_CLOCK,
    "withdrawn": SIGN_CROSS,
}


@register.filter
def vnd(amount):
    """Whole dong as the shop writes them: `120.000 ₫`; nothing for None."""
    return "" if amount is None else format_vnd(amount)


register.filter("unit_in_words", units.in_words)
register.filter("national", national)


@register.simple_tag
def icon(name, label=""):
    """The icon `name` of the sprite; hidden from screen readers unless it has a `label`."""
    if label:
        return format_html(
            '<svg class="icon" width="24" height="24" role="img" aria-label="{}"><use href="{}"/></svg>',
            label,
            f"{static(SPRITE)}#{name}",
        )
    return _icon(name)


@cache
def _icon(name):
    return format_html(
        '<svg class="icon" width="24" height="24" aria-hidden="true"><use href="{}"/></svg>',
        f"{static(SPRITE)}#{name}",
    )


@register.simple_tag
def badge(stars, words=""):
    """The short form of a rank: a small seal with its number, and words.

    Without stars only `words` are shown, and nothing if there are none either.
    """
    if stars:
        return _badge(int(stars), get_language())
    return format_html('<span class="badge none">{}</span>', words) if words else ""


@register.simple_tag
def seal(stars=None, status=""):
    """The large seal with its arc of five stars, named in full for screen readers.

    Without stars it is the blank seal with the sign of the certification's
    `status`: clock for expired and superseded, cross for withdrawn, else a
    question mark.
    """
    if stars:
        return _seal(int(stars), get_language())
    return _blank_seal(status, get_language())


@register.simple_tag
def cards(products, level=3, with_sellers=False, eager=0):
    """Cards of products, with headings of this level; the first `eager` pictures are above the fold."""
    context = {"cards": products, "level": level, "with_sellers": with_sellers, "eager": eager}
    return _by_jinja("parts/cards.html", context)


@register.simple_tag
@cache
def drawing(name):
    """A template that reads nothing: a drawing, or the files that every page names."""
    return render_to_string(name)


@register.simple_tag(takes_context=True)
def jinja(context, name):
    """A template of the second language with this one's context, for what stands on every page."""
    return _by_jinja(name, context.flatten())


@register.simple_tag(takes_context=True)
def site_footer(context):
    """The foot of every page of the shop."""
    pages = tuple((page["title"], page["url"]) for page in context.get("footer_pages", ()))
    return _site_footer(get_language(), context.get("shop_name", ""), pages)


@lru_cache(maxsize=KEPT_FOOTERS)
def _site_footer(_language, shop_name, pages):
    """Made once for each language, as long as it names the same pages."""
    footer_pages = [{"title": title, "url": url} for title, url in pages]
    return _by_jinja("parts/site_footer.html", {"shop_name": shop_name, "footer_pages": footer_pages})


def _by_jinja(name, context):
    template = engines["jinja2"].get_template(name)
    language = get_language()
    return mark_safe(  # noqa: S308 - Jinja escapes
        template.render({**context, "language": language, "_": partial(_translated, language)})
    )


@cache
def _translated(language, message):
    """Django looks through several catalogues for each text of each page. The language is the active one."""
    return _(message)


@register.simple_tag(takes_context=True)
def form_token(context):
    """The hidden CSRF field, also inside parts that are included with `only`."""
    request = getattr(context, "request", None) or context.get("request")
    if request is None:
        return ""
    return format_html('<input type="hidden" name="csrfmiddlewaretoken" value="{}">', get_token(request))


@register.filter
def page_numbers(page):
    """The numbers to show in a pager: the first, the last and those about `page`."""
    return page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)


@cache
def _badge(stars, language):
    # The language is only a key of the cache: the words follow the active one.
    return format_html(
        '<span class="badge" data-stars="{stars}"><svg viewBox="0 0 64 64" aria-hidden="true">'
        '<path class="disc" d="{disc}"/><circle class="ring" cx="32" cy="32" r="22"/>'
        '<text x="32" y="41.5">{stars}</text></svg>{words}</span>',
        stars=stars,
        disc=seals.small_disc(),
        words=_("OCOP %(stars)s stars") % {"stars": stars},
    )


@cache
def _seal(stars, language):
    arc = format_html_join(
        "",
        '<path class="{}" d="{}"/>',
        (("on" if place < stars else "off", path) for place, path in enumerate(seals.star_paths())),
    )
    return format_html(
        '<svg class="seal" data-stars="{stars}" viewBox="0 0 120 120" role="img"'
        ' aria-label="{name}"><path class="disc" d="{disc}"/>'
        '<circle class="ring" cx="60" cy="60" r="48"/>{arc}'
        '<text class="n" x="60" y="81">{stars}</text>'
        '<text class="w" x="60" y="97">OCOP</text></svg>',
        stars=stars,
        name=_("OCOP certification, %(stars)s of 5 stars") % {"stars": stars},
        disc=seals.large_disc(),
        arc=arc,
    )


@cache
def _blank_seal(status, language):
    names = {
        "expired": _("OCOP certification no longer valid"),
        "superseded": _("OCOP certification replaced by a later one"),
        "withdrawn": _("OCOP certification withdrawn"),
        "missing": _("No OCOP certification found"),
    }
    return format_html(
        '<svg class="seal blank" viewBox="0 0 120 120" role="img" aria-label="{}">'
        '<path class="disc" d="{}"/><circle class="ring" cx="60" cy="60" r="48"/>'
        '<path class="sign" d="{}"/></svg>',
        names.get(status, _("OCOP certification, rank not known")),
        seals.large_disc(),
        SIGNS.get(status, SIGN_QUESTION),
    )
