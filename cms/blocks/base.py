"""How blocks of a page are shown: each says what it wants, and then with what its template is filled."""

from collections.abc import Iterator, Mapping
from enum import Enum
from typing import Any

from wagtail import blocks


class Layout(Enum):
    """How a part stands on the page."""

    TEXT = "text"
    """In the column of the text."""
    WIDE = "wide"
    """A section as wide as the page's frame."""
    HALF = "half"
    """As wide; two that follow each other stand side by side on a desk."""
    WHOLE = "whole"
    """From edge to edge, with its own frame."""


class ShownBlock(blocks.StructBlock):
    """A block that readers see. Values are those that are stored, so any key may be missing."""

    layout = Layout.WIDE

    def ask(self, value: Mapping[str, Any], gathering) -> None:
        """Tell the gathering what `context` will need."""

    def context(self, value: Mapping[str, Any], gathering) -> dict | None:
        """What the template shows; None where there is nothing to show, and the block drops out."""
        return dict(value)

    def render(self, value: Any, context: dict | None = None) -> str:
        """The block by itself, as Wagtail's preview of a block shows it."""
        # Composing reads the models, whose fields are made of blocks.
        from cms.composing import compose_block  # noqa: PLC0415

        return compose_block(self, self.get_prep_value(value))


def items(stored: Any) -> Iterator[Any]:
    """The values of a list block as they are stored."""
    for each in stored or ():
        yield each["value"] if isinstance(each, Mapping) and each.get("type") == "item" else each


def chosen(stored: Any) -> list[Any]:
    """Those of a list of choosers in which something was chosen."""
    return [each for each in items(stored) if each]
