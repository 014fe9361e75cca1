import pytest
from django.core.management import call_command

from marketplace.regions.domain.load import load_regions
from marketplace.regions.models import Region, Succession

pytestmark = [pytest.mark.integration, pytest.mark.django_db]


def test_a_second_load_changes_nothing_and_says_so(regions, capsys):
    before = Region.objects.count(), Succession.objects.count()
    call_command("load_regions")
    assert capsys.readouterr().out == "Regions 2026-10: nothing to change, 15273 units\n"
    assert (Region.objects.count(), Succession.objects.count()) == before


def test_a_load_repairs_what_differs_and_reports_it(regions):
    Region.objects.filter(key="c-00577").update(name="Xã Khác", folded="xa khac")
    Succession.objects.filter(predecessor__key="fc-00001").delete()
    Succession.objects.filter(predecessor__key="fp-06").update(is_split=True)

    report = load_regions()

    assert (report.created, report.changed) == (0, 1)
    assert (report.links_created, report.links_removed) == (2, 1)
    assert Region.objects.get(key="c-00577").name == "Xã Bát Tràng"
    assert Succession.objects.get(predecessor__key="fp-06").is_split is False


def test_a_first_load_fills_an_empty_table(regions):
    Succession.objects.all().delete()
    for kind in ("commune", "district", "province"):
        Region.objects.filter(kind=kind).delete()

    report = load_regions()

    assert (report.created, report.links_created, report.unchanged) == (15273, 12561, 0)
    assert Region.objects.get(key="fc-00577").parent.parent.name == "Thành phố Hà Nội"


def test_a_region_that_the_file_does_not_have_stays_and_is_named(regions):
    Region.objects.create(
        key="c-99999", kind="commune", code="99999", name="Xã X", short_name="X", unit_type="xa"
    )
    assert load_regions().unknown_keys == ["c-99999"]
    assert Region.objects.filter(key="c-99999").exists()


def test_progress_sees_every_batch(regions):
    seen = []

    def count(steps, desc):
        for step in steps:
            seen.append(len(step))
            yield step

    load_regions(progress=count)
    assert sum(seen) == 15273
