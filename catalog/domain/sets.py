"""The OCOP groups and product sets of the act in force, as the catalogue's category tree."""

import json
from collections.abc import Collection, Mapping
from functools import cache
from pathlib import Path

from django.db import transaction

from catalog.models import Category, ProductClass
from marketplace.core.text import slugify

FILE = Path(__file__).resolve().parent.parent / "data" / "sets.json"
PRODUCT_CLASS = "OCOP"


@cache
def read_groups() -> tuple[dict, ...]:
    """The groups with their sets, as the data file has them."""
    return tuple(json.loads(FILE.read_text(encoding="utf-8"))["groups"])


def set_code(number: int) -> str:
    """The code of a set's category: ``set-08``."""
    return f"set-{number:02d}"


def product_class() -> ProductClass:
    """The class that all products belong to: they have a stock and are sent."""
    found, _created = ProductClass.objects.get_or_create(
        slug=slugify(PRODUCT_CLASS),
        defaults={"name": PRODUCT_CLASS, "requires_shipping": True, "track_stock": True},
    )
    return found


@transaction.atomic
def load_sets(only: Collection[int] | None = None) -> int:
    """Make or correct the categories of the groups and sets; returns how many were new or changed.

    ``only`` names the numbers of the sets wanted, with the groups that they belong to; without it all are
    loaded. Categories that the data file does not know are left alone.
    """
    product_class()
    existing = {category.code: category for category in Category.objects.exclude(code=None)}
    changes = 0
    for group in read_groups():
        sets = [row for row in group["sets"] if only is None or row["number"] in only]
        if not sets:
            continue
        parent, changed = _put(existing, group["code"], group, parent=None)
        changes += changed
        for row in sets:
            _category, changed = _put(existing, set_code(row["number"]), row, parent=parent)
            changes += changed
    return changes


def _put(
    existing: Mapping[str, Category], code: str, row: Mapping, parent: Category | None
) -> tuple[Category, bool]:
    values = {
        "name": row["name"],
        "name_en": row["name_en"],
        "slug": slugify(row["name"]),
        "set_number": row.get("number"),
        "sale_rule": _sale_rule(row),
        "minimum_age": row.get("minimum_age"),
    }
    category = existing.get(code)
    if category is None:
        values["code"] = code
        return (parent.add_child(**values) if parent else Category.add_root(**values)), True
    changed = [name for name, value in values.items() if getattr(category, name) != value]
    for name in changed:
        setattr(category, name, values[name])
    if changed:
        category.save(update_fields=changed)
    return category, bool(changed)


def _sale_rule(row: Mapping) -> str:
    """A set's own rule; a group has that of any restricted set in it, to which a product might belong."""
    rules = [each.get("sale_rule", Category.SaleRule.OPEN) for each in row.get("sets", [row])]
    return next((rule for rule in rules if rule != Category.SaleRule.OPEN), Category.SaleRule.OPEN)
