"""Files as people send them: photographs with place and time, and things that only pretend."""

import io
import zipfile
import zlib

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

SECRET = b"21.0285N 105.8542E"
ORIENTATION, GPS, DESCRIPTION = 0x0112, 0x8825, 0x010E


def photograph(
    width: int = 60,
    height: int = 40,
    *,
    image_format: str = "JPEG",
    colour: str = "#B5472F",
    turned: int = 1,
    **options,
) -> bytes:
    """A picture with EXIF: where it was taken, and how the camera was held."""
    exif = Image.Exif()
    exif[DESCRIPTION] = SECRET.decode()
    exif[ORIENTATION] = turned
    exif.get_ifd(GPS)[2] = (21.0, 1.0, 42.6)
    output = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(output, image_format, exif=exif, **options)
    return output.getvalue()


def upload(content: bytes, name: str = "anh.jpg", content_type: str = "image/jpeg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type)


def archive(*names: str, content: bytes = b"x") -> bytes:
    """A zip with files of these names."""
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as made:
        for name in names:
            made.writestr(name, content)
    return output.getvalue()


def claiming(width: int, height: int) -> bytes:
    """A PNG of a few bytes whose head claims these measures."""
    content = bytearray(photograph(8, 8, image_format="PNG"))
    start = content.index(b"IHDR")
    content[start + 4 : start + 12] = width.to_bytes(4, "big") + height.to_bytes(4, "big")
    checked = content[start : start + 17]
    content[start + 17 : start + 21] = zlib.crc32(bytes(checked)).to_bytes(4, "big")
    return bytes(content)


PDF = b"%PDF-1.7\n1 0 obj\n<< >>\nendobj\ntrailer\n<< >>\n%%EOF\n"
DOCX = archive("[Content_Types].xml", "word/document.xml")
WITH_MACROS = archive("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin")
XLSX = archive("[Content_Types].xml", "xl/workbook.xml")
SVG_WITH_SCRIPT = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
