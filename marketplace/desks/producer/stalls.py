"""The stalls for which a person works at the desk."""

from django.core.exceptions import PermissionDenied
from django.http import Http404

from marketplace.core.models import User
from marketplace.core.roles import Right
from producers.models import Partner


def stalls_with(user: User, right: Right, *, with_points: bool = False) -> list[Partner]:
    """The stalls in whose team this person holds the right; points of sale have a desk of their own.

    A team member without it gets 403, who is in no team 404.
    """
    sellers = Partner.objects.with_right(user, right)
    stalls = list((sellers if with_points else sellers.producers()).order_by("name", "pk"))
    if not stalls:
        if user.memberships.exists():
            raise PermissionDenied
        raise Http404
    return stalls


def chosen_of(stalls: list[Partner], slug: str) -> Partner:
    """The stall with this slug, the first where none is named; 404 for one that is not the person's own."""
    if not slug:
        return stalls[0]
    for stall in stalls:
        if stall.slug == slug:
            return stall
    raise Http404
