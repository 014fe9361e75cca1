"""From a paper's template and its content to a PDF; nothing of the content is read as markup."""

import json
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path

import fontpkg
import segno

from marketplace.core.imports import later

typst = later("typst")

PAPERS = Path(__file__).parent / "papers"
FONT_FAMILY = "be-vietnam-pro"


def print_pdf(template: str, content: Mapping, *, timestamp: int) -> bytes:
    """The PDF that a template of ``papers`` makes of the content, dated in POSIX seconds."""
    return typst.compile(
        PAPERS / template,
        root=PAPERS,
        font_paths=[Path(fontpkg.path(FONT_FAMILY, weight=400)).parent],
        ignore_system_fonts=True,
        sys_inputs={"content": json.dumps(content, ensure_ascii=False)},
        format="pdf",
        timestamp=timestamp,
    )


def code_svg(address: str) -> str:
    """A QR code of an address as a drawing, without the quiet zone, which the paper leaves around it."""
    target = BytesIO()
    code = segno.make(address, error="m", micro=False)
    code.save(target, kind="svg", border=0, xmldecl=False, omitsize=True)
    return target.getvalue().decode()
