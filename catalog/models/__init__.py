from .categories import Category
from .certifications import Certification, CertificationAct
from .products import Product, ProductImage

from oscar.apps.catalogue.models import *  # noqa: F403  # isort: skip

__all__ = ["Category", "Certification", "CertificationAct", "Product", "ProductImage"]
