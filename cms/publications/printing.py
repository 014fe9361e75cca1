"""From a paper's template and its content to a PDF.

Everything that is printed comes as JSON, so that nothing of it is read as markup; pictures lie as files
beside it. One call makes one document, whatever its length.
"""

import json
import re
import shutil
import tempfile
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path

import fontpkg
import segno

from marketplace.core import clock
from marketplace.core.imports import later
from storefront import seals

typst = later("typst")

PAPERS = Path(__file__).parent / "papers"
FONT_FAMILY = "be-vietnam-pro"
STARS = (3, 4, 5)

CINNABAR = "#AD2F22"
PAPER = "#FFFBF2"
GOLD = "#F6CA70"
#: Pixels of one module of a printed code: 20 mm of a code with 41 modules are then 400 dots to the inch.
MODULE = 8
OUTLINE = 1.5

_PAGE = re.compile(rb"/Type\s*/Page\b")


def print_pdf(template: str, content: Mapping, files: Mapping[str, bytes]) -> bytes:
    """The PDF that a template of ``papers`` makes of the content; ``files`` lie in its folder ``files``."""
    with tempfile.TemporaryDirectory(prefix="ocop-print-") as name:
        folder = Path(name)
        for paper in PAPERS.glob("*.typ"):
            shutil.copy(paper, folder)
        (folder / "content.json").write_text(json.dumps(content, ensure_ascii=False), "utf-8")
        (folder / "files").mkdir()
        for stars in STARS:
            (folder / "files" / f"seal-{stars}.svg").write_text(seal_svg(stars), "utf-8")
        for file_name, data in files.items():
            (folder / "files" / file_name).write_bytes(data)
        return typst.compile(
            folder / template,
            root=folder,
            font_paths=[Path(fontpkg.path(FONT_FAMILY, weight=400)).parent],
            ignore_system_fonts=True,
            format="pdf",
            timestamp=int(clock.now().timestamp()),
        )


def page_count(pdf: bytes) -> int:
    """How many pages a PDF of ours has."""
    return len(_PAGE.findall(pdf))


def code_png(address: str) -> bytes:
    """A QR code of an address, without the quiet zone, which the paper leaves around it."""
    target = BytesIO()
    segno.make(address, error="m", micro=False).save(target, kind="png", scale=MODULE, border=0)
    return target.getvalue()


def seal_svg(stars: int) -> str:
    """The large seal without its words, which the paper sets in its own font."""
    ink, sign = {3: (CINNABAR, CINNABAR), 4: (PAPER, PAPER), 5: (PAPER, GOLD)}[stars]
    is_outlined = stars == STARS[0]
    disc = (
        f'fill="none" stroke="{CINNABAR}" stroke-width="{2 * OUTLINE}"'
        if is_outlined
        else f'fill="{CINNABAR}"'
    )
    arc = "".join(
        f'<path d="{path}" fill="{sign}"/>'
        if place < stars
        else f'<path d="{path}" fill="none" stroke="{ink}"/>'
        for place, path in enumerate(seals.star_paths())
    )
    size = seals.LARGE_BOX + 2 * OUTLINE
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{-OUTLINE} {-OUTLINE} {size} {size}">'
        f'<path {disc} d="{seals.large_disc()}"/>'
        f'<circle cx="60" cy="60" r="48" fill="none" stroke="{sign}" stroke-width="1.2"/>{arc}</svg>'
    )
