"""Importing products from lists: reading a file, checking its rows, writing them in batches."""

from .reading import UnreadableFile
from .report import ImportReport, Problem
from .run import import_products

__all__ = ["ImportReport", "Problem", "UnreadableFile", "import_products"]
