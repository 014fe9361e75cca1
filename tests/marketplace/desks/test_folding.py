"""Tables that fold on a phone: without the heads of their columns each cell says what it holds."""

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse

from marketplace.core import clock
from marketplace.sales.domain import fulfil
from tests.factories.catalog import make_member, make_seller
from tests.marketplace.sales.cases import buy, make_product

pytestmark = [pytest.mark.integration, pytest.mark.django_db]


@pytest.mark.parametrize("name", ["money", "months", "month", "numbers", "vat"])
def test_a_cell_has_the_name_of_its_column_or_the_width_of_the_block(client, name):
    seller = make_seller()
    fulfil.confirm(buy(make_product(seller))[0], actor=None)
    client.force_login(make_member(seller))
    today = clock.today()
    args = [today.year, today.month] if name == "month" else []

    page = BeautifulSoup(client.get(reverse(f"producer_desk:{name}", args=args)).content, "html.parser")

    table = page.select_one("table.folding")
    heads = [head.text for head in table.select("thead th")]
    rows = [row.find_all(["th", "td"]) for row in table.select("tbody tr")]
    assert rows
    for cells in rows:
        assert len(cells) == len(heads)
        for head, cell in zip(heads, cells, strict=True):
            named = cell.get("data-label")
            assert named == head or (named is None and (cell.name == "th" or "across" in cell["class"]))
