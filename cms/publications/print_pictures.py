"""Pictures as they are printed: JPEG of the size that the paper needs, each on a PDF page of its own.

Typst takes such a page over as it is. A bare JPEG it would unpack in memory, all pictures of a book at once:
1.8 GB for 400 instead of 0.5. Made once for each picture and kept in the storage: a name always shows the
same picture.
"""

import os
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from PIL import Image

FOLDER = "print"
#: The longer side in pixels: 117 mm at 300 dots to the inch.
LONGEST = 1400
DOTS = 300
QUALITY = 85


def print_pictures(names: Iterable[str]) -> Iterator[tuple[str, bytes | None]]:
    """Storage names and the page of each as they get ready; None where there is no such picture.

    Pillow lets other threads run while it works, so that several pictures are made at once.
    """
    with ThreadPoolExecutor(max_workers=os.cpu_count() or 1) as workers:
        yield from workers.map(_named, dict.fromkeys(names))


def _named(name: str) -> tuple[str, bytes | None]:
    return name, print_picture(name)


def print_picture(name: str) -> bytes | None:
    """The picture with this storage name as a PDF page, or None if its file is missing or no picture."""
    kept = f"{FOLDER}/{name.rsplit('.', 1)[0]}.pdf"
    if default_storage.exists(kept):
        with default_storage.open(kept) as file:
            return file.read()
    try:
        with default_storage.open(name) as file:
            made = _page(Image.open(file))
    except OSError:
        return None
    default_storage.save(kept, ContentFile(made))
    return made


def _page(picture: Image.Image) -> bytes:
    picture = picture.convert("RGB")
    picture.thumbnail((LONGEST, LONGEST), Image.Resampling.LANCZOS)
    target = BytesIO()
    picture.save(target, "PDF", quality=QUALITY, resolution=DOTS)
    return target.getvalue()
