"""Triggers by which the database itself notes what the search index has to take in.

Signals miss bulk writes, `update()` and whatever is written past Django; triggers miss nothing, and what they
note is committed with the change. They are set up after every `migrate`, because SQLite drops a table's
triggers when a migration rebuilds the table. Columns that the index does not depend on are left out where
they change often: an order changes stock, but seldom whether there is any.
"""

# All names and expressions in the SQL stand in this file.
# ruff: noqa: S608

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.apps import apps
from django.db.backends.base.base import BaseDatabaseWrapper

from marketplace.core import triggers
from search.document import NO_SALE
from search.models import PendingChange

Kind = PendingChange.Kind
PREFIX = "search_pending"


@dataclass(frozen=True)
class Watch:
    """A table whose changes the index follows.

    ``key`` is an SQL expression over a row (written as ``{row}``): the id to note, or NULL for none.
    An update counts if one of ``values``, expressions over a row, differs; without any, each does.
    """

    model: str
    kind: str
    key: str
    values: tuple[str, ...] = ()
    acts: tuple[str, ...] = ("INSERT", "UPDATE", "DELETE")

    @property
    def table(self) -> str:
        return apps.get_model(self.model)._meta.db_table


def _quoted(values: Iterable[str]) -> str:
    return ", ".join(f"'{value}'" for value in values)


WATCHED = (
    # A variant is found as its product, of whose document it is a part.
    Watch("catalogue.Product", Kind.PRODUCT, "COALESCE({row}.parent_id, {row}.id)"),
    Watch("catalogue.Certification", Kind.PRODUCT, "{row}.product_id"),
    Watch("catalogue.ProductCategory", Kind.PRODUCT, "{row}.product_id"),
    Watch(
        "partner.StockRecord",
        Kind.PRODUCT,
        "(SELECT COALESCE(parent_id, id) FROM catalogue_product WHERE id = {row}.product_id)",
        (
            "{row}.price",
            "{row}.partner_id",
            "{row}.product_id",
            "({row}.num_in_stock > {row}.num_allocated)",
            "{row}.bookable_until",
            # What is reserved at a point of sale may change until when it has goods to sell.
            "(SELECT {row}.num_allocated FROM partner_partner"
            " WHERE id = {row}.partner_id AND kind = 'point')",
        ),
    ),
    Watch(
        "partner.Batch",
        Kind.PRODUCT,
        "(SELECT COALESCE(parent_id, catalogue_product.id) FROM partner_stockrecord JOIN catalogue_product"
        " ON catalogue_product.id = product_id WHERE partner_stockrecord.id = {row}.stock_record_id)",
        (
            "({row}.quantity_left > 0)",
            "{row}.expires_on",
            "(SELECT {row}.quantity_left FROM partner_stockrecord"
            " WHERE id = {row}.stock_record_id AND num_allocated > 0)",
        ),
    ),
    Watch("partner.Story", Kind.PRODUCT, "{row}.product_id"),
    Watch(
        "sales.SellerOrderLine",
        Kind.PRODUCT,
        "(SELECT COALESCE(parent_id, catalogue_product.id) FROM order_line JOIN catalogue_product"
        " ON catalogue_product.id = product_id WHERE order_line.id = {row}.order_line_id)",
        acts=("INSERT",),
    ),
    # An order that came to nothing is none any more.
    Watch(
        "sales.SellerOrder",
        Kind.ORDER,
        "{row}.id",
        (f"({{row}}.state IN ({_quoted(NO_SALE)}))",),
        acts=("UPDATE",),
    ),
    Watch("partner.Partner", Kind.SELLER, "{row}.id", ("{row}.name", "{row}.state"), acts=("UPDATE",)),
    Watch(
        "catalogue.Category",
        Kind.CATEGORY,
        "{row}.id",
        ("{row}.name", "{row}.name_en", "{row}.path", "{row}.sale_rule"),
        acts=("UPDATE",),
    ),
    Watch("regions.Region", Kind.REGIONS, "0"),
    Watch("regions.Succession", Kind.REGIONS, "0"),
)


def install(connection: BaseDatabaseWrapper) -> None:
    """Set up what is missing or has changed; running it again changes nothing."""
    noted = PendingChange._meta.db_table
    with connection.cursor() as cursor:
        existing = set(connection.introspection.table_names(cursor))
        if noted not in existing:
            return
        statements = _postgres if connection.vendor == "postgresql" else _sqlite
        for watch in WATCHED:
            if watch.table in existing:
                for statement in statements(watch, noted):
                    cursor.execute(statement)


def remove(connection: BaseDatabaseWrapper) -> None:
    """Take them away before migrations, as `marketplace.core.triggers.remove` does."""
    triggers.remove(connection, (PREFIX,))


def _differs(watch: Watch, distinct: str) -> str:
    """The SQL condition for an update that counts."""
    pairs = ((value.format(row="OLD"), value.format(row="NEW")) for value in watch.values)
    return " OR ".join(f"{old} {distinct} {new}" for old, new in pairs)


def _sqlite(watch: Watch, noted: str) -> Iterator[str]:
    for act in watch.acts:
        name = f"{PREFIX}_{act.lower()}_{watch.table}"
        rows = {"INSERT": ("NEW",), "UPDATE": ("OLD", "NEW"), "DELETE": ("OLD",)}[act]
        condition = f"WHEN {_differs(watch, 'IS NOT')} " if act == "UPDATE" and watch.values else ""
        keys = " UNION ".join(f"SELECT {watch.key.format(row=row)} AS key" for row in rows)
        yield f'DROP TRIGGER IF EXISTS "{name}"'
        yield (
            f'CREATE TRIGGER "{name}" AFTER {act} ON "{watch.table}" {condition}'
            f"BEGIN INSERT INTO {noted} (kind, key) SELECT '{watch.kind}', key FROM ({keys}) "
            f"WHERE key IS NOT NULL; END"
        )


def _postgres(watch: Watch, noted: str) -> Iterator[str]:
    """One statement, however many rows it changes, notes each id once."""
    for act in watch.acts:
        name = f"{PREFIX}_{act.lower()}_{watch.table}"
        tables = {"INSERT": ("NEW",), "UPDATE": ("OLD", "NEW"), "DELETE": ("OLD",)}[act]
        if act == "UPDATE" and watch.values:
            source = _changed_rows(watch)
        else:
            source = " UNION ".join(
                f"SELECT {watch.key.format(row='rows')} AS key FROM {table.lower()}_rows rows"
                for table in tables
            )
        yield (
            f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN INSERT INTO {noted} (kind, key) SELECT '{watch.kind}', key "
            f"FROM ({source}) changed WHERE key IS NOT NULL; RETURN NULL; END $$"
        )
        references = " ".join(f"{table} TABLE AS {table.lower()}_rows" for table in tables)
        yield (
            f'CREATE OR REPLACE TRIGGER {name} AFTER {act} ON "{watch.table}" REFERENCING {references} '
            f"FOR EACH STATEMENT EXECUTE FUNCTION {name}()"
        )


def _changed_rows(watch: Watch) -> str:
    """Ids of rows of which an update has changed a value that counts."""
    old_key, new_key = watch.key.format(row="old_row"), watch.key.format(row="new_row")
    pairs = [(value.format(row="old_row"), value.format(row="new_row")) for value in watch.values]
    differs = " OR ".join(f"{old} IS DISTINCT FROM {new}" for old, new in pairs)
    rows = "old_rows old_row JOIN new_rows new_row ON old_row.id = new_row.id"
    return (
        f"SELECT {old_key} AS key FROM {rows} WHERE {differs} "
        f"UNION SELECT {new_key} AS key FROM {rows} WHERE {differs}"
    )
