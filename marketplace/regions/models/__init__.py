from marketplace.regions.models.region import Region, RegionKind, RegionQuerySet, UnitType
from marketplace.regions.models.succession import Succession

__all__ = ["Region", "RegionKind", "RegionQuerySet", "Succession", "UnitType"]
