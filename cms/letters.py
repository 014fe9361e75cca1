"""What a newsletter says in one language, with articles, events and products as they are now."""

from dataclasses import dataclass, field

from django.conf import settings
from django.utils.translation import gettext as _
from wagtail.models import Page

from catalog.models import Product
from cms.models import Issue
from marketplace.events.models import Event
from marketplace.notifications.domain.send import absolute
from search.scope import Tree
from storefront.cards import Card, cards


@dataclass(frozen=True)
class Item:
    """One thing that the letter names: a title with its address, one line and some words; or words alone."""

    title: str = ""
    url: str = ""
    line: str = ""
    text: str = ""
    picture: str = ""


@dataclass(frozen=True)
class Letter:
    """A newsletter in one language, ready to be put into mails."""

    subject: str
    paragraphs: list[str]
    items: list[Item]
    frame: dict = field(default_factory=dict)


def compose(issue: Issue, language: str) -> Letter:
    """The letter in the active language; what is no longer public is left out. A fixed number of queries."""
    is_english = language == "en"
    intro = issue.intro_en if is_english else issue.intro
    return Letter(
        subject=issue.subject_en if is_english else issue.subject,
        paragraphs=[part.strip() for part in intro.split("\n\n") if part.strip()],
        items=_items(issue, language),
        frame={"shop_name": settings.SHOP_NAME, "demo": settings.DEMO},
    )


def _items(issue: Issue, language: str) -> list[Item]:
    blocks = [(block.block_type, block.value) for block in issue.items if block.value is not None]
    pages = _pages([value for kind, value in blocks if kind == "page"], language)
    products = _products([value for kind, value in blocks if kind == "product"])
    events = _events([value for kind, value in blocks if kind == "event"])
    found = []
    for kind, value in blocks:
        item = None
        match kind:
            case "text":
                item = Item(text=str(value["en"] if language == "en" else value["vi"]))
            case "page":
                item = pages.get(value.translation_key)
            case "product":
                item = products.get(value.pk)
            case "event":
                item = events.get(value.pk)
        if item is not None:
            found.append(item)
    return found


def _pages(chosen: list[Page], language: str) -> dict:
    """The pages in the reader's language, else as they were chosen, by what their translations share."""
    keys = {page.translation_key for page in chosen}
    live = Page.objects.live().public().filter(translation_key__in=keys).select_related("locale").specific()
    in_all = list(live) if keys else []
    in_order = sorted(in_all, key=lambda page: page.locale.language_code == language)
    return {page.translation_key: _page(page) for page in in_order}


def _page(page: Page) -> Item:
    return Item(
        title=page.title,
        url=_full(page.url),
        text=getattr(page, "intro", "") or page.search_description,
    )


def _products(chosen: list[Product]) -> dict[int, Item]:
    ids = [product.pk for product in chosen]
    listed = list(Product.objects.listed().filter(pk__in=ids).values_list("pk", flat=True)) if ids else []
    return {card.pk: _product(card) for card in (cards(listed, Tree.load()) if listed else [])}


def _product(card: Card) -> Item:
    stars = _("OCOP %(stars)s stars") % {"stars": card.stars} if card.stars else ""
    return Item(
        title=card.display_title,
        url=_full(card.get_absolute_url()),
        line=" · ".join(filter(None, (stars, card.place_now, card.price_in_words))),
        picture=_full(card.picture.src) if card.picture else "",
    )


def _events(chosen: list[Event]) -> dict[int, Item]:
    ids = [event.pk for event in chosen]
    found = Event.objects.public().filter(pk__in=ids).for_cards() if ids else []
    return {event.pk: _event(event) for event in found}


def _event(event: Event) -> Item:
    state = str(event.get_state_display()) if event.is_cancelled else ""
    return Item(
        title=event.display_title,
        url=_full(event.get_absolute_url()),
        line=" · ".join(filter(None, (state, event.when, event.place))),
        text=event.display_intro,
    )


def _full(path: str | None) -> str:
    """An address that works in a mail."""
    return path if not path or path.startswith("http") else absolute(path)
