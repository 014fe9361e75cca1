"""The description of documents and conditions in tantivy's terms. Its query parser is never used."""

from collections.abc import Callable, Iterable
from operator import attrgetter

import tantivy
from tantivy import FieldType, Occur, Query

from search.conditions import Between, Condition, Every, OneOf, Prefix, Similar, Some, Term, Unless
from search.document import FIELDS, Document, Kind
from search.engines.embedded.vocabulary import Vocabulary

#: Beginnings and similar words that are looked up no more than once, as long as the index is the same.
KEPT_QUERIES = 512
MUST, SHOULD, MUST_NOT = Occur.Must, Occur.Should, Occur.MustNot


_SEVERAL = [name for name, kind in FIELDS.items() if kind in (Kind.KEYWORDS, Kind.NUMBERS, Kind.FACTS)]
_LABELS = [name for name, kind in FIELDS.items() if kind == Kind.LABEL]
_SINGLE = [name for name, kind in FIELDS.items() if kind != Kind.SORT and name not in _SEVERAL]
_single, _several = attrgetter(*_SINGLE), attrgetter(*_SEVERAL)


def schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    for name, kind in FIELDS.items():
        match kind:
            case Kind.TEXT:
                builder.add_text_field(name, tokenizer_name="whitespace", index_option="basic")
            case Kind.KEYWORDS:
                builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
            case Kind.LABEL:
                builder.add_text_field(name, tokenizer_name="raw", index_option="basic", fast=True)
            case Kind.NUMBER | Kind.NUMBERS:
                builder.add_unsigned_field(name, indexed=True, fast=True)
            case Kind.FACT | Kind.FACTS | Kind.SORT:
                builder.add_unsigned_field(name, fast=True)
    return builder.build()


def stored(document: Document, day: int, schema: tantivy.Schema) -> tantivy.Document:
    """The document for the writer."""
    values = document.sort_keys(day)
    values.update(zip(_SINGLE, _single(document), strict=True))
    for name, several in zip(_SEVERAL, _several(document), strict=True):
        values[name] = list(several)
    for name in _LABELS:
        if not values[name]:
            del values[name]
    return tantivy.Document.from_dict(values, schema)


def with_ids(pks: Iterable[int], schema: tantivy.Schema) -> Query:
    """The documents of these products."""
    return _any([Query.term_query(schema, "pk", pk, "basic") for pk in pks])


def _any(queries: list[Query]) -> Query:
    match queries:
        case []:
            return Query.empty_query()
        case [query]:
            return query
    return Query.boolean_query([(SHOULD, query) for query in queries])


class Translator:
    """Conditions to queries, for one schema. None stands for a condition that everything fulfils.

    ``is_empty`` may know that nothing fulfils a condition, so that excluding it costs nothing.
    """

    def __init__(self, schema: tantivy.Schema, vocabulary: Vocabulary, is_empty: Callable[[Condition], bool]):
        self._schema = schema
        self._vocabulary = vocabulary
        self._is_empty = is_empty
        self._known: dict[Condition, Query] = {}

    def query(self, condition: Condition) -> Query:
        found = self._query(condition)
        return Query.all_query() if found is None else found

    def _query(self, condition: Condition) -> Query | None:
        match condition:
            case Term(field, value):
                return Query.term_query(self._schema, field, value, "basic")
            case OneOf(field, values):
                return _any([Query.term_query(self._schema, field, value, "basic") for value in values])
            case Prefix() | Similar():
                return self._expanded(condition)
            case Between(_, None, None):
                return None
            case Between(field, low, high):
                return Query.range_query(self._schema, field, FieldType.Unsigned, low, high)
            case Every(parts):
                return self._all(parts)
            case Some(parts, at_least):
                return self._some([self._query(part) for part in parts], at_least)
            case Unless():
                return self._all((condition,))
        raise TypeError(condition)

    def _expanded(self, condition: Prefix | Similar) -> Query:
        """The words that begin so or are similar, looked up once: several questions ask for the same."""
        found = self._known.get(condition)
        if found is None:
            words = self._vocabulary.words(condition)
            found = _any([Query.term_query(self._schema, condition.field, word, "basic") for word in words])
            if len(self._known) >= KEPT_QUERIES:
                self._known.clear()
            self._known[condition] = found
        return found

    def _all(self, parts: Iterable[Condition]) -> Query | None:
        clauses = []
        for part in parts:
            if isinstance(part, Unless):
                if not self._is_empty(part.part):
                    clauses.append((MUST_NOT, self.query(part.part)))
            elif (query := self._query(part)) is not None:
                clauses.append((MUST, query))
        if not clauses:
            return None
        if len(clauses) == 1 and clauses[0][0] == MUST:
            return clauses[0][1]
        if all(occur == MUST_NOT for occur, _query in clauses):
            clauses.append((MUST, Query.all_query()))
        return Query.boolean_query(clauses)

    def _some(self, queries: list[Query | None], at_least: int) -> Query | None:
        needed = at_least - queries.count(None)
        if needed <= 0:
            return None
        told = [query for query in queries if query is not None]
        if len(told) < needed:
            return Query.empty_query()
        if needed == 1:
            return _any(told)
        return Query.boolean_query([(SHOULD, query) for query in told], needed)
