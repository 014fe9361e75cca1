"""Keeping a picture in the widths that pages ask for."""

import hashlib

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage


def store_in_widths(files: dict[int, bytes], folder: str, name: str) -> str:
    """Keep the WebP files of one picture, by width in pixels; returns the storage name of the widest.

    They are called ``<folder>/<name>-<digest>-<width>.webp``. The digest is that of the content, so that a
    name always shows the same picture and may be cached for ever; a file that is there is left alone.
    """
    widest = max(files)
    digest = hashlib.sha256(files[widest]).hexdigest()[:8]
    for width, content in files.items():
        path = f"{folder}/{name}-{digest}-{width}.webp"
        if not default_storage.exists(path):
            default_storage.save(path, ContentFile(content))
    return f"{folder}/{name}-{digest}-{widest}.webp"
