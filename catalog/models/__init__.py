from .categories import Category
from .certifications import Certification, CertificationAct
from .clearances import Clearance
from .packs import PackPart
from .products import Product, ProductImage

from oscar.apps.catalogue.models import *  # noqa: F403  # isort: skip

__all__ = [
    "Category",
    "Certification",
    "CertificationAct",
    "Clearance",
    "PackPart",
    "Product",
    "ProductImage",
]
