"""Pages whose keys are read before their rows."""

import pytest

from marketplace.desks.keyed import KeyedPaginator
from marketplace.payments.models import Transfer
from tests.factories.catalog import make_seller
from tests.factories.payments import make_transfer

pytestmark = [pytest.mark.integration, pytest.mark.django_db]


@pytest.mark.parametrize("number", ["1", "3", "9", "x"])
def test_pages_are_those_of_a_usual_paginator_in_two_queries(number, django_assert_num_queries):
    seller = make_seller()
    made = [make_transfer(seller, bank_reference=f"FT{each}") for each in range(5)]
    paginator = KeyedPaginator(Transfer.objects.select_related("payment").order_by("-pk"), 2, count=5)
    newest = sorted(made, key=lambda each: -each.pk)
    expected = {"1": newest[:2], "x": newest[:2]}.get(number, newest[4:])
    with django_assert_num_queries(2):
        page = paginator.get_page(number)
        assert list(page) == expected
        assert [each.payment for each in page] == [None] * len(expected)
    assert paginator.num_pages == 3


def test_an_empty_list_has_one_empty_page(django_assert_num_queries):
    paginator = KeyedPaginator(Transfer.objects.order_by("-pk"), 2)
    with django_assert_num_queries(1):
        assert list(paginator.get_page(None)) == []
