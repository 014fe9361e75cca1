import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from search.query import MAX_TEXT, ProductQuery, Sort

pytestmark = pytest.mark.unit


def query(address: str) -> ProductQuery:
    return ProductQuery.from_get(QueryDict(address))


def test_an_address_is_read():
    found = query(
        "q=mi%E1%BA%BFn&group=food&category=set-03&region=p-01&stars=4&stars=5&price_min=20.000&price_max=250000"
        "&producer=hop-tac-xa&in_stock=1&sort=-price&page=3"
    )
    assert found == ProductQuery(
        text="miến",
        group=("food",),
        category=("set-03",),
        region=("p-01",),
        stars=(5, 4),
        price_min=20_000,
        price_max=250_000,
        producer="hop-tac-xa",
        in_stock=True,
        sort=Sort.DEAREST,
        page=3,
    )


@pytest.mark.parametrize(
    ("address", "ignored"),
    [
        ("stars=7", ("stars",)),
        ("stars=abc&stars=4", ("stars",)),
        ("group=a b", ("group",)),
        ("region=%00", ("region",)),
        ("price_min=abc", ("price_min",)),
        ("price_max=-1", ("price_max",)),
        ("price_max=9999999999999", ("price_max",)),
        ("in_stock=perhaps", ("in_stock",)),
        ("sort=random", ("sort",)),
        ("producer=../x", ("producer",)),
        ("page=abc", ()),
        ("page=-2", ()),
        ("stars=&price_min=&sort=", ()),
        ("unknown=1", ()),
    ],
)
def test_what_cannot_be_read_is_left_out_and_named(address, ignored):
    found = query(address)
    assert found.ignored == ignored
    assert found.page == 1
    assert found.price_min is None


def test_a_range_of_prices_the_wrong_way_round_is_turned():
    found = query("price_min=300000&price_max=100000")
    assert (found.price_min, found.price_max) == (100_000, 300_000)


def test_long_words_are_cut():
    assert len(query(f"q={'a' * 5000}").text) == MAX_TEXT


def test_a_change_begins_again_at_the_first_page():
    found = query("group=food&stars=5&page=4")
    assert found.with_(sort=Sort.NEWEST).url("/x/") == "/x/?group=food&stars=5&sort=newest"
    assert found.without("stars", 5).url("/x/") == "/x/?group=food"
    assert found.without("group").url("/x/") == "/x/?stars=5"
    assert found.url("/x/") == "/x/?group=food&stars=5&page=4"


def test_without_takes_one_value_or_a_single_condition():
    found = query("region=p-01&region=c-09556&price_min=5&in_stock=1")
    assert found.without("region", "p-01").region == ("c-09556",)
    assert found.without("price_min").price_min is None
    assert found.without("in_stock").in_stock is False


NAMES = (
    "q",
    "group",
    "category",
    "region",
    "stars",
    "price_min",
    "price_max",
    "producer",
    "in_stock",
    "sort",
    "page",
)


@given(st.lists(st.tuples(st.sampled_from(NAMES), st.text(max_size=30)), max_size=12))
def test_no_address_makes_an_error_and_its_own_address_means_the_same(pairs):
    values = QueryDict(mutable=True)
    for name, value in pairs:
        values.appendlist(name, value)
    found = ProductQuery.from_get(values)
    again = ProductQuery.from_get(QueryDict(found.url("").removeprefix("?")))
    assert again.pairs() == found.pairs()
    assert again.ignored == ()
