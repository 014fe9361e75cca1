"""Pictures in the widths that pages ask for, as WebP."""

import hashlib
from collections.abc import Sequence
from io import BytesIO

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from PIL import Image

WIDTHS = (320, 640, 960)
QUALITY = 82
METHOD = 4


def webp_in_widths(image: Image.Image, widths: Sequence[int] = WIDTHS) -> dict[int, bytes]:
    """The picture as WebP in each width (pixels), its proportions kept; a narrower one is not enlarged."""
    image = image.convert("RGB")
    files = {}
    for width in widths:
        scaled = image
        if image.width > width:
            height = round(image.height * width / image.width)
            scaled = image.resize((width, height), Image.Resampling.LANCZOS)
        target = BytesIO()
        scaled.save(target, "WEBP", quality=QUALITY, method=METHOD)
        files[width] = target.getvalue()
    return files


def store_in_widths(files: dict[int, bytes], folder: str, name: str) -> str:
    """Keep the files of one picture as ``<folder>/<name>-<digest>-<width>.webp``; returns the widest's name.

    The digest is that of the content, so that a name always shows the same picture and may be cached for
    ever; a file that is there already is left alone.
    """
    widest = max(files)
    digest = hashlib.sha256(files[widest]).hexdigest()[:8]
    for width, content in files.items():
        path = f"{folder}/{name}-{digest}-{width}.webp"
        if not default_storage.exists(path):
            default_storage.save(path, ContentFile(content))
    return f"{folder}/{name}-{digest}-{widest}.webp"
