"""The tabs of the list of orders, each a group of states."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Count, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from marketplace.sales.models import SellerOrder

State = SellerOrder.State

#: Nobody reads how many thousands of orders have ended; counting them would read every one.
MOST_COUNTED = 999


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
    Tab("done", _("Done"), (State.DELIVERED, State.COLLECTED, State.VISITED), is_history=True),
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


@dataclass(frozen=True)
class Number:
    """How many seller orders a tab has; ``is_capped``: at least so many."""

    value: int
    is_capped: bool = False

    def __str__(self) -> str:
        return f"{self.value}+" if self.is_capped else str(self.value)


def counted(seller_orders: QuerySet[SellerOrder]) -> dict[Tab, Number]:
    """Each tab with its exact number of seller orders, in one query: for lists that were narrowed."""
    by_state = _by_state(seller_orders)
    return {tab: Number(sum(by_state.get(state, 0) for state in tab.states)) for tab in TABS}


def counted_in_short(seller_orders: QuerySet[SellerOrder], shown: Tab | None = None) -> dict[Tab, Number]:
    """Each tab with its number, from the index of states alone; a query more for each history.

    What is open is counted to the last one, and so is the tab that is shown, which has pages; of the other
    histories, which only grow, no more than `MOST_COUNTED` are counted.
    """
    counts = open_counts(seller_orders)
    for tab in TABS:
        if tab.is_history:
            of_tab = seller_orders.filter(state__in=tab.states).order_by()
            counted = of_tab.count() if tab == shown else of_tab[: MOST_COUNTED + 1].count()
            is_capped = tab != shown and counted > MOST_COUNTED
            counts[tab] = Number(MOST_COUNTED, is_capped=True) if is_capped else Number(counted)
    return counts


def open_counts(seller_orders: QuerySet[SellerOrder]) -> dict[Tab, Number]:
    """The exact numbers of the tabs with something to do, in one query."""
    open_tabs = [tab for tab in TABS if not tab.is_history]
    states = [state for tab in open_tabs for state in tab.states]
    by_state = _by_state(seller_orders.filter(state__in=states))
    return {tab: Number(sum(by_state.get(state, 0) for state in tab.states)) for tab in open_tabs}


def _by_state(seller_orders: QuerySet[SellerOrder]) -> Mapping[str, int]:
    return dict(seller_orders.order_by().values_list("state").annotate(number=Count("pk")))
