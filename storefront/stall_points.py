"""Where a stall's goods lie on shelves: the points of sale that carry them."""

from django.db.models import Q

from producers.models import Partner, PointOfSale, StockRecord

MOST_POINTS = 12


def points_carrying(stall: Partner) -> list[PointOfSale]:
    """Points that buyers can go to with goods of the stall on the shelf, by name; one query."""
    of_stall = Q(product__producer=stall) | Q(product__parent__producer=stall)
    on_shelves = StockRecord.objects.filter(of_stall, partner__kind=Partner.Kind.POINT, num_in_stock__gt=0)
    points = PointOfSale.objects.public().filter(seller__in=on_shelves.order_by().values("partner"))
    return list(points.select_related("seller__region__parent").order_by("seller__name", "pk")[:MOST_POINTS])
