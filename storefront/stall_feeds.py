"""What a stall sells as lists for other sales channels: Google Merchant (RSS 2.0) and Facebook (CSV).

Names of fields are those of Google's product data specification and of Meta's catalogue fields; Meta wants
pictures as JPEG or PNG. Prices are whole VND with VAT. Alcohol, functional food and medicine are left out:
both channels forbid or limit them.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO, StringIO
from xml.sax.saxutils import escape

from django.db.models import Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from PIL import Image

from catalog.models import Category, Product, ProductImage
from marketplace.core.text import without_controls
from producers.models import Partner, StockRecord

LONGEST_TITLE = 150
LONGEST_TEXT = 5000
LONGEST_SIZE = 100
PICTURE_WIDTH = 960
PICTURE_QUALITY = 88
MOST_MORE_PICTURES = 10
FACEBOOK = (
    "id",
    "title",
    "description",
    "availability",
    "condition",
    "price",
    "link",
    "image_link",
    "additional_image_link",
    "brand",
    "item_group_id",
    "size",
    "quantity_to_sell_on_facebook",
)


@dataclass(frozen=True)
class Offer:
    """One pack that is sold, as channels want it; ``group`` is the product's id where it has variants.

    ``pictures`` are addresses of WebP files, ``jpegs`` of the same as JPEG; ``size`` tells the packs of a
    group apart.
    """

    pk: int
    title: str
    text: str
    link: str
    pictures: tuple[str, ...]
    jpegs: tuple[str, ...]
    price: int
    available: int
    group: int | None
    size: str
    kind: str
    grams: int | None


def offers(request: HttpRequest, stall: Partner) -> Iterator[Offer]:
    """What the stall sells now and has a picture of; products with their variants."""
    listed = Product.objects.listed().filter(producer=stall).values("pk")
    packs = (
        Product.objects.filter(Q(pk__in=listed) | Q(parent__in=listed), producer=stall, is_public=True)
        .filter(categories__sale_rule=Category.SaleRule.OPEN)
        .order_by("pk")
    )
    records = {
        record.product_id: record
        for record in StockRecord.objects.filter(partner=stall, departure=None, price__isnull=False)
    }
    products = list(packs.select_related("certification").prefetch_related("images", "categories"))
    by_pk = {product.pk: product for product in products}
    families = {product.parent_id for product in products if product.parent_id is not None}
    for product in products:
        main = by_pk.get(product.parent_id, product)
        pictures = tuple(_addresses(request, main))
        record = records.get(product.pk)
        if record is None or not pictures:
            continue
        yield Offer(
            pk=product.pk,
            title=product.title[:LONGEST_TITLE],
            text=_text(main)[:LONGEST_TEXT],
            link=request.build_absolute_uri(product.get_absolute_url()),
            pictures=pictures,
            jpegs=tuple(_jpeg_addresses(request, stall, main)),
            price=int(record.price),
            available=0 if stall.is_paused else max(record.net_stock_level, 0),
            group=main.pk if main.pk in families else None,
            size=product.pack_label[:LONGEST_SIZE] if main.pk in families else "",
            kind=main.category.name if main.category is not None else "",
            grams=product.grams,
        )


def google(stall: Partner, link: str, found: Iterator[Offer]) -> Iterator[str]:
    """The feed for Google Merchant Center, a piece at a time."""
    yield '<?xml version="1.0" encoding="UTF-8"?>\n'
    yield '<rss version="2.0" xmlns:g="http://base.google.com/ns/1.0"><channel>'
    yield _tag("title", stall.name) + _tag("link", link) + _tag("description", stall.summary or stall.name)
    for offer in found:
        yield (
            "\n<item>"
            + "".join(_tag(name, value) for name, value in _google_fields(stall, offer))
            + "</item>"
        )
    yield "\n</channel></rss>\n"


def _google_fields(stall: Partner, offer: Offer) -> Iterator[tuple[str, str]]:
    yield "g:id", str(offer.pk)
    yield "g:title", offer.title
    yield "g:description", offer.text
    yield "g:link", offer.link
    yield "g:image_link", offer.pictures[0]
    for picture in offer.pictures[1 : MOST_MORE_PICTURES + 1]:
        yield "g:additional_image_link", picture
    yield "g:availability", "in_stock" if offer.available else "out_of_stock"
    yield "g:price", f"{offer.price} VND"
    yield "g:condition", "new"
    yield "g:brand", stall.name[:70]
    yield "g:identifier_exists", "no"
    if offer.kind:
        yield "g:product_type", offer.kind
    if offer.group is not None:
        yield "g:item_group_id", str(offer.group)
    if offer.size:
        yield "g:size", offer.size
    if offer.grams:
        yield "g:shipping_weight", f"{offer.grams} g"


def facebook(stall: Partner, found: Iterator[Offer]) -> Iterator[str]:
    """The feed for a catalogue of Facebook, a line at a time."""
    line = StringIO(newline="")
    writer = csv.writer(line)
    for row in (FACEBOOK, *(_facebook_row(stall, offer) for offer in found)):
        line.seek(0)
        line.truncate()
        writer.writerow(row)
        yield line.getvalue()


def _facebook_row(stall: Partner, offer: Offer) -> tuple:
    return (
        offer.pk,
        offer.title,
        offer.text,
        "in stock" if offer.available else "out of stock",
        "new",
        f"{offer.price} VND",
        offer.link,
        offer.jpegs[0],
        ",".join(offer.jpegs[1 : MOST_MORE_PICTURES + 1]),
        stall.name[:100],
        offer.group or "",
        offer.size,
        offer.available,
    )


def _addresses(request: HttpRequest, product: Product) -> Iterator[str]:
    for image in product.images.all():
        yield request.build_absolute_uri(ProductImage.urls(image.original.name)[PICTURE_WIDTH])


def _jpeg_addresses(request: HttpRequest, stall: Partner, product: Product) -> Iterator[str]:
    for image in product.images.all():
        yield request.build_absolute_uri(reverse("stalls:feed-picture", args=[stall.slug, image.pk]))


def as_jpeg(image: ProductImage) -> bytes:
    """A picture for channels that take no WebP; raises FileNotFoundError where it has no file."""
    target = BytesIO()
    with image.original.storage.open(image.name_at(PICTURE_WIDTH)) as file:
        Image.open(file).convert("RGB").save(target, "JPEG", quality=PICTURE_QUALITY, optimize=True)
    return target.getvalue()


def _text(product: Product) -> str:
    """What is known of the goods, in a few sentences; both channels want one."""
    stars = product.stars
    parts = [
        _("OCOP %(stars)s stars") % {"stars": stars} if stars else "",
        product.ingredients,
        product.material,
        product.net_content,
        product.origin_statement,
    ]
    known = [" ".join(part.split()).rstrip(".") for part in parts if part]
    return ". ".join([product.title, *known]) + "."


def _tag(name: str, value: str) -> str:
    return f"<{name}>{escape(without_controls(value))}</{name}>"
