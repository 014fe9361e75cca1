"""Composing the catalogue: from chapters to the PDF."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass

from django.conf import settings
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from marketplace.core import clock
from marketplace.notifications.domain.send import absolute
from marketplace.regions.models import Region
from storefront.dates import written_day

from .contents import Chapter, Entry, grouped
from .print_pictures import print_pictures
from .printing import code_png, print_pdf

COVER_PICTURES = 6
ROW = 3
RUNNING = 60
"""Letters of a running head."""


@dataclass(frozen=True)
class Title:
    """What stands on the cover, before the chapters, and in the imprint."""

    title: str
    subtitle: str
    foreword: tuple[str, ...]
    signed: str
    imprint: tuple[str, ...]
    address: str
    language: str
    layout: str


def _silent(done: int, total: int) -> None:
    pass


def catalogue_pdf(
    title: Title, chapters: Sequence[Chapter], progress: Callable[[int, int], None] = _silent
) -> bytes:
    """The catalogue in the active language; ``progress`` is told how many of how many steps are done.

    The steps are its pictures and codes and, as long as these together, the typesetting.
    """
    entries = [entry for chapter in chapters for entry in chapter.entries]
    files, printed = {}, {}
    total = 2 * len(entries) or 1
    found = print_pictures(entry.picture for entry in entries if entry.picture)
    for number, (name, page) in enumerate(found, start=1):
        if page is not None:
            printed[name] = f"picture-{number}.pdf"
            files[printed[name]] = page
        progress(number, total)
    for entry in entries:
        files[f"code-{entry.pk}.png"] = code_png(absolute(entry.path))
    progress(len(entries), total)
    pdf = print_pdf("catalogue.typ", _book(title, chapters, entries, printed), files)
    progress(total, total)
    return pdf


def _book(title: Title, chapters: Sequence[Chapter], entries: list[Entry], printed: dict[str, str]) -> dict:
    today = written_day(clock.today())
    return {
        **asdict(title),
        "publisher": str(settings.SHOP_NAME),
        "made": _("As of %(day)s") % {"day": today},
        "summary": _summary(entries),
        "words": {
            "foreword": _("Foreword"),
            "contents": _("Contents"),
            "by_producer": _("Index of producers"),
            "by_region": _("Index of places"),
            "indexes": _("Indexes"),
            "imprint": _("Imprint"),
            "scan": _("Scan the code for the product’s page: certification, price of today, order."),
        },
        "running": Truncator(title.title).chars(RUNNING),
        "cover": _cover(entries, printed, COVER_PICTURES),
        "imprint": [*title.imprint, *_imprint(title, entries, today)],
        "chapters": [_chapter(chapter, printed) for chapter in chapters],
        "producers": grouped(entries, lambda entry: entry.maker),
        "regions": _regions(entries),
    }


def _chapter(chapter: Chapter, printed: dict[str, str]) -> dict:
    return {
        "title": chapter.title,
        "running": Truncator(chapter.title).chars(RUNNING),
        "intro": chapter.intro,
        "cover": _cover(chapter.entries, printed, ROW),
        "count": _number_of_products(len(chapter.entries)),
        "entries": [
            {
                "id": entry.pk,
                "title": entry.title,
                "second_title": entry.second_title,
                "maker": entry.maker,
                "place_now": entry.place_now,
                "place_then": entry.place_then,
                "stars": entry.stars,
                "rank": entry.rank,
                "award": entry.award,
                "story": entry.story,
                "after": entry.after,
                "facts": entry.facts,
                "address": absolute(entry.path),
                "picture": printed.get(entry.picture),
                "alt": entry.alt,
            }
            for entry in chapter.entries
        ],
    }


def _cover(entries: Sequence[Entry], printed: dict[str, str], most: int) -> list[str]:
    """Files of pictures from all over these entries, in whole rows; none where they fill no row."""
    pictured = [printed[entry.picture] for entry in entries if entry.picture in printed]
    wanted = min(most, len(pictured) // ROW * ROW)
    return [pictured[number * len(pictured) // wanted] for number in range(wanted)]


def _regions(entries: Iterable[Entry]) -> list[dict]:
    """Places by province: each commune of today with its products."""
    provinces: dict[str, list[Entry]] = {}
    for entry in entries:
        if entry.region is not None:
            provinces.setdefault(_province(entry.region).name, []).append(entry)
    order = grouped((entry for found in provinces.values() for entry in found), _province_name)
    return [{"name": name, "places": grouped(provinces[name], _commune_name)} for name, _ids in order]


def _province(region: Region) -> Region:
    return region.parent if region.parent is not None else region


def _commune_name(entry: Entry) -> str:
    is_known = entry.region.parent is not None
    return entry.region.name if is_known else _("Commune or ward not known")


def _province_name(entry: Entry) -> str:
    return _province(entry.region).name


def _summary(entries: list[Entry]) -> str:
    starred = sum(entry.stars is not None for entry in entries)
    with_stars = _("%(number)s with stars in force") % {"number": starred}
    return f"{_number_of_products(len(entries))}, {with_stars}"


def _number_of_products(number: int) -> str:
    return ngettext("%(number)s product", "%(number)s products", number) % {"number": number}


def _imprint(title: Title, entries: list[Entry], today: str) -> list[str]:
    sentences = [
        _("Made by %(shop)s from its own records on %(day)s.") % {"shop": settings.SHOP_NAME, "day": today},
        _(
            "Stars are printed only where the certification was in force on that day. "
            "Otherwise the state is said in words; scan the code for what holds today."
        ),
        _("The web page of this publication: %(address)s") % {"address": title.address},
    ]
    if any(entry.after for entry in entries):
        sentences.append(_("Stories name the site after which they are told; the web pages have the links."))
    if settings.DEMO:
        sentences.append(
            _("Demonstration: renewals of expired certifications, prices and drawings are illustrative.")
        )
    return sentences
