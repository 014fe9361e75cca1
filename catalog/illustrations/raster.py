"""From SVG to WebP in the widths that pages ask for; typst draws, Pillow scales."""

import os
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from io import BytesIO
from multiprocessing import get_context
from pathlib import Path

from PIL import Image

from marketplace.core.imports import later

from .band import BAND_WIDTH, Band, compose_band
from .compose import WIDTH, Picture, compose

typst = later("typst")

WIDTHS = (320, 640, 960)
BAND_WIDTHS = (640, 1280, 1920)
# Pages of one compilation; typst keeps the bitmaps of the last ten (4 MB a page).
BATCH = 6
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
        if self.is_band:
            return compose_band(self.picture)
        of = self.picture
        return compose(of.name, of.set_number, of.group, of.key)

    @property
    def is_band(self) -> bool:
        return isinstance(self.picture, Band)


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
    shape = image.height / image.width
    files = {}
    for width in sorted(widths, reverse=True):
        if image.width != width:
            height = round(width * shape)
            # Flat shapes: a finer filter takes twice the time and shows no difference.
            image = image.resize((width, height), Image.Resampling.BICUBIC)
        target = BytesIO()
        image.save(target, "WEBP", **WEBP)
        files[width] = target.getvalue()
    return files


def illustrate(requests: Sequence[Request]) -> list[tuple[str, dict[int, bytes]]]:
    """The pictures of some requests, drawn in one go; all of the same kind (pictures or bands)."""
    points, widths = (BAND_WIDTH, BAND_WIDTHS) if requests[0].is_band else (WIDTH, WIDTHS)
    drawn = render([request.svg for request in requests], points=points, pixels=max(widths))
    return [(request.key, variants(png, widths)) for request, png in zip(requests, drawn, strict=True)]


def illustrate_many(
    requests: Iterable[Request], processes: int | None = None
) -> Iterator[tuple[str, dict[int, bytes]]]:
    """Key and files (by width) of each request, as they are ready, drawn by several processes.

    ``processes`` is the number of CPUs if not given. Several processes import the main module anew: it must
    not start work when imported. What one process fails at is raised here and the others stop.
    """
    batches = list(_batches(requests))
    processes = min(processes or os.cpu_count() or 1, len(batches))
    if processes <= 1:
        for batch in batches:
            yield from illustrate(batch)
        return
    # Not forked: typst keeps threads, and the caller may hold a connection to the database.
    pool = ProcessPoolExecutor(processes, mp_context=get_context("spawn"))
    try:
        for done in as_completed([pool.submit(illustrate, batch) for batch in batches]):
            yield from done.result()
    finally:
        pool.shutdown(cancel_futures=True)


def _batches(requests: Iterable[Request]) -> Iterator[list[Request]]:
    """Requests to draw together: pictures first, then bands."""
    wanted = list(requests)
    for kind in (False, True):
        alike = [request for request in wanted if request.is_band is kind]
        yield from (alike[start : start + BATCH] for start in range(0, len(alike), BATCH))
