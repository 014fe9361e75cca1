"""Products that pages name, and those of them that lists show no more."""

from collections import defaultdict

from django.contrib.contenttypes.models import ContentType
from django.db.models import QuerySet
from wagtail.models import Page, ReferenceIndex

from catalog.models import Product
from cms.models.public import PublicPage


def gone_from(page: Page) -> list[Product]:
    """The products that a page's blocks name although they are not listed any more."""
    return list(_gone(_named(page))) if isinstance(page, PublicPage) else []


def gone_by_page() -> dict[int, list[Product]]:
    """For each page that names such products, by its id, which ones; in a fixed number of queries."""
    rows = ReferenceIndex.objects.filter(
        to_content_type=ContentType.objects.get_for_model(Product),
        base_content_type=ContentType.objects.get_for_model(Page),
    ).values_list("object_id", "to_object_id")
    pages: dict[str, set[int]] = defaultdict(set)
    for page, product in rows:
        pages[product].add(int(page))
    found: dict[int, list[Product]] = defaultdict(list)
    for product in _gone({int(pk) for pk in pages}):
        for page in pages[str(product.pk)]:
            found[page].append(product)
    return found


def _named(page: PublicPage) -> set[int]:
    named = set()
    for name in page.streams:
        value = getattr(page, name)
        for model, pk, _model_path, _path in value.stream_block.extract_references(value):
            if model is Product:
                named.add(int(pk))
    return named


def _gone(pks: set[int]) -> QuerySet[Product]:
    listed = Product.objects.listed().values("pk")
    return (
        Product.objects.filter(pk__in=pks)
        .exclude(pk__in=listed)
        .select_related("certification")
        .order_by("title")
    )
