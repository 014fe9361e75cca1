"""Pictures for products that have no photo: flat cut-paper drawings, composed by name and seed.

Pure Python: needs no database and no Django, so that worker processes can run it.
"""

from .band import Band, compose_band
from .compose import Picture, compose
from .raster import Request, illustrate, illustrate_many, render, variants

__all__ = [
    "Band",
    "Picture",
    "Request",
    "compose",
    "compose_band",
    "illustrate",
    "illustrate_many",
    "render",
    "variants",
]
