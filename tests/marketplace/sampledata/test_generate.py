import csv
import os
import subprocess
import sys
from collections import Counter
from itertools import islice
from random import Random

import pytest
from django.conf import settings as django_settings
from django.core.management import call_command
from django.core.management.base import CommandError

from catalog.domain.importing.checking import check
from catalog.domain.importing.reading import COLUMNS, RawRow, open_table
from catalog.models import Certification, Product
from marketplace.core.text import fold
from marketplace.sampledata.generate import generate
from marketplace.sampledata.load import PRODUCTS
from marketplace.sampledata.load_generated import load_generated
from marketplace.sampledata.made_up import MARK, own_names
from producers.models import Partner, StockMovement, StockRecord

unit = pytest.mark.unit
integration = pytest.mark.integration


def generated(count, **options):
    return [dict(zip(COLUMNS, row, strict=True)) for row in generate(count, **options)]


@pytest.fixture(scope="module")
def many():
    return generated(20_000)


@pytest.fixture(scope="module")
def real():
    with PRODUCTS.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


@unit
def test_a_smaller_number_gives_the_first_of_a_larger(many):
    assert generated(1000) == many[:1000]
    assert generated(0) == []
    assert generated(1000, seed=1) != many[:1000]


@unit
def test_the_same_bytes_from_another_process(many):
    """Nothing hangs on the order in which a set gives its members back."""
    program = (
        "import django, sys; django.setup()\n"
        "from marketplace.sampledata.generate import generate\n"
        "sys.stdout.buffer.write(repr(list(generate(500))).encode())"
    )
    run = subprocess.run(
        [sys.executable, "-c", program],
        cwd=django_settings.BASE_DIR,
        env={**os.environ, "PYTHONHASHSEED": "1", "DJANGO_SETTINGS_MODULE": "marketplace.settings.test"},
        check=True,
        capture_output=True,
    )
    assert run.stdout.decode() == repr([tuple(row.values()) for row in many[:500]])


@unit
def test_the_file_is_a_list_for_the_importer(tmp_path, many):
    call_command("generate_products", 300, csv=tmp_path / "list.csv", verbosity=0)
    with open_table(tmp_path / "list.csv") as table:
        assert table.unknown_columns == ()
        assert [row.cells for row in table.rows] == many[:300]


@unit
def test_every_row_can_go_in(frozen, many):
    problems = [problem for row in many for problem in check(RawRow(2, row))[1]]
    assert problems == []


@unit
def test_no_name_occurs_twice(many):
    assert len({fold(row["product_name"]) for row in many}) == len(many)


@unit
def test_no_own_name_occurs_twice():
    names = list(islice(own_names(Random(3)), 60_000))
    assert len({fold(name).replace(" ", "") for name in names}) == len(names)
    assert {len(name.split()) for name in names} == {2, 3}


@unit
def test_made_up_producers_say_so(many, real):
    names = {row["producer_name"] for row in many} - {""}
    assert all(name.endswith(f" {MARK}") for name in names)
    assert not names & {row["producer_name"] for row in real}
    assert {row["decision"] for row in many} == {"Minh hoạ"}
    assert {row["source_url"] for row in many} == {""}


@unit
@pytest.mark.parametrize(
    "column",
    ["group", "stars", "potential_5", "recognised_year", "province", "producer_kind", "category_hint"],
)
def test_values_are_as_frequent_as_in_the_real_rows(many, real, column):
    expected, found = (Counter(row[column] for row in rows) for rows in (real, many))
    assert set(found) <= set(expected)
    for value, count in expected.items():
        assert found[value] / len(many) == pytest.approx(count / len(real), abs=0.015)


@unit
def test_prices_stay_within_those_of_the_set_and_low_ones_are_likelier(many):
    prices = [
        int(row["price_vnd"]) for row in many if row["category_hint"] == "coffee_cocoa" and row["price_vnd"]
    ]
    assert (min(prices), max(prices)) == (70_000, 320_000)
    assert sorted(prices)[len(prices) // 2] < 190_000
    assert not any(row["price_vnd"] for row in many if not row["producer_name"])


@unit
def test_producers_are_as_many_as_in_the_real_rows(many, real):
    def share(rows):
        return len({(row["producer_name"], row["province"]) for row in rows if row["producer_name"]}) / len(
            rows
        )

    assert share(many) == pytest.approx(share(real), abs=0.02)


@integration
@pytest.mark.usefixtures("regions", "frozen")
class TestLoading:
    def test_products_that_can_be_bought(self):
        assert load_generated(60) == 60
        assert Product.objects.listed().count() == 60
        assert not Partner.objects.exclude(is_fictional=True).exists()
        records = StockRecord.objects.exclude(price=None)
        assert records.count() == Product.objects.exclude(producer=None).count()
        assert records.filter(num_in_stock__gt=0).count() == StockMovement.objects.count() > 40
        assert len(set(Partner.objects.values_list("delivery_charge", "free_delivery_from"))) > 3
        assert Certification.objects.filter(provenance="illustrative").count() >= 5
        assert Product.objects.starred().count() > 15

    def test_a_second_time_only_what_is_new(self, monkeypatch):
        monkeypatch.setattr("marketplace.sampledata.load_generated.BATCH", 25)
        load_generated(40)
        before = list(StockRecord.objects.order_by("pk").values())
        assert load_generated(40) == 0
        assert load_generated(70) == 30
        assert list(StockRecord.objects.order_by("pk").values())[: len(before)] == before


@unit
def test_what_the_command_refuses(tmp_path):
    with pytest.raises(CommandError):
        call_command("generate_products", -1)
    with pytest.raises(CommandError):
        call_command("generate_products", 1, csv=tmp_path / "none" / "list.csv", verbosity=0)
