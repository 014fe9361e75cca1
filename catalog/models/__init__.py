from .categories import Category
from .certifications import Certification, CertificationAct
from .clearances import Clearance
from .listings import BannedWord, Listing, ListingCheck
from .packs import PackPart
from .products import Product, ProductImage
from .takedowns import TakeDown

from oscar.apps.catalogue.models import *  # noqa: F403  # isort: skip

__all__ = [
    "BannedWord",
    "Category",
    "Certification",
    "CertificationAct",
    "Clearance",
    "Listing",
    "ListingCheck",
    "PackPart",
    "Product",
    "ProductImage",
    "TakeDown",
]
