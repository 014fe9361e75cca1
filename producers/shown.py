"""What public pages show of stock records, as the database compares it before and after a change.

Expressions for `marketplace.core.triggers`: read when the apps are, before there are models.
"""

MOST_FEW = 5
"""A point of sale that has at most so many left has a few; how many is the point's business."""

_EXPIRED = """
COALESCE((
    SELECT SUM(quantity_left) FROM partner_batch
    WHERE stock_record_id = {row}.id AND quantity_left > 0 AND expires_on < {today}
), 0)
"""
_SELLABLE = f"{{row}}.num_in_stock - {{row}}.num_allocated - {_EXPIRED}"

_STOCK = f"""
CASE WHEN (SELECT kind FROM partner_partner WHERE id = {{row}}.partner_id) <> 'point'
    THEN {{row}}.num_in_stock - {{row}}.num_allocated
    WHEN {_SELLABLE} <= 0 THEN 0
    WHEN {_SELLABLE} <= {MOST_FEW} THEN 1
    ELSE 2
END
"""  # noqa: S608 - names and numbers of our own
"""A producer's stock is shown as a number, that of a point of sale as a band: out, a few, in stock."""

_COLUMNS = ("product_id", "partner_id", "partner_sku", "price", "departure_id", "bookable_until")

STOCK_RECORD = (*(f"{{row}}.{name}" for name in _COLUMNS), "({row}.num_in_stock > 0)", _STOCK)
"""An update counts that changes one of these."""
