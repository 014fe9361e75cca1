"""What must hold of every shelf, whatever happened to it."""

from django.db.models import Sum

from producers.domain.stock import Shelf, shelf_by_movements
from producers.models import StockRecord


def assert_ledger_holds(record: StockRecord) -> None:
    """Stock, movements and batches say the same, and nothing is below zero."""
    now = StockRecord.objects.get(pk=record.pk)
    assert shelf_by_movements(now) == Shelf(now.num_in_stock, now.num_allocated)
    assert 0 <= now.num_allocated <= now.num_in_stock
    batches = now.batches.all()
    assert all(batch.quantity_left >= 0 for batch in batches)
    assert sum(batch.quantity_left for batch in batches) == now.num_in_stock
    for batch in batches:
        assert batch.movements.aggregate(total=Sum("quantity", default=0))["total"] == batch.quantity_left
