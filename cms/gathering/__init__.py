"""What the blocks of a page show, fetched together: the same few queries for one block and for thirty.

Each block first says what it wants, then all of it is fetched, then each block shows its part
(`cms.composing`). Blocks are read as they are stored: Wagtail's own reading of them makes a query for each
kind of chooser in each kind of block.
"""

from cms.gathering.gathering import Gathering

__all__ = ["Gathering"]
