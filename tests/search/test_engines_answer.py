"""Each engine answers questions as plain Python does over the same documents: conditions, order, counts."""

from collections import Counter

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from marketplace.core import clock
from search.conditions import EVERYTHING, NOTHING, Between, Every, OneOf, Prefix, Similar, Some, Term, Unless
from search.document import day_number
from search.engines.asking import InTurn, Question, Ranges, Values
from search.engines.embedded.engine import EmbeddedEngine
from tests.search.elastic import elastic_engine
from tests.search.made_documents import (
    ASKED_NUMBERS,
    KEYS,
    NUMBERS,
    RANGED,
    TEXTS,
    WORDS,
    fitting,
    made_documents,
)

pytestmark = pytest.mark.unit

DOCUMENTS = made_documents(300)
BY_PK = {each.pk: each for each in DOCUMENTS}


@pytest.fixture(scope="module")
def embedded(tmp_path_factory):
    return EmbeddedEngine(tmp_path_factory.mktemp("search"))


@pytest.fixture(scope="module")
def elastic(elasticsearch):
    with elastic_engine(elasticsearch) as engine:
        yield engine


@pytest.fixture(
    scope="module",
    params=["embedded", pytest.param("elastic", marks=pytest.mark.requires_elasticsearch)],
)
def engine(request):
    """With `DOCUMENTS`, the first half by a rebuild, the second written over other contents."""
    engine = request.getfixturevalue(request.param)
    half = len(DOCUMENTS) // 2
    with engine.rebuild() as new:
        new.add(DOCUMENTS[:half])
        new.add(each for each in made_documents(300, seed=2)[half:])
    engine.write(DOCUMENTS[half:], gone=())
    return engine


words = st.sampled_from(WORDS)
texts = st.sampled_from(TEXTS)
leaves = st.one_of(
    st.builds(Term, texts, words),
    st.builds(Term, st.sampled_from(ASKED_NUMBERS), st.sampled_from(NUMBERS)),
    st.builds(OneOf, st.just("categories"), st.lists(st.sampled_from(NUMBERS), max_size=3).map(tuple)),
    st.builds(OneOf, st.just("regions"), st.lists(st.sampled_from(KEYS), max_size=3).map(tuple)),
    st.builds(Prefix, texts, words.map(lambda word: word[:3])),
    st.builds(Similar, texts, words, st.sampled_from([1, 2])),
    st.builds(
        Between,
        st.sampled_from(RANGED),
        st.none() | st.sampled_from(NUMBERS),
        st.none() | st.sampled_from(NUMBERS),
    ),
)
conditions = st.recursive(
    leaves,
    lambda parts: st.one_of(
        st.builds(Every, st.lists(parts, max_size=3).map(tuple)),
        st.builds(Some, st.lists(parts, max_size=4).map(tuple), st.sampled_from([1, 1, 2, 3])),
        st.builds(Unless, parts),
    ),
    max_leaves=8,
)


@given(condition=conditions)
@example(condition=Between("shelves"))
@settings(max_examples=200)
def test_conditions_are_fulfilled_by_the_same_products(engine, condition):
    question = Question(condition, limit=len(DOCUMENTS), is_total=True)
    answer = engine.session().answer(question)
    found = [pk for pk, _handle in answer.hits]
    assert set(found) == fitting(condition, DOCUMENTS)
    assert len(found) == answer.total


@pytest.mark.parametrize("order", ["by_rank", "by_cheap", "by_dear", "by_new", "by_best"])
def test_the_highest_come_first_and_pages_follow_each_other(engine, order):
    condition = Prefix("words", "t")
    session = engine.session()
    pages = [Question(condition, order, limit=20, offset=offset) for offset in range(0, 200, 20)]
    found = [pk for page in pages for pk, _handle in session.answer(page).hits]
    day = day_number(clock.today())
    keys = [BY_PK[pk].sort_keys(day)[order] for pk in found]
    assert keys == sorted(keys, reverse=True)
    assert set(found) == fitting(condition, DOCUMENTS)


def test_hits_of_several_questions_come_in_turn(engine):
    asked = [Term("name", "tra"), NOTHING, Similar("words", "tra", 1), Term("name", "tra"), EVERYTHING]
    numbered = [(10 * place, Question(each, limit=200)) for place, each in enumerate(asked)]
    session = engine.session()
    session.prepare([InTurn(tuple(question for _number, question in numbered))])
    first = {}
    for number, hits in session.in_turn(iter(numbered)):
        for pk, handle in hits:
            first.setdefault(pk, (number, session.facts([handle])[0]))
    day = day_number(clock.today())

    def turn(pk: int) -> tuple[int, int]:
        place = next(place for place, each in enumerate(asked) if pk in fitting(each, DOCUMENTS))
        return 10 * place, -BY_PK[pk].sort_keys(day)["by_rank"]

    expected = sorted(BY_PK, key=turn)
    assert list(first)[:200] == expected[:200]
    assert list(first.values())[:200] == [(turn(pk)[0], BY_PK[pk].facts) for pk in expected[:200]]


def test_facts_are_those_of_the_documents(engine):
    session = engine.session()
    hits = session.answer(Question(EVERYTHING, limit=50)).hits
    assert session.facts([handle for _pk, handle in hits]) == [BY_PK[pk].facts for pk, _handle in hits]


def test_values_and_ranges_are_counted(engine):
    condition = Term("words", "tra")
    counts = (
        ("categories", Values("categories", 100)),
        ("province", Values("province", 100)),
        ("year", Values("year", 100)),
        ("prices", Ranges("price", ((None, 2), (2, 5), (5, None)))),
    )
    counted = engine.session().answer(Question(condition, counts=counts)).counts
    found = [BY_PK[pk] for pk in fitting(condition, DOCUMENTS)]
    assert counted["categories"] == Counter(number for each in found for number in each.categories)
    assert counted["province"] == Counter(each.province for each in found if each.province)
    assert counted["year"] == Counter(each.year for each in found)
    bands = Counter(0 if each.price < 2 else 1 if each.price < 5 else 2 for each in found)
    assert {place: number for place, number in counted["prices"].items() if number} == bands


def test_the_most_frequent_values_are_counted_the_smaller_first_of_equal_ones(engine):
    numbers = Counter(number for each in DOCUMENTS for number in each.categories)
    ranked = sorted(numbers, key=lambda number: (-numbers[number], number))
    question = Question(EVERYTHING, counts=(("most", Values("categories", 3)),))
    assert set(engine.session().answer(question).counts["most"]) == set(ranked[:3])


def test_stamps_are_those_of_the_documents(engine):
    assert dict(engine.stamps()) == {each.pk: each.stamp for each in DOCUMENTS}


def test_what_is_gone_is_not_found(engine):
    gone = DOCUMENTS[7]
    engine.write([], gone=[gone.pk, 999_999])
    assert gone.pk not in dict(engine.stamps())
    question = Question(Term("pk", gone.pk), is_total=True)
    assert engine.session().answer(question).total == 0
    engine.write([gone], gone=())
    assert engine.session().answer(question).total == 1
