from marketplace.regions.models.region import TWO_LEVELS_SINCE, Region, RegionKind, RegionQuerySet, UnitType
from marketplace.regions.models.succession import Succession

__all__ = ["TWO_LEVELS_SINCE", "Region", "RegionKind", "RegionQuerySet", "Succession", "UnitType"]
