"""Making pages of blocks: what all of them need is fetched together, then each fills its template."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import count, groupby
from typing import Any

from django.template.loader import get_template
from django.utils.safestring import SafeString
from wagtail.blocks import Block, StreamValue

from cms.blocks import Layout
from cms.gathering import Gathering
from search.scope import Tree


@dataclass(frozen=True)
class Part:
    """A block as HTML, with the id of its heading if it has one."""

    html: SafeString
    layout: Layout
    heading: str = ""


@dataclass(frozen=True)
class Row:
    """Parts that follow each other and stand in the same way: as one text, or side by side."""

    layout: Layout
    parts: tuple[Part, ...]

    @property
    def kind(self) -> str:
        """The name of the layout, for templates."""
        return self.layout.value


@dataclass(frozen=True)
class Composed:
    """The streams of a page, each as rows of parts, and the product groups, which were read on the way."""

    streams: tuple[tuple[Row, ...], ...]
    tree: Tree


def compose(*streams: StreamValue) -> Composed:
    """The streams of one page; the number of queries is the same however many blocks they have."""
    gathering = Gathering()
    found = [[*_blocks(stream)] for stream in streams]
    for block, value in (pair for blocks in found for pair in blocks):
        block.ask(value, gathering)
    gathering.fetch()
    numbers = count(1)
    rows = tuple(tuple(_rows(_parts(blocks, gathering, numbers))) for blocks in found)
    return Composed(rows, gathering.goods.tree)


def compose_block(block: Block, value: Any) -> SafeString:
    """One block by itself; empty if it has nothing to show."""
    gathering = Gathering()
    block.ask(value, gathering)
    gathering.fetch()
    parts = _parts([(block, value)], gathering, count(1))
    return next((part.html for part in parts), SafeString(""))


def _blocks(stream: StreamValue) -> Iterator[tuple[Block, Any]]:
    """The blocks as they are stored; those of a kind that there is no more are left out."""
    known = stream.stream_block.child_blocks
    for stored in stream.raw_data:
        if stored["type"] in known:
            yield known[stored["type"]], stored["value"]


def _parts(
    blocks: Iterable[tuple[Block, Any]], gathering: Gathering, numbers: Iterator[int]
) -> Iterator[Part]:
    for block, value in blocks:
        shown = block.context(value, gathering)
        if shown is None:
            continue
        heading = f"part-{next(numbers)}" if shown.get("title") else ""
        layout = shown.pop("layout", block.layout)
        template = get_template(block.meta.template)
        html = template.render({**shown, "id": heading, "language": gathering.language})
        yield Part(html, layout, heading)


def _rows(parts: Iterable[Part]) -> Iterator[Row]:
    for layout, together in groupby(parts, key=lambda part: part.layout):
        if layout in (Layout.TEXT, Layout.HALF):
            yield Row(layout, tuple(together))
        else:
            for part in together:
                yield Row(layout, (part,))
