"""Delivery tables of sellers."""

from marketplace.sales.models import DeliveryTable
from producers.models import Partner


def make_zone(
    name: str = "Cả nước", *, provinces=(), steps=((1000, 20_000), (3000, 30_000)), **fields
) -> dict:
    """A zone as a table keeps it; without provinces it is everywhere else."""
    return {
        "name": name,
        "provinces": [province.key for province in provinces],
        "steps": [list(step) for step in steps],
        "each_grams": 1000,
        "each_charge": 5_000,
        "free_from": None,
        **fields,
    }


def make_table(seller: Partner, *zones: dict, **fields) -> DeliveryTable:
    """A seller's table; one zone for the whole country where none is given."""
    rows = list(zones) or [make_zone()]
    Partner.objects.filter(pk=seller.pk).update(delivers_by_zone=True)
    return DeliveryTable.objects.create(seller=seller, zones=rows, **fields)
