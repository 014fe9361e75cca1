"""Fill the peer's empty database with the products of a catalogue file: `python fill.py FILE PATHS`.

The columns are title, group, set, seller and price; products, categories and sellers get their keys in the
order in which they come, so that one Whoosh index serves every database that is filled from the same file.
Writes into PATHS where the pages of the products (by row) and categories (by names) are.
"""

import csv
import json
import os
import sys
from decimal import Decimal

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings")
django.setup()

from django.db import transaction  # noqa: E402 - models need Django set up
from oscar.apps.address.models import Country  # noqa: E402
from oscar.apps.catalogue.models import Category, Product, ProductCategory, ProductClass  # noqa: E402
from oscar.apps.partner.models import Partner, StockRecord  # noqa: E402
from oscar.core.utils import slugify  # noqa: E402

IN_STOCK = 1_000_000
BATCH = 2000


@transaction.atomic
def fill(rows: list[dict[str, str]]) -> dict:
    Country.objects.create(
        iso_3166_1_a2="VN", printable_name="Viet Nam", name="VIET NAM", is_shipping_country=True
    )
    goods = ProductClass.objects.create(name="OCOP", track_stock=True, requires_shipping=True)
    categories = make_categories(dict.fromkeys((row["group"], row["set"]) for row in rows))
    sellers = {
        name: Partner.objects.create(name=name)
        for name in dict.fromkeys(row["seller"] for row in rows if row["seller"])
    }
    products = Product.objects.bulk_create(
        [
            Product(
                title=row["title"], slug=slugify(row["title"])[:255], product_class=goods, upc=f"U{number}"
            )
            for number, row in enumerate(rows)
        ],
        batch_size=BATCH,
    )
    ProductCategory.objects.bulk_create(
        [
            ProductCategory(product=product, category=categories[row["group"], row["set"]])
            for product, row in zip(products, rows, strict=True)
        ],
        batch_size=BATCH,
    )
    StockRecord.objects.bulk_create(
        [
            StockRecord(
                product=product,
                partner=sellers[row["seller"]],
                partner_sku=f"S{product.pk}",
                price=Decimal(row["price"]),
                num_in_stock=IN_STOCK,
            )
            for product, row in zip(products, rows, strict=True)
            if row["price"]
        ],
        batch_size=BATCH,
    )
    return {
        "products": [product.get_absolute_url() for product in products],
        "keys": [product.pk for product in products],
        "categories": {
            "\n".join(names): category.get_absolute_url() for names, category in categories.items()
        },
    }


def make_categories(paths) -> dict[tuple[str, str], Category]:
    """The categories of a product by the names of its group and, where it is known, its set."""
    groups: dict[str, Category] = {}
    made = {}
    for group, name in paths:
        if group not in groups:
            groups[group] = Category.add_root(name=group)
        made[group, name] = groups[group].add_child(name=name) if name else groups[group]
    return made


if __name__ == "__main__":
    with open(sys.argv[1], encoding="utf-8", newline="") as file:
        paths = fill(list(csv.DictReader(file)))
    with open(sys.argv[2], "w", encoding="utf-8") as file:
        json.dump(paths, file, ensure_ascii=False)
