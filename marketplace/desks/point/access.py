"""At which point's desk a person works, and with which rights."""

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404

from marketplace.core.models import User
from marketplace.core.roles import TEAM_RIGHTS, Right, team_roles_with
from producers.models import PointOfSale, StockRecord


@dataclass(frozen=True)
class Desk:
    """A point and what the person at its desk may do."""

    point: PointOfSale
    rights: frozenset[Right]

    @property
    def frame(self) -> dict:
        """What the navigation of each page needs."""
        return {
            "point": self.point,
            "runs_point": Right.RUN_POINT in self.rights,
            "manages_team": Right.MANAGE_TEAM in self.rights,
        }

    @property
    def shelf(self) -> QuerySet[StockRecord]:
        """What the point sells, each with ``expired`` and ``sellable``, the title at hand."""
        records = StockRecord.objects.with_sellable().filter(partner=self.point.seller_id, departure=None)
        return records.select_related("product__parent")


def points_of(user: User) -> list[PointOfSale]:
    """The points at whose counter this person works; a member of other teams gets 403, others 404."""
    points = PointOfSale.objects.filter(
        seller__team__user=user, seller__team__role__in=team_roles_with(Right.SELL_AT_COUNTER)
    ).select_related("seller__region__parent")
    found = list(points.order_by("seller__name", "pk"))
    if not found:
        if user.memberships.exists():
            raise PermissionDenied
        raise Http404
    return found


def desk_of(user: User, slug: str, right: Right = Right.SELL_AT_COUNTER) -> Desk:
    """The desk of a point in whose team this person holds the right; 403 without the right, else 404."""
    memberships = user.memberships.filter(seller__slug=slug, seller__point__isnull=False)
    membership = memberships.select_related("seller__point").first()
    if membership is None:
        raise Http404
    desk = Desk(membership.seller.point, TEAM_RIGHTS[membership.role])
    if right not in desk.rights:
        raise PermissionDenied
    return desk
