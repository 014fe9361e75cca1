import pytest

from search.models import Pin
from search.pins import pinned
from search.query import ProductQuery, Sort
from search.scope import resolve
from tests.factories.catalog import make_product

pytestmark = [pytest.mark.integration, pytest.mark.django_db]


def test_pins_are_those_of_the_whole_words_in_their_order():
    second, first, other = make_product(), make_product(), make_product()
    Pin.objects.create(words="Trà sen", product=second, place=2)
    Pin.objects.create(words="tra, SEN", product=first, place=1)
    Pin.objects.create(words="trà", product=other)
    assert pinned("trà  Sen!") == (first.pk, second.pk)
    assert pinned("sen trà") == ()
    assert pinned("!!") == ()


@pytest.mark.parametrize("count", [1, 30])
def test_pins_take_one_query(django_assert_num_queries, count):
    for _number in range(count):
        Pin.objects.create(words="trà", product=make_product())
    with django_assert_num_queries(1):
        assert len(pinned("trà")) == min(count, 12)


def test_a_scope_has_pins_only_where_relevance_orders():
    product = make_product()
    Pin.objects.create(words="trà", product=product)
    assert resolve(ProductQuery(text="trà")).pinned == (product.pk,)
    assert resolve(ProductQuery(text="trà", sort=Sort.CHEAPEST)).pinned == ()
    assert resolve(ProductQuery()).pinned == ()
