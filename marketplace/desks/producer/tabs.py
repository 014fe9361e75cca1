"""The tabs of the list of orders, each a group of states."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Count, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from marketplace.sales.models import DeliveryWay, SellerOrder

State = SellerOrder.State

#: Nobody reads how many thousands of orders have ended; counting them would read every one.
MOST_COUNTED = 999


@dataclass(frozen=True)
class Tab:
    code: str
    label: Promise
    states: tuple[str, ...]
    is_history: bool = False
    ways: tuple[str, ...] = ()
    """The ways of delivery that it is narrowed to; empty: all."""

    def of(self, seller_orders: QuerySet[SellerOrder]) -> QuerySet[SellerOrder]:
        """Those of these seller orders that stand in the tab."""
        found = seller_orders.filter(state__in=self.states)
        return found.filter(delivery_way__in=self.ways) if self.ways else found

    def takes(self, state: str, way: str) -> bool:
        return state in self.states and (not self.ways or way in self.ways)


#: Guests come themselves: nothing of theirs is packed.
PACKED_WAYS = tuple(way for way in DeliveryWay if way != DeliveryWay.ON_SITE)
GUESTS = Tab("guests", _("Guests to come"), (State.CONFIRMED,), ways=(DeliveryWay.ON_SITE,))
TO_PACK = Tab("confirmed", _("To pack"), (State.CONFIRMED,), ways=PACKED_WAYS)
TABS = (
    Tab("waiting", _("Waiting"), (State.PENDING,)),
    TO_PACK,
    GUESTS,
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

ALWAYS = tuple(tab for tab in TABS if tab != GUESTS)


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
    return _numbers(seller_orders, TABS)


def counted_in_short(seller_orders: QuerySet[SellerOrder], shown: Tab | None = None) -> dict[Tab, Number]:
    """Each tab with its number; a query more for each history, from the index of states alone.

    What is open is counted to the last one, and so is the tab that is shown, which has pages; of the other
    histories, which only grow, no more than `MOST_COUNTED` are counted.
    """
    counts = open_counts(seller_orders)
    for tab in TABS:
        if tab.is_history:
            of_tab = tab.of(seller_orders).order_by()
            counted = of_tab.count() if tab == shown else of_tab[: MOST_COUNTED + 1].count()
            is_capped = tab != shown and counted > MOST_COUNTED
            counts[tab] = Number(MOST_COUNTED, is_capped=True) if is_capped else Number(counted)
    return counts


def open_counts(seller_orders: QuerySet[SellerOrder]) -> dict[Tab, Number]:
    """The exact numbers of the tabs with something to do, in one query."""
    open_tabs = [tab for tab in TABS if not tab.is_history]
    states = {state for tab in open_tabs for state in tab.states}
    return _numbers(seller_orders.filter(state__in=states), open_tabs)


def offered(counts: Mapping[Tab, Number], shown: Tab) -> list[tuple[Tab, Number]]:
    """The tabs of a list in their order; that of the guests only where there are any."""
    return [(tab, counts[tab]) for tab in TABS if tab in (shown, *ALWAYS) or counts[tab].value]


def _numbers(seller_orders: QuerySet[SellerOrder], tabs: Iterable[Tab]) -> dict[Tab, Number]:
    rows = seller_orders.order_by().values_list("state", "delivery_way").annotate(number=Count("pk"))
    found = list(rows)
    return {tab: Number(sum(n for state, way, n in found if tab.takes(state, way))) for tab in tabs}
