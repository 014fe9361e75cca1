"""Whose orders a person works with at the desk, and what they may do with them."""

from collections.abc import Callable
from functools import wraps

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from marketplace.core.models import User
from marketplace.core.roles import Right, has_role
from marketplace.sales.models import SellerOrder
from producers.models import Partner


def stalls_of_orders(user: User) -> list[Partner]:
    """The person's stalls with orders; 403 for a team member without that right, 404 for a stranger.

    Empty for an administrator, who sees the orders of all.
    """
    stalls = list(Partner.objects.with_right(user, Right.SEE_ORDERS).order_by("name", "pk"))
    if not stalls and not has_role(user):
        if user.memberships.exists():
            raise PermissionDenied
        raise Http404
    return stalls


def chosen_stall(request: HttpRequest, stalls: list[Partner]) -> Partner | None:
    """The stall to which a list is narrowed; 404 for one that is not the person's own."""
    slug = request.GET.get("stall")
    if not slug:
        return None
    for stall in stalls:
        if stall.slug == slug:
            return stall
    raise Http404


def orders_of(user: User, stalls: list[Partner], chosen: Partner | None = None) -> QuerySet[SellerOrder]:
    """The seller orders of these stalls, or of the chosen one; those of all for an administrator.

    ``stalls`` are those of `stalls_of_orders`, which has asked for this person's right in each: they are
    named by their keys alone, so that the database follows their index.
    """
    if stalls:
        sellers = [chosen.pk] if chosen is not None else [stall.pk for stall in stalls]
        return SellerOrder.objects.filter(seller__in=sellers)
    return SellerOrder.objects.visible_to(user)


def seller_order_of(user: User, number: str, *, to_move: bool = False) -> SellerOrder:
    """A seller order that this person may see, or move; 403 for a team member without the right, else 404."""
    _refuse_nul(number)
    seller_order = SellerOrder.objects.visible_to(user).for_rows().filter(number=number).first()
    if seller_order is None:
        if SellerOrder.objects.filter(number=number, seller__team__user=user).exists():
            raise PermissionDenied
        raise Http404
    if to_move and not seller_order.seller.grants(user, Right.MOVE_ORDERS):
        raise PermissionDenied
    return seller_order


def several_of(user: User, numbers: list[str], *, to_move: bool = False) -> list[SellerOrder]:
    """The seller orders with these numbers in the order of the numbers, as ``seller_order_of`` gives one."""
    _refuse_nul(*numbers)
    found = {
        seller_order.number: seller_order
        for seller_order in SellerOrder.objects.visible_to(user).for_rows().filter(number__in=numbers)
    }
    if len(found) < len(set(numbers)):
        if SellerOrder.objects.filter(number__in=set(numbers) - set(found), seller__team__user=user).exists():
            raise PermissionDenied
        raise Http404
    if to_move:
        sellers = {seller_order.seller_id for seller_order in found.values()}
        if sellers - movable_of(user, sellers):
            raise PermissionDenied
    return [found[number] for number in dict.fromkeys(numbers)]


def _refuse_nul(*numbers: str) -> None:
    """404 for a character that no number has and that PostgreSQL takes in no text."""
    if any("\x00" in number for number in numbers):
        raise Http404


def movable_of(user: User, sellers: set[int]) -> set[int]:
    """Those of these stalls whose orders this person may also move."""
    own = Partner.objects.with_right(user, Right.MOVE_ORDERS).filter(pk__in=sellers)
    return set(own.values_list("pk", flat=True))


def login_first(page: str) -> Callable:
    """For a view that only takes posts: who is not logged in comes to this page, of the same row if any."""

    def decorate(view: Callable) -> Callable:
        @wraps(view)
        def guarded(request: HttpRequest, **kwargs) -> HttpResponse:
            if not request.user.is_authenticated:
                which = {name: kwargs[name] for name in ("number", "pk") if name in kwargs}
                return redirect_to_login(reverse(page, kwargs=which))
            return view(request, **kwargs)

        return guarded

    return decorate
