import io

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from catalog.models import Product
from tests.catalog.domain.importing.lists import HONEY, ROWS, TEA, write_csv

pytestmark = [pytest.mark.integration, pytest.mark.usefixtures("regions", "frozen")]


@pytest.fixture
def run(tmp_path):
    def run(*rows, **options):
        output = io.StringIO()
        path = write_csv(tmp_path / "list.csv", rows)
        with translation.override("en"):
            call_command("import_products", path, stdout=output, verbosity=0, **options)
        return output.getvalue().splitlines()

    return run


def test_says_what_happened(run):
    lines = run(*ROWS)
    assert "Products created: 3" in lines
    assert "Producers created: 2" in lines
    assert "Rows without producer: 1" in lines


def test_second_run_says_that_nothing_has_changed(run):
    run(*ROWS)
    lines = run(*ROWS)
    assert "Unchanged: 3" in lines
    assert lines[-1] == "Nothing has changed: everything in the file was there already."


def test_trial_says_so(run):
    assert run(*ROWS, dry_run=True)[-1] == "A trial: nothing was changed."
    assert not Product.objects.exists()


def test_bad_row(run, tmp_path):
    with pytest.raises(CommandError, match=r"^Nothing was imported: 1 row is bad\."):
        run(HONEY, {**TEA, "stars": "nine"})
    assert not Product.objects.exists()
    lines = run(HONEY, {**TEA, "stars": "nine"}, skip_bad=True)
    assert "  Line 3, stars: “nine”: not a number of stars" in lines
    assert "Products created: 1" in lines


def test_one_producer_in_two_spellings(run):
    lines = run(HONEY, {**HONEY, "product_name": "Phấn hoa", "producer_name": "HTX Ong Đá"})
    assert "  HTX Ong Đá = Hợp tác xã Ong Đá" in lines
    assert "Producers created: 1" in lines


def test_what_is_no_list(run, tmp_path):
    (tmp_path / "none.csv").write_text("a,b\n1,2\n")
    with pytest.raises(CommandError):
        call_command("import_products", tmp_path / "none.csv", verbosity=0)
