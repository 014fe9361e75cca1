"""Maps drawn as dots, one for each commune; without inline styles, so that the page's policy holds."""

from django import template
from django.conf import settings
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from marketplace.regions.domain.maps import DotMap, province_dots
from marketplace.regions.models import Region
from producers.models import PointOfSale
from storefront.opening_words import opening_words
from storefront.point_list import Choice
from storefront.points_map import PointsMap

register = template.Library()
register.filter(opening_words)


@register.filter
def then_briefly(product) -> str:
    """The former place of a product without its province, where that is still today's."""
    above, _comma, province = product.place_then.rpartition(", ")
    return above if above and product.place_now.endswith(f", {province}") else product.place_then


@register.simple_tag
def dot_map(region: Region, name: str):
    """The map of a region's province with the region marked; ``name`` is read out.

    Nothing where no centroid is known. Needs the region's parent; asks the database once per province
    and process.
    """
    province = region.parent or region
    drawing = province_dots(province)
    if not drawing.dots:
        return ""
    return _drawn(drawing, name, [(drawing.locate(region), "")] if region.parent else [])


@register.simple_tag
def village_map(province: Region, places, name: str):
    """The map of a province with several of its communes marked and named.

    ``places`` are dicts with ``region`` and ``label``. A label that would lie on another is left out:
    the list beside the map names all.
    """
    drawing = province_dots(province)
    if not drawing.dots:
        return ""
    return _drawn(drawing, name, [(drawing.locate(place["region"]), place["label"]) for place in places])


@register.simple_tag
def point_map(point: PointOfSale):
    """The map of a point's province with the point marked. Needs the region's parent."""
    region = point.seller.region
    drawing = province_dots(region.parent or region)
    if not drawing.dots:
        return ""
    name = _("Where %(place)s lies, on a map of dots for communes and wards") % {"place": region.label}
    return _drawn(drawing, name, [(drawing.project(point.latitude, point.longitude), "")])


@register.simple_tag
def points_map(shown: PointsMap):
    """Points of sale on a map: each mark leads to its points, larger where there are more."""
    drawing = shown.drawing
    if not drawing.dots:
        return ""
    marks = format_html_join(
        "",
        '<a href="{}" aria-label="{}"><circle class="here" cx="{}" cy="{}" r="{}"/></a>',
        ((mark.url, mark.words, *mark.at, mark.radius) for mark in shown.marks),
    )
    texts = format_html_join(
        "",
        '<text x="{}" y="{}" text-anchor="{}" aria-hidden="true">{}</text>',
        _labels([(mark.at, mark.label) for mark in shown.marks], drawing.width),
    )
    here = ""
    if shown.here is not None:
        here = format_html('<circle class="here-ring" cx="{}" cy="{}" r="10"/>', *shown.here)
    return format_html(
        '<svg class="map marks" viewBox="0 0 {} {}" role="group" aria-label="{}">'
        '<path class="dots" d="{}"/>{}{}{}</svg>',
        drawing.width,
        drawing.height,
        shown.name,
        drawing.path,
        here,
        marks,
        texts,
    )


@register.simple_tag
def map_data(subject: Choice | PointOfSale) -> SafeString:
    """What the script needs to lay tiles under points, where a server of tiles is set; else nothing."""
    if not settings.TILES_URL:
        return SafeString("")
    tiles = format_html(
        ' data-tiles="{}" data-attribution="{}" data-label="{}"',
        settings.TILES_URL,
        settings.TILES_ATTRIBUTION,
        _("Map"),
    )
    if isinstance(subject, Choice):
        return tiles + format_html(' data-points="{}"', subject.positions_url)
    return tiles + format_html(
        ' data-latitude="{}" data-longitude="{}" data-zoom="{}"',
        repr(subject.latitude),
        repr(subject.longitude),
        13 if subject.is_approximate else 16,
    )


@register.simple_tag
def map_styles() -> SafeString:
    """The style sheet of maps with tiles, where a server of tiles is set."""
    if not settings.TILES_URL:
        return SafeString("")
    return format_html('<link rel="stylesheet" href="{}">', static("leaflet/leaflet.css"))


@register.simple_tag
def map_scripts() -> SafeString:
    """The scripts of pages with points: for the reader's position, and for tiles where they are set."""
    names = [*(["leaflet/leaflet.js"] if settings.TILES_URL else []), "storefront/js/points.js"]
    return format_html_join("", '<script src="{}" defer></script>', ((static(name),) for name in names))


def _drawn(drawing: DotMap, name: str, marks):
    found = [(point, label) for point, label in marks if point is not None]
    rings = format_html_join(
        "",
        '<circle class="here-ring" cx="{}" cy="{}" r="10"/>',
        (point for point, label in found if not label),
    )
    here = format_html_join(
        "", '<circle class="here" cx="{}" cy="{}" r="5.5"/>', (point for point, _l in found)
    )
    texts = format_html_join(
        "", '<text x="{}" y="{}" text-anchor="{}">{}</text>', _labels(found, drawing.width)
    )
    return format_html(
        '<svg class="map" viewBox="0 0 {} {}" role="img" aria-label="{}">'
        '<path class="dots" d="{}"/>{}{}{}</svg>',
        drawing.width,
        drawing.height,
        name,
        drawing.path,
        rings,
        here,
        texts,
    )


#: Rough width of a letter and height of a line of the labels, in units of the drawing.
LETTER, LINE, GAP, DOT = 7.4, 16, 11, 6
#: How far a label may stand out at the right: as far as a phone has room beside the map.
OVERHANG = 12


def _labels(marks, width: int):
    """Places for the labels: right of their dots, left, above or below, where they fit and cover nothing."""
    taken = [(x - 7, y - 7, x + 7, y + 7) for (x, y), _label in marks]
    for (x, y), label in marks:
        if not label:
            continue
        length = len(label) * LETTER
        back = x + DOT - length
        for start, middle, anchor in (
            (x + GAP, y, "start"),
            (x - GAP - length, y, "end"),
            (back, y - LINE, "end"),
            (back, y + LINE, "end"),
        ):
            box = (start, middle - LINE / 2, start + length, middle + LINE / 2)
            is_inside = box[0] >= 0 and box[2] <= width + OVERHANG
            if is_inside and not any(_overlap(box, other) for other in taken):
                taken.append(box)
                yield start if anchor == "start" else start + length, round(middle + 5, 1), anchor, label
                break


def _overlap(one, other) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
