"""What stands in a publication: its chapters, and of each product what the page says of it.

A fixed number of queries, however many products there are.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from django.utils.text import Truncator
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from catalog.models import Product
from marketplace.core.text import fold
from marketplace.regions.models import Region
from producers.models import Story
from storefront.groups import short_name
from storefront.recognition import describe

STORY_WORDS = 90


@dataclass(frozen=True)
class Part:
    """A chapter by the ids of its products; no product is in two of them."""

    title: str
    intro: str
    products: tuple[int, ...]


@dataclass(frozen=True)
class Entry:
    """A product as it is printed: everything in words, in one language.

    ``stars`` are those in force at the time of making, else None, and ``rank`` says what the state is.
    """

    pk: int
    title: str
    second_title: str
    maker: str
    place_now: str
    place_then: str
    region: Region | None
    stars: int | None
    rank: str
    award: str
    story: tuple[str, ...]
    after: str
    facts: tuple[tuple[str, str], ...]
    path: str
    picture: str
    alt: str


@dataclass(frozen=True)
class Chapter:
    title: str
    intro: tuple[str, ...]
    entries: tuple[Entry, ...] = field(default_factory=tuple)


def chapters_of(parts: Iterable[Part]) -> list[Chapter]:
    """The chapters with what is printed of their products; those that are not listed today drop out."""
    parts = list(parts)
    entries = _entries([pk for part in parts for pk in part.products])
    chapters = [
        Chapter(
            title=part.title,
            intro=paragraphs(part.intro),
            entries=tuple(entries[pk] for pk in part.products if pk in entries),
        )
        for part in parts
    ]
    return [chapter for chapter in chapters if chapter.entries]


def entry_of(product: Product, story: Story | None = None) -> Entry:
    """One product, from ``for_cards()``, as it is printed."""
    certification = product.certification
    certification.product = product
    recognition = describe(certification)
    language = get_language()
    picture = product.picture
    return Entry(
        pk=product.pk,
        title=product.display_title,
        second_title=product.title if product.title_language != "vi" else "",
        maker=product.producer.name if product.producer is not None else "",
        place_now=product.place_now,
        place_then=_("formerly %(place)s") % {"place": product.place_then} if product.place_then else "",
        region=product.region,
        stars=recognition.stars,
        rank=_("OCOP %(stars)s stars") % {"stars": recognition.stars}
        if recognition.is_in_force
        else recognition.title,
        award=recognition.summary,
        story=_told(story, language),
        after=_after(story),
        facts=() if story is not None else _facts(product),
        path=product.get_absolute_url(),
        picture=picture.original.name if picture is not None else "",
        alt=picture.alt if picture is not None else "",
    )


def paragraphs(text: str) -> tuple[str, ...]:
    """The paragraphs of a plain text, parted by empty lines."""
    parts = text.replace("\r\n", "\n").split("\n\n")
    return tuple(" ".join(part.split()) for part in parts if part.strip())


def grouped(entries: Iterable[Entry], name: Callable[[Entry], str]) -> list[tuple[str, list[int]]]:
    """Ids of products by a name, in the order of the alphabet; those without the name are left out."""
    found: dict[str, list[int]] = {}
    for entry in entries:
        if name(entry):
            found.setdefault(name(entry), []).append(entry.pk)
    return sorted(found.items(), key=lambda pair: (fold(pair[0]), pair[0]))


def _entries(pks: Sequence[int]) -> dict[int, Entry]:
    products = {product.pk: product for product in Product.objects.listed().for_cards().filter(pk__in=pks)}
    stories: dict[int, Story] = {}
    for story in Story.objects.public().filter(product__in=list(products)).order_by("published_at", "pk"):
        stories[story.product_id] = story
    return {pk: entry_of(product, stories.get(pk)) for pk, product in products.items()}


def _told(story: Story | None, language: str) -> tuple[str, ...]:
    if story is None:
        return ()
    text = story.body_en if language == "en" and story.body_en else story.body
    return paragraphs(Truncator(text).words(STORY_WORDS, truncate=" …"))


def _after(story: Story | None) -> str:
    if story is None or not story.sources:
        return ""
    sites = dict.fromkeys(source["title"] or site_of(source["url"]) for source in story.sources)
    return _("After %(sites)s.") % {"sites": ", ".join(sites)}


def site_of(address: str) -> str:
    """The name of the site that an address leads to."""
    return address.partition("://")[2].partition("/")[0].removeprefix("www.")


def _facts(product: Product) -> tuple[tuple[str, str], ...]:
    """What is known of goods that nobody has told a story of."""
    facts = [
        (_("Set"), short_name(product.category) if product.category is not None else ""),
        (_("Net content"), product.net_content),
        (_("Ingredients"), product.ingredients),
        (_("Material"), product.material),
        (_("Origin"), product.origin_statement),
    ]
    return tuple((name, Truncator(value).words(40)) for name, value in facts if value)
