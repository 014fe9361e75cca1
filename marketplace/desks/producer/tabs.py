"""The tabs of the list of orders, each a group of states."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Count
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from marketplace.sales.models import SellerOrder

State = SellerOrder.State


@dataclass(frozen=True)
class Tab:
    code: str
    label: Promise
    states: tuple[str, ...]
    is_history: bool = False


TABS = (
    Tab("waiting", _("Waiting"), (State.PENDING,)),
    Tab("confirmed", _("To pack"), (State.CONFIRMED,)),
    Tab(
        "packed",
        _("To send"),
        (State.PACKED, State.READY_FOR_PICKUP),
    ),
    Tab("shipped", _("On the way"), (State.SHIPPED,)),
    Tab("done", _("Done"), (State.DELIVERED, State.COLLECTED), is_history=True),
    Tab(
        "cancelled",
        _("Cancelled, refused"),
        (State.CANCELLED, State.REFUSED, State.RETURNED),
        is_history=True,
    ),
)


def tab_of(code: str | None) -> Tab:
    """The tab with this code; the first one for a code that there is not."""
    return next((tab for tab in TABS if tab.code == code), TABS[0])


def counted(seller_orders) -> list[tuple[Tab, int]]:
    """Each tab with its number of seller orders, in one query."""
    by_state: Mapping[str, int] = dict(
        seller_orders.order_by().values_list("state").annotate(number=Count("pk"))
    )
    return [(tab, sum(by_state.get(state, 0) for state in tab.states)) for tab in TABS]
