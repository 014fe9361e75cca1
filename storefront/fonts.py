"""The shop's web fonts: Be Vietnam Pro, cut down to what Vietnamese and English need.

The typeface comes from its package and is not part of the source tree. One file
a weight holds both alphabets: every page of the shop shows Vietnamese names, so
splitting by `unicode-range` would only double the requests.
"""

from pathlib import Path

import fontpkg
from fontTools.subset import Options, Subsetter, load_font, save_font

FAMILY = "be-vietnam-pro"

#: Weight and style of each face that the style sheets use.
FACES = ((400, "normal"), (400, "italic"), (500, "normal"), (600, "normal"), (700, "normal"))

FOLDER = Path(__file__).resolve().parent / "static" / "storefront" / "fonts"

#: Basic Latin and Latin-1, the Vietnamese letters and combining marks, and the
#: punctuation and currency signs of the interface.
CODEPOINTS = frozenset(
    [
        *range(0x20, 0x7F),
        *range(0xA0, 0x100),
        *(0x102, 0x103, 0x110, 0x111, 0x128, 0x129, 0x152, 0x153, 0x168, 0x169),
        *(0x1A0, 0x1A1, 0x1AF, 0x1B0),
        *(0x2C6, 0x2DA, 0x2DC),
        *(0x300, 0x301, 0x302, 0x303, 0x306, 0x309, 0x31B, 0x323),
        *range(0x1EA0, 0x1EFA),
        *(0x2013, 0x2014),
        *(0x2018, 0x2019, 0x201A, 0x201C, 0x201D, 0x201E, 0x2022, 0x2026),
        *(0x2039, 0x203A, 0x2044),
        *(0x20AB, 0x20AC, 0x2122),
        *(0x2212, 0x2260, 0x2264, 0x2265),
    ]
)


def file_name(weight, style):
    """Name of a face's file, as the style sheets and preloads write it."""
    return f"{FAMILY}-{weight}{'-italic' if style == 'italic' else ''}.woff2"


def build(folder=FOLDER, *, force=False):
    """Write the subset of each face to `folder`; return the paths that were written.

    A file newer than the installed typeface and this recipe is left alone.
    Raises fontpkg's FamilyNotInstalled when the font package is missing.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for weight, style in FACES:
        source = fontpkg.path(FAMILY, weight=weight, style=style)
        target = folder / file_name(weight, style)
        if not force and _is_fresh(target, source):
            continue
        _write_subset(source, target)
        written.append(target)
    return written


def _is_fresh(target, source):
    if not target.exists():
        return False
    newest = max(source.stat().st_mtime, Path(__file__).stat().st_mtime)
    return target.stat().st_mtime >= newest


def _write_subset(source, target):
    """Written beside the target and moved over it, so that nobody reads half a file."""
    options = Options(flavor="woff2", notdef_outline=True)
    draft = target.with_suffix(".part")
    with load_font(source, options) as font:
        subsetter = Subsetter(options)
        subsetter.populate(unicodes=CODEPOINTS)
        subsetter.subset(font)
        save_font(font, draft, options)
    draft.replace(target)
