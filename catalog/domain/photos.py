"""Photos of a product: added, ordered, described, taken out; one list, which the office sees as a whole."""

import hashlib
import json
from collections.abc import Sequence
from io import BytesIO

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _
from PIL import Image

from catalog.domain import listings, prepare
from catalog.models import Product, ProductImage
from marketplace.core import activity
from marketplace.core.exceptions import Refused
from marketplace.core.models import User
from marketplace.core.pictures import in_widths, store_in_widths
from marketplace.core.text import slugify

FOLDER = "products"
MOST = 12
NARROWEST = 320
"""Pixels along the shorter side below which a photo shows nothing worth showing."""


class PhotosRefused(Refused):
    """There are too many, one is too small, or somebody else has changed them; nothing was kept."""


def photos_of(product: Product) -> list[dict]:
    """The photos as they are to be: those that wait at the office, else those that buyers see."""
    pending = prepare.pending_of(product)
    return pending["pictures"] if "pictures" in pending else listings.content_of(product)["pictures"]


def mark(product: Product) -> str:
    """Changes with the list of photos."""
    return hashlib.sha256(json.dumps(photos_of(product)).encode()).hexdigest()[:16]


def store(upload: UploadedFile, product: Product) -> dict:
    """Keep a tidied picture in the widths that pages ask for; raises ``PhotosRefused`` for a tiny one."""
    upload.seek(0)
    with Image.open(upload) as opened:
        if min(opened.size) < NARROWEST:
            raise PhotosRefused(
                _("%(name)s is too small: at least %(pixels)s pixels along each side are needed.")
                % {"name": upload.name, "pixels": NARROWEST}
            )
        wide_enough = _widened(opened)
    files = in_widths(wide_enough or upload, ProductImage.WIDTHS)
    width, height = Image.open(BytesIO(files[max(files)])).size
    name = store_in_widths(files, FOLDER, slugify(product.title)[:60].strip("-"))
    return {"original": name, "width": width, "height": height, "caption": ""}


def _widened(picture: Image.Image) -> BytesIO | None:
    """A picture narrower than the widest of ours in that width, since all of them have to be there."""
    widest = ProductImage.WIDTHS[-1]
    if picture.width >= widest:
        return None
    output = BytesIO()
    height = round(picture.height * widest / picture.width)
    picture.resize((widest, height), Image.Resampling.LANCZOS).save(output, "PNG")
    return output


@transaction.atomic
def arrange(
    product: Product, photos: Sequence[dict], *, seen: str | None = None, actor: User | None = None
) -> bool:
    """Make these the product's photos, in this order; returns whether they go to the office first.

    ``seen`` is the `mark` of the list that the person had in view.
    """
    current = Product.objects.select_for_update().get(pk=product.pk)
    if seen is not None and seen != mark(current):
        raise PhotosRefused(_("Somebody else has changed the pictures meanwhile. Look at them again."))
    if len(photos) > MOST:
        raise PhotosRefused(_("A product has at most %(most)s pictures.") % {"most": MOST})
    prepare.check_writable(current)
    pictures = list(photos)
    first = listings.to_check(current, {"pictures": pictures})
    if not first and not current.is_public:
        listings.follow_pictures(current, pictures)
    activity.record("product.photos_arranged", current, actor=actor, number=len(pictures))
    return prepare.send_changes(current, first, among={"pictures": pictures}, actor=actor)
