"""The main pictures of the demo's articles: goods that an article is about, side by side as on a shelf."""

from io import BytesIO

from django.core.files.images import ImageFile
from django.db.models import QuerySet
from PIL import Image, ImageOps

from catalog.models import Category, Product, ProductImage
from cms.models import Picture
from marketplace.core.text import fold

GOODS = 4
LOOKED_AT = 40
WIDTH, HEIGHT = 1260, 540
QUALITY = 88


def draw_shelf(slug: str, query: dict) -> Picture | None:
    """A picture of the first goods that the article's block of products shows; None if there are too few.

    They are the drawings of the demo, which stand for photos that sellers have not taken yet.
    """
    goods = _goods(query)
    if len(goods) < GOODS:
        return None
    shelf = Image.new("RGB", (WIDTH, HEIGHT))
    for place, product in enumerate(goods):
        with _opened(product.picture) as picture:
            column = ImageOps.fit(picture, (WIDTH // GOODS, HEIGHT), Image.Resampling.LANCZOS)
        shelf.paste(column, (place * WIDTH // GOODS, 0))
    content = BytesIO()
    shelf.save(content, "JPEG", quality=QUALITY, optimize=True)
    names = ", ".join(product.title for product in goods)
    return Picture.objects.create(
        title=slug,
        file=ImageFile(content, name=f"{slug}.jpg"),
        description=f"Tranh vẽ: {names}"[:255],
    )


def _goods(query: dict) -> list[Product]:
    """The starred first, of different sellers as long as there are any."""
    found = list(_fitting(query).for_cards().order_by("-certification__stars", "title", "pk")[:LOOKED_AT])
    found = [product for product in found if _is_drawn(product.picture)]
    firsts = list({product.producer_id: product for product in reversed(found)}.values())[::-1]
    return [*firsts, *(product for product in found if product not in firsts)][:GOODS]


def _fitting(query: dict) -> QuerySet[Product]:
    products = Product.objects.listed().exclude(images=None)
    for word in fold(query.get("words", "")).split():
        products = products.filter(folded__contains=word)
    if stars := query.get("stars"):
        products = products.filter(certification__stars__in=stars)
    if code := query.get("category"):
        path = Category.objects.filter(code=code).values_list("path", flat=True).first()
        products = products.filter(categories__path__startswith=path) if path else products.none()
    return products


def _is_drawn(image: ProductImage | None) -> bool:
    return image is not None and image.original.storage.exists(image.original.name)


def _opened(image: ProductImage) -> Image.Image:
    with image.original.storage.open(image.original.name) as file:
        return Image.open(file).convert("RGB")
