"""Query sets whose SQL Django writes once per process, for the few queries that every public page makes.

On such a page Django spends several times longer on writing a query than the database on answering it, and
PostgreSQL on planning ten joins than on following them. A `Prepared` query is an ordinary query set in the
code; it is written with stand-ins for the values that change and run with the values themselves, which
PostgreSQL gets as parameters, so that it keeps the plan.
"""

import datetime
from collections.abc import Callable
from typing import Any

from django.db import connection
from django.db.backends.postgresql.base import ServerBindingCursor
from django.db.backends.utils import CursorWrapper
from django.db.models import Model, QuerySet
from django.db.models.query import get_related_populators
from psycopg.types.numeric import Int8

_FIRST_NUMBER = 2_100_000_000
_FIRST_YEAR = 8000


class Prepared:
    """A query set given by a function of its changing values.

    ``kinds`` names the values: `int`, `str`, `datetime.date`, or `[int]` for a list of numbers, which is
    written anew for each length. The function must use every value as it comes, and nothing else that
    changes: what it reads from elsewhere stays as it was when the query was written. No prefetching.
    """

    def __init__(self, build: Callable[..., QuerySet], **kinds: Any):
        self.build = build
        self.kinds = kinds
        self._written: dict[tuple, _Written] = {}

    def rows(self, **values: Any) -> list[tuple]:
        """The rows of a `values_list`; raises TypeError if a value is missing or unknown."""
        return self._for(values).rows(values)

    def objects(self, **values: Any) -> list[Model]:
        """The models, with what `select_related` and `annotate` add; raises TypeError as `rows` does."""
        written = self._for(values)
        return [written.model(row) for row in written.rows(values)]

    def _for(self, values: dict) -> "_Written":
        if values.keys() != self.kinds.keys():
            raise TypeError(f"wanted {sorted(self.kinds)}, got {sorted(values)}")
        lengths = tuple(len(values[name]) for name, kind in self.kinds.items() if isinstance(kind, list))
        key = (connection.vendor, *lengths)
        if key not in self._written:
            self._written[key] = _Written(self.build, self.kinds, values)
        return self._written[key]


class _Written:
    """The SQL of one query set, where in its parameters the values stand, and what becomes of its columns."""

    def __init__(self, build: Callable[..., QuerySet], kinds: dict, values: dict):
        places: dict[str, _Place] = {}
        stand_ins = {name: _stand_in(name, kind, values[name], places) for name, kind in kinds.items()}
        self.query = build(**stand_ins).query
        compiler = self.query.get_compiler(connection=connection)
        self.sql, params = compiler.as_sql()
        self.params = [places.get(str(param), param) for param in params]
        if missing := set(places.values()) - {each for each in self.params if isinstance(each, _Place)}:
            raise TypeError(f"not found in the query: {missing}")
        self.converters = compiler.get_converters([column for column, _sql, _alias in compiler.select])
        self.select = compiler.select
        self.klass_info = compiler.klass_info
        self.annotations = compiler.annotation_col_map or {}
        if self.klass_info is not None:
            self.related = get_related_populators(self.klass_info, self.select, connection.alias)
            columns = self.klass_info["select_fields"]
            self.first, self.last = columns[0], columns[-1] + 1
            self.names = [self.select[place][0].target.attname for place in columns]

    def rows(self, values: dict) -> list[tuple]:
        params = [param.of(values) if isinstance(param, _Place) else param for param in self.params]
        with _cursor() as cursor:
            cursor.execute(self.sql, params)
            rows = cursor.fetchall()
        if self.converters:
            compiler = self.query.get_compiler(connection=connection)
            rows = list(map(tuple, compiler.apply_converters(rows, self.converters)))
        return rows

    def model(self, row: tuple) -> Model:
        """The row as the query set's own iterator would make it."""
        made = self.klass_info["model"].from_db(connection.alias, self.names, row[self.first : self.last])
        for related in self.related:
            related.populate(row, made)
        for name, column in self.annotations.items():
            setattr(made, name, row[column])
        return made


class _Place(tuple):
    """The name of a value and, for lists, the position in it."""

    def of(self, values: dict) -> Any:
        name, position = self
        value = values[name] if position is None else values[name][position]
        if connection.vendor == "postgresql":
            # By their size integers would have several types, and the same statement several plans.
            return Int8(value) if isinstance(value, int) else value
        return connection.ops.adapt_datefield_value(value) if isinstance(value, datetime.date) else value


def _cursor() -> CursorWrapper:
    """Django's cursor; on PostgreSQL one whose statements the server may keep (``prepare_threshold``)."""
    if connection.vendor != "postgresql":
        return connection.cursor()
    connection.ensure_connection()
    session = connection.connection
    usual, session.cursor_factory = session.cursor_factory, ServerBindingCursor
    try:
        return connection.cursor()
    finally:
        session.cursor_factory = usual


def _stand_in(name: str, kind: Any, value: Any, places: dict) -> Any:
    """A value, or a list of them, that occurs nowhere else, noted with what it stands for."""
    if isinstance(kind, list):
        return [_single(kind[0], _Place((name, position)), places) for position in range(len(value))]
    return _single(kind, _Place((name, None)), places)


def _single(kind: type, place: _Place, places: dict) -> Any:
    number = len(places)
    if kind is datetime.date:
        value = datetime.date(_FIRST_YEAR + number, 1, 1)
    else:
        value = kind(_FIRST_NUMBER + number)
    places[str(value)] = place
    return value
