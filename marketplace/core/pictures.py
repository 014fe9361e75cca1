"""Pictures: made harmless when they come in, and kept in the widths that pages ask for."""

import datetime
import hashlib
import logging
import re
import warnings
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from io import BytesIO
from typing import BinaryIO

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils.translation import gettext as _
from PIL import Image, ImageCms, ImageOps
from PIL.JpegImagePlugin import JpegImageFile

logger = logging.getLogger(__name__)

MAX_SIDE = 12_000
"""Pixels along a side that a picture may have when it is sent."""

MAX_PIXELS = 50_000_000
"""Pixels in all that may be decoded at once; photographs in JPEG are read smaller, and may have more."""

KEPT_SIDE = 3508
"""Pixels along the longer side that are kept: an A4 page at 300 dots per inch."""

TAKEN = ("JPEG", "PNG", "WEBP", "AVIF")
_WEBP_QUALITY = 80
_WIDTH = re.compile(r"-\d+\.webp$")


class PictureRefused(ValueError):
    """What was sent is no picture that the site shows; says why in words for people."""

    def __init__(self, code: str, words: str):
        super().__init__(words)
        self.code = code


@dataclass(frozen=True)
class TidiedPicture:
    """A picture without metadata, upright, in sRGB."""

    content: bytes
    content_type: str
    extension: str
    width: int
    height: int


def tidied(file: BinaryIO) -> TidiedPicture:
    """The picture in this file, drawn anew: nothing of the original file but its pixels is left.

    EXIF with place and time, comments, thumbnails and whatever was hidden behind the picture are gone. Raises
    ``PictureRefused`` for files that are no still picture in JPEG, PNG, WebP or AVIF, or too large.
    """
    file.seek(0)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(file, formats=TAKEN) as opened:
                _check_measures(opened)
                return _encoded(_upright(opened), keep_sharp=opened.format == "PNG")
    except PictureRefused:
        raise
    except Image.DecompressionBombError as error:
        raise _too_large() from error
    except Exception as error:
        # Decoders meet broken files with many kinds of errors.
        raise PictureRefused(
            "no_picture", _("This is not a picture that can be read. Send a JPEG, PNG, WebP or AVIF file.")
        ) from error


def in_widths(file: BinaryIO, widths: Iterable[int]) -> dict[int, bytes]:
    """The picture in WebP, in those of these widths that it has, and in its own if it has none of them."""
    file.seek(0)
    with Image.open(file) as opened:
        picture = opened.convert("RGBA" if opened.has_transparency_data else "RGB")
    fitting = [width for width in widths if width <= picture.width] or [picture.width]
    return {width: _webp(picture, width) for width in fitting}


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


def remove_unused(folder: str, in_use: Callable[[], Iterable[str]], *, before: datetime.datetime) -> int:
    """Remove the files of a folder that no name of ``in_use`` stands for, in whatever width; gives how many.

    ``in_use`` is asked after the folder was read, so that what is kept meanwhile is known; files that came
    after ``before`` stay, because who sent them may not have saved what shows them yet.
    """
    try:
        _folders, files = default_storage.listdir(folder)
    except FileNotFoundError:
        return 0
    kept = {_without_width(name) for name in in_use()}
    removed = 0
    for file in files:
        name = f"{folder}/{file}"
        if _without_width(name) not in kept and default_storage.get_modified_time(name) < before:
            default_storage.delete(name)
            removed += 1
    return removed


def _without_width(name: str) -> str:
    return _WIDTH.sub("", name)


def _check_measures(picture: Image.Image) -> None:
    """Ask the file's head, before anything is decoded."""
    if max(picture.size) > MAX_SIDE:
        raise _too_large()
    # Telephones put further frames (depth, light) behind a photograph; its first is what one sees.
    if isinstance(picture, JpegImageFile):
        picture.draft("RGB", (KEPT_SIDE, KEPT_SIDE))
    elif getattr(picture, "n_frames", 1) > 1:
        raise PictureRefused("moving", _("Moving pictures are not taken. Send a still one."))
    if picture.width * picture.height > MAX_PIXELS:
        raise _too_large()


def _too_large() -> PictureRefused:
    words = _(
        "This picture has too many pixels: at most %(side)s along a side, and %(millions)s million in all."
    )
    return PictureRefused("too_large", words % {"side": MAX_SIDE, "millions": MAX_PIXELS // 1_000_000})


def _upright(picture: Image.Image) -> Image.Image:
    """As it is meant to be seen, in sRGB and at most `KEPT_SIDE` long."""
    profile = picture.info.get("icc_profile")
    upright = ImageOps.exif_transpose(picture)
    upright.thumbnail((KEPT_SIDE, KEPT_SIDE), Image.Resampling.LANCZOS)
    mode = "RGBA" if upright.has_transparency_data else "RGB"
    if profile and upright.mode in ("RGB", "RGBA", "CMYK"):
        return _in_srgb(upright, profile, mode)
    return upright.convert(mode)


def _in_srgb(picture: Image.Image, profile: bytes, mode: str) -> Image.Image:
    try:
        own = ImageCms.ImageCmsProfile(BytesIO(profile))
        return ImageCms.profileToProfile(picture, own, ImageCms.createProfile("sRGB"), outputMode=mode)
    except (ImageCms.PyCMSError, OSError, ValueError):
        logger.info("A picture's colour profile could not be read; its colours are taken as they are")
        return picture.convert(mode)


def _encoded(picture: Image.Image, *, keep_sharp: bool) -> TidiedPicture:
    """As PNG where edges or transparency matter, else as JPEG."""
    output = BytesIO()
    bare = Image.new(picture.mode, picture.size)
    bare.paste(picture)
    if keep_sharp or picture.mode == "RGBA":
        bare.save(output, "PNG", optimize=True)
        return TidiedPicture(output.getvalue(), "image/png", "png", *bare.size)
    bare.save(output, "JPEG", quality=90, optimize=True, progressive=True)
    return TidiedPicture(output.getvalue(), "image/jpeg", "jpg", *bare.size)


def _webp(picture: Image.Image, width: int) -> bytes:
    height = max(1, round(picture.height * width / picture.width))
    output = BytesIO()
    picture.resize((width, height), Image.Resampling.LANCZOS).save(output, "WEBP", quality=_WEBP_QUALITY)
    return output.getvalue()
