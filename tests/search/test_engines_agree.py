"""Both engines give the same: products, order through the first ten pages, numbers, corrections, scores."""

from random import Random

import pytest
from django.http import QueryDict

from catalog.models import Product
from marketplace.core.text import strip_marks
from marketplace.sampledata.load_generated import load_generated
from search import indexing
from search.plan import CANDIDATES
from search.query import ProductQuery
from search.scope import Tree, resolve

pytestmark = [
    pytest.mark.integration,
    pytest.mark.django_db,
    pytest.mark.usefixtures("frozen"),
    pytest.mark.requires_elasticsearch,
]

PAGE = 24
CONDITIONS = (
    *("", "", "", "stars=4", "stars=5&stars=3", "in_stock=1", "price=0-50000", "year=2024", "page=2"),
    *("price=50000-100000&price=1000000-", "price_min=20000&price_max=90000", "near=21.0,105.8,60"),
    *("sort=price", "sort=-price", "sort=newest", "sort=stars", "sort=sales", "sort=stars&page=5"),
    *("group=food", "region=p-01", "region=p-01&stars=4", "explain=1", "page=4", "page=99"),
)


def mistyped(word: str, chance: Random) -> str:
    if len(word) < 4:
        return word
    place = chance.randrange(len(word) - 1)
    before, letter, after = word[:place], word[place], word[place + 1 :]
    return chance.choice([before + after, before + after[0] + letter + after[1:], f"{before}x{after}"])


def addresses(count: int) -> list[str]:
    """What might be asked: made from the names of the products that are there."""
    chance = Random(7)
    names = list(Product.objects.order_by("pk").values_list("title", flat=True))
    ways = (
        lambda words: words,
        lambda words: [strip_marks(word) for word in words[:3]],
        lambda words: [mistyped(word, chance) for word in words[:4]],
        lambda words: chance.sample(words, len(words)),
        lambda words: [strip_marks(words[0])[:3]],
        lambda words: [words[0], chance.choice(["4 sao", "Hà Nội", "honey", "tea", "5 star"])],
        lambda words: [chance.choice(["trà", "mật ong", "rượu", "ca phe", "banh", "xyzzy"])],
        lambda words: [],
    )
    made = []
    for number in range(count):
        words = ways[number % len(ways)](chance.choice(names).split())
        query = QueryDict(chance.choice(CONDITIONS), mutable=True)
        if words:
            query["q"] = " ".join(words)
        made.append(query.urlencode())
    return made


@pytest.fixture
def engines_in_step(embedded, elastic):
    load_generated(1_500)
    for engine in (embedded, elastic):
        indexing.rebuild(index=engine)
    return embedded, elastic


def test_both_engines_give_the_same(engines_in_step):
    embedded, elastic = engines_in_step
    tree = Tree.load()
    differing = []
    for address in [*addresses(200), *(f"page={page}" for page in range(1, CANDIDATES // PAGE + 3))]:
        scope = resolve(ProductQuery.from_get(QueryDict(address)), tree)
        if embedded.search(scope, PAGE) != elastic.search(scope, PAGE):
            differing.append(address)
    assert differing == []
