"""From SVG to WebP in the widths that pages ask for; typst draws, Pillow scales."""

import os
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from multiprocessing import get_context
from pathlib import Path

import typst
from PIL import Image

from .compose import BAND_WIDTH, WIDTH, Band, Picture, compose, compose_band

WIDTHS = (320, 640, 960)
BATCH = 12
POINTS_PER_INCH = 72
# Flat colours stay clean at this quality; slower methods save little.
WEBP = {"quality": 78, "method": 2}


@dataclass(frozen=True)
class Request:
    """A picture wanted under a key of the caller's."""

    key: str
    picture: Picture | Band

    @property
    def svg(self) -> str:
        if isinstance(self.picture, Band):
            return compose_band(self.picture)
        of = self.picture
        return compose(of.name, of.set_number, of.group, of.key)

    @property
    def width(self) -> int:
        """Width of the drawing in points."""
        return BAND_WIDTH if isinstance(self.picture, Band) else WIDTH


def render(svgs: Sequence[str], *, points: int = WIDTH, pixels: int = WIDTHS[-1]) -> list[bytes]:
    """PNG pictures of drawings that are ``points`` wide, each ``pixels`` wide."""
    with tempfile.TemporaryDirectory() as folder:
        for number, svg in enumerate(svgs):
            Path(folder, f"{number}.svg").write_text(svg)
        pages = "\n".join(f'#page(image("{number}.svg", width: 100%))' for number in range(len(svgs)))
        source = Path(folder, "pictures.typ")
        source.write_text(f"#set page(width: {points}pt, height: auto, margin: 0pt)\n{pages}")
        drawn = typst.compile(str(source), root=folder, format="png", ppi=POINTS_PER_INCH * pixels / points)
    return [drawn] if isinstance(drawn, bytes) else drawn


def variants(png: bytes, widths: Sequence[int] = WIDTHS) -> dict[int, bytes]:
    """The picture as WebP in each width (pixels)."""
    image = Image.open(BytesIO(png)).convert("RGB")
    files = {}
    for width in sorted(widths, reverse=True):
        if image.width != width:
            height = round(image.height * width / image.width)
            image = image.resize((width, height), Image.Resampling.LANCZOS)
        target = BytesIO()
        image.save(target, "WEBP", **WEBP)
        files[width] = target.getvalue()
    return files


def illustrate(requests: Sequence[Request]) -> list[tuple[str, dict[int, bytes]]]:
    """The pictures of some requests, drawn in one go; all of the same kind (pictures or bands)."""
    drawn = render([request.svg for request in requests], points=requests[0].width)
    return [(request.key, variants(png)) for request, png in zip(requests, drawn, strict=True)]


def illustrate_many(
    requests: Iterable[Request], processes: int | None = None
) -> Iterator[tuple[str, dict[int, bytes]]]:
    """Key and files (by width) of each request, as they are ready, drawn by several processes."""
    wanted = list(requests)
    batches = [wanted[start : start + BATCH] for start in range(0, len(wanted), BATCH)]
    processes = min(processes or os.cpu_count() or 1, len(batches))
    if processes <= 1:
        for some in batches:
            yield from illustrate(some)
        return
    with get_context("spawn").Pool(processes) as pool:
        for done in pool.imap_unordered(illustrate, batches):
            yield from done
