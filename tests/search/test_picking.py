"""Several lists in one go: what stands in them is what each search by itself finds."""

import pytest

from search import engines, indexing
from search.engines import EngineAway
from search.engines.database import DatabaseEngine
from search.engines.fallback import Fallback
from search.query import ProductQuery, Sort
from search.scope import Tree, resolve, resolve_known
from tests.factories.catalog import make_product, make_region

pytestmark = [pytest.mark.integration, pytest.mark.django_db, pytest.mark.usefixtures("frozen")]

QUERIES = [
    ProductQuery(),
    ProductQuery(text="tra sen"),
    ProductQuery(stars=(5, 4), in_stock=True),
    ProductQuery(category=("set-11",), sort=Sort.CHEAPEST),
    ProductQuery(group=("drinks",), sort=Sort.NEWEST),
    ProductQuery(sort=Sort.STARS),
    ProductQuery(text="khong co gi ca"),
    ProductQuery(text="!!!"),
]


@pytest.fixture
def goods(db):
    titles = ("Trà sen Tây Hồ", "Trà sen Quảng An", "Bún khô", "Gốm sen", "Mật ong", "Trà xanh")
    return [
        make_product(
            title=title,
            stars=3 + number % 3,
            set_number=11 if "Trà" in title else 1,
            price=10_000 * (9 - number),
        )
        for number, title in enumerate(titles)
    ]


def scopes_of(queries):
    tree = Tree.load()
    return [resolve_known(query, tree, {}) for query in queries]


NUMBERS = [1 + place % 4 for place in range(len(QUERIES))]


def found_one_by_one(engine) -> list[list[int]]:
    pairs = zip(QUERIES, NUMBERS, strict=True)
    return [engine.search(resolve(query), number).ids for query, number in pairs]


def test_each_list_is_the_beginning_of_its_search(goods, engine):
    indexing.rebuild(index=engine)
    picked = engine.pick(scopes_of(QUERIES), NUMBERS)
    assert picked == found_one_by_one(engine)
    assert picked[0]
    assert picked[1]
    assert picked[-1] == []


def test_in_the_database_as_well(goods):
    engine = DatabaseEngine()
    assert engine.pick(scopes_of(QUERIES), NUMBERS) == found_one_by_one(engine)


def test_the_database_takes_one_query_for_all(goods, django_assert_num_queries):
    scopes = scopes_of(QUERIES * 5)
    with django_assert_num_queries(1):
        DatabaseEngine().pick(scopes, [4] * len(scopes))
    without_words = scopes_of([ProductQuery(text="!!!")])
    with django_assert_num_queries(0):
        assert DatabaseEngine().pick([], []) == []
        assert DatabaseEngine().pick(without_words, [3]) == [[]]


def test_mistyped_words_are_not_corrected_in_a_list_that_somebody_placed(goods, embedded):
    indexing.rebuild(index=embedded)
    mistyped = ProductQuery(text="tra sem")
    assert embedded.search(resolve(mistyped), 4).ids
    assert embedded.pick(scopes_of([mistyped]), [4]) == [[]]


def test_places_that_were_read_already_cost_no_query(regions, django_assert_num_queries):
    place = make_region("Phường Tây Hồ", province="Thành phố Hà Nội")
    tree = Tree.load()
    query = ProductQuery(region=(place.key, "no-such-place"))
    with django_assert_num_queries(0):
        scope = resolve_known(query, tree, {place.key: place})
    assert scope.regions == (place,)
    assert scope.query.ignored == ("region",)


def test_the_database_answers_while_the_engine_is_away(goods):
    class Away:
        def pick(self, scopes, numbers):
            raise EngineAway("not there")

    scopes = scopes_of([ProductQuery(text="tra sen")])
    assert Fallback(Away()).pick(scopes, [2]) == DatabaseEngine().pick(scopes, [2])
    assert engines.get().pick(scopes, [1])[0]
