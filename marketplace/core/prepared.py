"""Query sets whose SQL Django writes once per process, for the few queries that every public page makes.

On such a page Django spends several times longer on writing a query than the database on answering it, and
PostgreSQL on planning ten joins than on following them. A `Prepared` query is an ordinary query set in the
code; it is written with stand-ins for the values that change and run with the values themselves, which
PostgreSQL gets as parameters, so that it keeps the plan.
"""

import datetime
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
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
    A text may also become part of a longer one, as the words of a full-text search do; then it goes in as it
    is, so that it must not hold what has a meaning there.
    """

    def __init__(self, build: Callable[..., QuerySet], **kinds: Any):
        self.build = build
        self.kinds = kinds
        self._written: dict[tuple, _Written] = {}

    def rows(self, **values: Any) -> list[tuple]:
        """The rows of a `values_list`; raises TypeError if a value is missing or unknown."""
        return self._for(values).rows(values)

    def objects_kept(self, **values: Any) -> tuple[Model, ...]:
        """As `objects`, and the very same as last time if the rows are; nobody may change them."""
        written = self._for(values)
        return written.kept_as(lambda rows: tuple(map(written.model, rows)), values)

    def rows_kept(self, **values: Any) -> tuple[tuple, ...]:
        """As `rows`, and the very same as last time if they are."""
        return self._for(values).kept_as(tuple, values)

    def objects(self, **values: Any) -> list[Model]:
        """The models, with what `select_related` and `annotate` add; raises TypeError as `rows` does."""
        written = self._for(values)
        return [written.model(row) for row in written.rows(values)]

    def _for(self, values: dict) -> "_Written":
        _check_names(values, self.kinds)
        lengths = tuple(len(values[name]) for name, kind in self.kinds.items() if isinstance(kind, list))
        key = (connection.vendor, *lengths)
        if key not in self._written:
            self._written[key] = _Written(self.build, self.kinds, values)
        return self._written[key]


class United:
    """Query sets of ids that are asked in one statement: ``builds`` are functions of the same values.

    Each keeps its own order and window; not every one must use every value. For the values see `Prepared`.
    """

    def __init__(self, builds: Sequence[Callable[..., QuerySet]], **kinds: Any):
        self.builds = builds
        self.kinds = kinds
        self._written: dict[str, tuple[str, list]] = {}

    def ids(self, **values: Any) -> list[list[int]]:
        """The ids that each of the query sets finds; raises TypeError if a value is missing or unknown."""
        _check_names(values, self.kinds)
        if connection.vendor not in self._written:
            self._written[connection.vendor] = self._write(values)
        sql, params = self._written[connection.vendor]
        found: list[list[int]] = [[] for _build in self.builds]
        for number, _position, pk in sorted(_fetched(sql, params, values)):
            found[number].append(pk)
        return found

    def _write(self, values: dict) -> tuple[str, list]:
        places: dict[str, _Place] = {}
        stand_ins = {name: _stand_in(name, kind, values[name], places) for name, kind in self.kinds.items()}
        parts, all_params = [], []
        for number, build in enumerate(self.builds):
            sql, params = build(**stand_ins).query.get_compiler(connection=connection).as_sql()
            # Django cuts no parts of a union where the database is SQLite.
            parts.append(
                f"SELECT {number}, ROW_NUMBER() OVER (), found.* FROM ({sql}) AS found"  # noqa: S608 - Django's
            )
            all_params += params
        return " UNION ALL ".join(parts), _with_places(all_params, places)


def _check_names(values: dict, kinds: dict) -> None:
    if values.keys() != kinds.keys():
        raise TypeError(f"wanted {sorted(kinds)}, got {sorted(values)}")


class _Written:
    """The SQL of one query set, where in its parameters the values stand, and what becomes of its columns."""

    def __init__(self, build: Callable[..., QuerySet], kinds: dict, values: dict):
        places: dict[str, _Place] = {}
        stand_ins = {name: _stand_in(name, kind, values[name], places) for name, kind in kinds.items()}
        self.query = build(**stand_ins).query
        compiler = self.query.get_compiler(connection=connection)
        self.sql, params = compiler.as_sql()
        self.params = _with_places(params, places)
        if missing := set(places.values()) - set(_places_in(self.params)):
            raise TypeError(f"not found in the query: {missing}")
        self.converters = compiler.get_converters([column for column, _sql, _alias in compiler.select])
        self.select = compiler.select
        self.klass_info = compiler.klass_info
        self.annotations = compiler.annotation_col_map or {}
        self._kept: tuple[list[tuple], tuple] | None = None
        if self.klass_info is not None:
            self.related = get_related_populators(self.klass_info, self.select, connection.alias)
            columns = self.klass_info["select_fields"]
            self.first, self.last = columns[0], columns[-1] + 1
            self.names = [self.select[place][0].target.attname for place in columns]

    def rows(self, values: dict) -> list[tuple]:
        return self.converted(self.fetched(values))

    def fetched(self, values: dict) -> list[tuple]:
        """The rows as the database gives them."""
        return _fetched(self.sql, self.params, values)

    def kept_as(self, make: Callable[[list[tuple]], tuple], values: dict) -> tuple:
        """What ``make`` gave of these rows the last time, if the database gives the same again."""
        fetched = self.fetched(values)
        if self._kept is None or self._kept[0] != fetched:
            self._kept = fetched, make(self.converted(fetched))
        return self._kept[1]

    def converted(self, rows: list[tuple]) -> list[tuple]:
        if not self.converters:
            return rows
        compiler = self.query.get_compiler(connection=connection)
        return list(map(tuple, compiler.apply_converters(rows, self.converters)))

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
        return values[name] if position is None else values[name][position]


class _Text(tuple):
    """A text that values stand in: pieces of it, and places of values."""

    def of(self, values: dict) -> str:
        return "".join(piece if isinstance(piece, str) else piece.of(values) for piece in self)


def _with_places(params: Sequence, places: Mapping[str, _Place]) -> list:
    """The parameters with places where there are stand-ins."""
    stand_ins = re.compile(f"({'|'.join(map(re.escape, places))})") if places else None

    def placed(param: Any) -> Any:
        if str(param) in places:
            return places[str(param)]
        if isinstance(param, str) and stand_ins is not None and stand_ins.search(param):
            return _Text(places.get(piece, piece) for piece in stand_ins.split(param))
        return param

    return [placed(param) for param in params]


def _places_in(params: list) -> Iterator[_Place]:
    for param in params:
        if isinstance(param, _Place):
            yield param
        elif isinstance(param, _Text):
            yield from (piece for piece in param if isinstance(piece, _Place))


def _fetched(sql: str, params: list, values: dict) -> list[tuple]:
    """The rows of a statement with the values at their places."""
    adapted = _adapted(values)
    given = [param.of(adapted) if isinstance(param, _Place | _Text) else param for param in params]
    with _cursor() as cursor:
        cursor.execute(sql, given)
        return cursor.fetchall()


def _adapted(values: dict) -> dict:
    """The values as the database's driver takes them."""
    if connection.vendor == "postgresql":
        # By their size integers would have several types, and the same statement several plans.
        kind, adapt = int, Int8
    else:
        kind, adapt = datetime.date, connection.ops.adapt_datefield_value

    def adapted(value: Any) -> Any:
        return adapt(value) if isinstance(value, kind) else value

    return {
        name: [adapted(each) for each in value] if isinstance(value, list) else adapted(value)
        for name, value in values.items()
    }


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
