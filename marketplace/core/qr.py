"""QR codes as pages show them."""

from io import BytesIO

import segno
from django.utils.safestring import SafeString, mark_safe

QUIET = 4
"""Squares of white edge, without which cameras fail."""


def drawing(text: str) -> SafeString:
    """The code of a text, black on white in light and dark, as SVG that fills its place."""
    target = BytesIO()
    made = segno.make(text, error="m", micro=False)
    options = {"border": QUIET, "light": "#fff", "xmldecl": False, "omitsize": True}
    made.save(target, kind="svg", svgclass=None, lineclass=None, **options)
    return mark_safe(target.getvalue().decode())  # noqa: S308 - drawn by segno, which writes no text
