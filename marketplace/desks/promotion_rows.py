"""Rows of promotions, as sellers and the office list them."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count

from marketplace.sales.domain import discounts
from marketplace.sales.models import Promotion, PromotionUse

KINDS = {Promotion.State.RUNNING: "ok", Promotion.State.USED_UP: "warn"}


@dataclass(frozen=True)
class Row:
    """A promotion with how many orders use it and what it has cost, in VND."""

    promotion: Promotion
    uses: int
    cost: int

    @property
    def kind(self) -> str:
        """How its state is coloured."""
        return KINDS.get(self.promotion.state, "")


def rows_of(promotions: Iterable[Promotion]) -> list[Row]:
    """Rows with their numbers, in a fixed number of queries."""
    found = list(promotions)
    keys = [promotion.pk for promotion in found]
    uses = PromotionUse.objects.filter(promotion__in=keys, given_back_at=None).order_by()
    counts = dict(uses.values_list("promotion").annotate(Count("pk")))
    costs = discounts.cost_of(keys)
    return [Row(each, counts.get(each.pk, 0), costs.get(each.pk, 0)) for each in found]
