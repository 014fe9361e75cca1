import io

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from catalog.domain.importing import import_products
from catalog.domain.importing.reading import open_table
from catalog.models import Certification
from tests.catalog.domain.importing.lists import HONEY, NO_PRODUCER, ROWS, TEA, write_csv

pytestmark = [pytest.mark.integration, pytest.mark.usefixtures("regions", "frozen")]


@pytest.fixture
def run(tmp_path):
    import_products(write_csv(tmp_path / "list.csv", ROWS))
    output = io.StringIO()

    def run(name="out.csv", **options):
        with translation.override("en"):
            call_command("export_products", tmp_path / name, stdout=output, verbosity=0, **options)
        with open_table(tmp_path / name) as table:
            return output.getvalue().splitlines()[-1], [row.cells["product_name"] for row in table.rows]

    return run


@pytest.mark.parametrize("name", ["out.csv", "out.xlsx", "out.XLSX"])
def test_everything(run, name):
    assert run(name) == ("3 rows.", [row["product_name"] for row in ROWS])


def test_of_one_stall(run):
    assert run(producer="hop-tac-xa-ong-da") == ("1 row.", [HONEY["product_name"]])


@pytest.mark.parametrize("name", ["Tuyên Quang", "tinh tuyen quang", "Hà Giang"])
def test_from_one_province_of_today(run, name):
    assert run(province=name) == ("2 rows.", [HONEY["product_name"], TEA["product_name"]])


def test_only_what_is_listed(run):
    Certification.objects.filter(product__title=TEA["product_name"]).update(withdrawn_on="2026-01-01")
    assert run(listed=True) == ("2 rows.", [HONEY["product_name"], NO_PRODUCER["product_name"]])


@pytest.mark.parametrize(
    "options", [{"producer": "khong-co"}, {"province": "Atlantis"}, {"name": "none/out.csv"}]
)
def test_what_is_refused(run, options):
    with pytest.raises(CommandError):
        run(**options)
