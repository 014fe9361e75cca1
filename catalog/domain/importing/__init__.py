"""Importing products from lists: reading a file, checking its rows, writing them in batches."""

from .reading import RawRow, UnreadableFile
from .report import ImportReport, Problem
from .run import import_products, import_rows

__all__ = ["ImportReport", "Problem", "RawRow", "UnreadableFile", "import_products", "import_rows"]
