import csv

import pytest

from catalog.domain.importing.classifying import category_code, group_code, known_hints
from marketplace.sampledata.load import PRODUCTS

pytestmark = pytest.mark.unit


def sample_rows():
    with PRODUCTS.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_every_kind_of_the_sample_data_leads_to_a_set():
    hints = {row["category_hint"] for row in sample_rows()} - {""}
    assert hints == known_hints()


def test_only_few_sample_products_have_no_set():
    codes = [
        category_code(name=row["product_name"], group=group_code(row["group"]), hint=row["category_hint"])
        for row in sample_rows()
    ]
    assert None not in codes
    assert sum(not code.startswith("set-") for code in codes) == 4
