"""How pictures of editors are shown: in AVIF and WebP, as wide as screens need, cut about the focal point.

The sizes are drawn by a task (`cms.domain.draw`) and noted on the picture itself, so that showing one takes
no query and draws nothing. What is not drawn yet is shown as it is kept, which is never more than an A4 page.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from django.core.files.storage import default_storage
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from cms.models import Picture

FORMATS = {"avif": "image/avif", "webp": "image/webp"}
"""The formats that are drawn, the best first; every browser of today reads the last."""

DESK = "(width >= 60rem)"


@dataclass(frozen=True)
class Shape:
    """A way to cut pictures, and the widths that it is drawn in."""

    widths: tuple[int, ...]
    ratio: Fraction | None = None

    def fitting(self, width: int, height: int) -> list[int]:
        """Those widths that a picture of these measures fills, and one more to hold all that it has."""
        available = min(width, int(height * self.ratio)) if self.ratio else width
        smaller = [each for each in self.widths if each < available]
        return [*smaller, *self.widths[len(smaller) : len(smaller) + 1]]

    def spec(self, width: int, image_format: str) -> str:
        """Wagtail's words for one size."""
        cut = f"fill-{width}x{round(width / self.ratio)}" if self.ratio else f"width-{width}"
        return f"{cut}|format-{image_format}"


SHAPES = {
    "whole": Shape((480, 960, 1440)),
    "card": Shape((480, 960), Fraction(3, 2)),
    "wide": Shape((1248, 1920), Fraction(21, 9)),
}
#: A wide picture is a strip on a desk; on a phone it is cut as a card.
_ON_A_PHONE = {"wide": "card"}


@dataclass(frozen=True)
class Size:
    """A drawn size: where it is, and its measures in pixels."""

    url: str
    width: int
    height: int


def picture(
    shown: Picture | None,
    *,
    shape: str = "whole",
    sizes: str = "100vw",
    alt: str | None = None,
    eager: bool = False,
) -> SafeString:
    """The picture as HTML, with its measures so that nothing jumps; nothing for None.

    ``sizes`` is how wide it will stand on the page, as CSS says it. Without ``alt`` the words of the block it
    stands in, or else its own; "" where it only decorates. ``eager`` for what one sees without scrolling.
    """
    if not shown:
        return SafeString("")
    words = _words(shown) if alt is None else alt
    if not is_drawn(shown):
        original = Size(shown.file.url, shown.width, shown.height)
        return _enclosed(shape, "", _img(original, "", sizes, words, eager))
    phone = _ON_A_PHONE.get(shape, shape)
    sources = "" if phone == shape else "".join(_sources(shown, shape, sizes, DESK, tuple(FORMATS)))
    sources += "".join(_sources(shown, phone, sizes, "", tuple(FORMATS)[:-1]))
    last = drawn_sizes(shown, phone, tuple(FORMATS)[-1])
    return _enclosed(shape, sources, _img(last[-1], _srcset(last), sizes, words, eager))


def address(shown: Picture, shape: str = "whole") -> Size:
    """The largest drawn WebP of this shape, for machines that ask for one address; else the original."""
    if not is_drawn(shown):
        return Size(shown.file.url, shown.width, shown.height)
    return drawn_sizes(shown, shape, "webp")[-1]


def is_drawn(shown: Picture) -> bool:
    """Whether its sizes are those of its present file; a moved focal point still shows the former crops."""
    return shown.drawn.get("file") == shown.file.name


def drawn_sizes(shown: Picture, shape: str, image_format: str) -> list[Size]:
    """The sizes of one shape and format, the narrowest first."""
    return [
        Size(default_storage.url(name), *measures) for name, *measures in shown.drawn[shape][image_format]
    ]


def _words(shown: Picture) -> str:
    if shown.decorative:
        return ""
    return shown.contextual_alt_text or shown.default_alt_text


def _sources(
    shown: Picture, shape: str, sizes: str, media: str, formats: tuple[str, ...]
) -> Iterator[SafeString]:
    for name in formats:
        drawn = drawn_sizes(shown, shape, name)
        yield format_html(
            '<source type="{}" srcset="{}" sizes="{}"{} width="{}" height="{}">',
            FORMATS[name],
            _srcset(drawn),
            sizes,
            format_html(' media="{}"', media) if media else "",
            drawn[-1].width,
            drawn[-1].height,
        )


def _srcset(drawn: list[Size]) -> str:
    return ", ".join(f"{size.url} {size.width}w" for size in drawn)


def _img(size: Size, srcset: str, sizes: str, words: str, eager: bool) -> SafeString:
    return format_html(
        '<img src="{}"{} width="{}" height="{}" alt="{}"{}>',
        size.url,
        format_html(' srcset="{}" sizes="{}"', srcset, sizes) if srcset else "",
        size.width,
        size.height,
        words,
        SafeString(' fetchpriority="high"' if eager else ' loading="lazy" decoding="async"'),
    )


def _enclosed(shape: str, sources: str, img: SafeString) -> SafeString:
    inside = f'<picture class="sized-{conditional_escape(shape)}">{sources}{img}</picture>'
    return mark_safe(inside)  # noqa: S308 - made of escaped parts
