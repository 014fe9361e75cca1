"""What editors compose pages of."""

from cms.blocks.base import Layout, ShownBlock
from cms.blocks.streams import BodyBlock, HomeBlock, RelatedBlock, SourcesBlock

__all__ = ["BodyBlock", "HomeBlock", "Layout", "RelatedBlock", "ShownBlock", "SourcesBlock"]
