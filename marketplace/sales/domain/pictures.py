"""Pictures that buyers and sellers send each other: kept privately, in one size."""

import secrets
from collections.abc import Iterable
from io import BytesIO

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from PIL import Image

from marketplace.core.pictures import in_widths
from marketplace.core.private_files import private_storage
from marketplace.sales.models import Message, ReturnRequest, SellerOrder, SentPicture

#: How many pictures go with one message or return.
MOST_PICTURES = 4
WIDTH = 1440


def keep(
    uploads: Iterable[UploadedFile],
    seller_order: SellerOrder,
    *,
    message: Message | None = None,
    return_request: ReturnRequest | None = None,
) -> list[SentPicture]:
    """Store pictures that `marketplace.core.uploads` has checked; metadata of the camera are gone."""
    places = {"seller_order": seller_order, "message": message, "return_request": return_request}
    return SentPicture.objects.bulk_create(SentPicture(**places, **_stored(upload)) for upload in uploads)


def _stored(upload: UploadedFile) -> dict:
    [content] = in_widths(upload, (WIDTH,)).values()
    width, height = Image.open(BytesIO(content)).size
    name = private_storage().save(f"sent/{secrets.token_hex(16)}.webp", ContentFile(content))
    return {"name": name, "width": width, "height": height}
