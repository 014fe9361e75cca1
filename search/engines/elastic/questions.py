"""Conditions and questions in Elasticsearch's words, and its words as answers."""

from collections.abc import Callable, Iterator
from functools import singledispatch
from itertools import groupby

from elasticsearch.dsl import aggs
from elasticsearch.dsl import query as dsl

from search.conditions import Between, Condition, Every, OneOf, Prefix, Similar, Some, Term, Unless
from search.engines.asking import Answer, InTurn, Question, Ranges, Values
from search.engines.elastic.schema import FACTS

#: What of an answer is sent at all.
WANTED = [
    "responses.status",
    "responses.error",
    "responses.hits.total.value",
    f"responses.hits.hits.fields.{FACTS}",
    "responses.hits.hits.sort",
    "responses.aggregations.*.buckets.key",
    "responses.aggregations.*.buckets.doc_count",
]

# Of a hit nothing but its facts.
_READ = {"stored_fields": "_none_", "docvalue_fields": [FACTS]}


class Translator:
    """Writes questions as bodies of searches. A part that several questions share is written once."""

    def __init__(self, timeout: float):
        self._timeout = f"{round(timeout * 1000)}ms"
        self._written: dict[int, tuple[Condition, dsl.Query]] = {}

    def body(self, question: Question | InTurn) -> dict:
        """The search."""
        if isinstance(question, InTurn):
            return self._in_turn(question.questions)
        # Filters only, so that nothing is scored.
        made = {
            "query": {"bool": {"filter": self._query(question.condition).to_dict()}},
            "timeout": self._timeout,
            "track_total_hits": question.is_total,
            "size": question.limit,
        }
        if question.limit:
            made |= {"from": question.offset, "sort": [{question.order: "desc"}], **_READ}
        if question.counts:
            made["aggs"] = {name: _aggregation(count).to_dict() for name, count in question.counts}
        return made

    def _in_turn(self, questions: tuple[Question, ...]) -> dict:
        """A product's score is the turn of the first question that it fulfils; the first one's is highest."""
        if len(questions) == 1:
            return self.body(questions[0])
        turns = [
            dsl.ConstantScore(filter=self._query(question.condition), boost=len(questions) - place)
            for place, question in enumerate(questions)
        ]
        return {
            "query": dsl.DisMax(queries=turns).to_dict(),
            "timeout": self._timeout,
            "track_total_hits": False,
            "size": questions[0].limit,
            "sort": [{"_score": "desc"}, {questions[0].order: "desc"}],
            **_READ,
        }

    def _query(self, condition: Condition) -> dsl.Query:
        known = self._written.get(id(condition))
        if known is None:
            # The condition is kept too: its id is its own only as long as it lives.
            known = self._written[id(condition)] = condition, _translate(condition, self._query)
        return known[1]


@singledispatch
def _translate(condition: Condition, translate: Callable[[Condition], dsl.Query]) -> dsl.Query:
    raise TypeError(condition)


@_translate.register
def _(condition: Term, translate) -> dsl.Query:
    return dsl.Term(condition.field, {"value": condition.value})


@_translate.register
def _(condition: OneOf, translate) -> dsl.Query:
    return dsl.Terms(**{condition.field: list(condition.values)})


@_translate.register
def _(condition: Prefix, translate) -> dsl.Query:
    return dsl.Prefix(condition.field, {"value": condition.value})


@_translate.register
def _(condition: Similar, translate) -> dsl.Query:
    # All similar words, not only the most frequent ones.
    options = {"fuzziness": condition.edits, "transpositions": True, "rewrite": "constant_score"}
    return dsl.Fuzzy(condition.field, {"value": condition.value, **options})


@_translate.register
def _(condition: Between, translate) -> dsl.Query:
    asked = {"gte": condition.low, "lte": condition.high}
    limits = {name: limit for name, limit in asked.items() if limit is not None}
    # A range without limits would leave out what has no value at all.
    return dsl.Range(condition.field, limits) if limits else dsl.MatchAll()


@_translate.register
def _(condition: Every, translate) -> dsl.Query:
    if not condition.parts:
        return dsl.MatchAll()
    return dsl.Bool(filter=[translate(part) for part in condition.parts])


@_translate.register
def _(condition: Some, translate) -> dsl.Query:
    if condition.at_least <= 0:
        return dsl.MatchAll()
    if len(condition.parts) < condition.at_least:
        return dsl.MatchNone()
    parts = [translate(part) for part in condition.parts]
    return dsl.Bool(should=parts, minimum_should_match=condition.at_least)


@_translate.register
def _(condition: Unless, translate) -> dsl.Query:
    return dsl.Bool(must_not=[translate(condition.part)])


def _aggregation(count: Values | Ranges) -> aggs.Agg:
    if isinstance(count, Values):
        return aggs.Terms(field=count.field, size=count.size)
    ranges = []
    for position, (low, high) in enumerate(count.ranges):
        limits = {"from": low, "to": high}
        named = {name: limit for name, limit in limits.items() if limit is not None}
        ranges.append({"key": str(position), **named})
    return aggs.Range(field=count.field, ranges=ranges)


def answer(question: Question, response: dict) -> Answer:
    """The answer in one response of a multiple search."""
    hits = response.get("hits", {})
    stored = [hit["fields"][FACTS][0] for hit in hits.get("hits", ())]
    found = response.get("aggregations", {})
    return Answer(
        hits=[(int(facts.split(" ", 1)[0]), facts) for facts in stored],
        total=hits.get("total", {}).get("value", 0),
        counts={name: _counts(count, found.get(name, {})) for name, count in question.counts},
    )


def hits_in_turn(asked: InTurn, response: dict) -> Iterator[tuple[int, list[tuple[int, str]]]]:
    """The hits in one response, below the places of their questions."""
    count = len(asked.questions)
    found = response.get("hits", {}).get("hits", ())
    for place, hits in groupby(found, lambda hit: count - int(hit["sort"][0]) if count > 1 else 0):
        facts = [hit["fields"][FACTS][0] for hit in hits]
        yield place, [(int(each.split(" ", 1)[0]), each) for each in facts]


def _counts(count: Values | Ranges, aggregation: dict) -> dict:
    buckets = aggregation.get("buckets", ())
    if isinstance(count, Values):
        return {bucket["key"]: bucket["doc_count"] for bucket in buckets}
    return {int(bucket["key"]): bucket["doc_count"] for bucket in buckets}
