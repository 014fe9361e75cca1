"""Stories with all that their cards show; which stories lists show at all."""

import datetime
from collections.abc import Iterable, Mapping, Sequence

from django.db.models import Exists, OuterRef, Q, QuerySet

from catalog.models import Product, ProductImage
from marketplace.core import clock
from marketplace.core.prepared import Prepared
from producers.models import Story
from storefront.cards import Picture
from storefront.pictures import first_pictures


def listed_stories(today: datetime.date | None = None) -> QuerySet[Story]:
    """Public stories but those of products that no list shows."""
    # Asked of each story, not of all products.
    shown = Q(product=None) | Exists(Product.objects.listed(today).filter(pk=OuterRef("product")))
    return Story.objects.public().filter(shown)


def story_cards(pks: Sequence[int]) -> list[Story]:
    """The stories in the order of their ids, in two queries; in none if there are none."""
    if not pks:
        return []
    found = {story.pk: story for story in with_covers(_STORIES.objects(pks=pks, today=clock.today()))}
    return [found[pk] for pk in pks if pk in found]


def with_covers(stories: Iterable[Story]) -> list[Story]:
    """The stories, each with its ``cover``: its first picture, else the product's, else None; one query.

    ``cover_name`` is the storage name of that picture's file, empty for none.
    """
    stories = list(stories)
    borrowed = first_pictures(story.product_id for story in stories if not story.pictures)
    dress(stories, {pk: _picture(image) for pk, image in borrowed.items()})
    for story in stories:
        own, lent = next(iter(story.shown_pictures), None), borrowed.get(story.product_id)
        story.cover_name = own.name if own is not None else lent.original.name if lent is not None else ""
    return stories


def dress(stories: Iterable[Story], lent: Mapping[int, Picture]) -> None:
    """Give each story its ``cover`` and place; ``lent`` are pictures of products, by the product's id."""
    for story in stories:
        story.cover = next(iter(story.shown_pictures), None) or lent.get(story.product_id)
        story.place_now = _place(story)


def _stories(pks: list[int], today: datetime.date) -> QuerySet[Story]:
    stories = listed_stories(today).filter(pk__in=pks)
    return stories.select_related("product__region__parent", "seller__region__parent")


_STORIES = Prepared(_stories, pks=[int], today=datetime.date)


def _place(story: Story) -> str:
    """The commune of today, from the product or else the stall."""
    for each in (story.product, story.seller):
        if each is not None and each.region is not None:
            return each.region.label
    return ""


def _picture(image: ProductImage) -> Picture:
    return Picture(
        src=image.src,
        srcset=image.srcset,
        width=image.width,
        height=image.height,
        alt=image.alt,
        largest=image.url_at(ProductImage.WIDTHS[-1]),
        is_illustration=image.kind == ProductImage.Kind.ILLUSTRATION,
    )
