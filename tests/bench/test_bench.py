"""The benchmark's own machinery: limits, tables, what is kept, and a miniature of it on this database."""

import json
import re
import shutil
import sys
from contextlib import ExitStack

import pytest

from marketplace.sales.models import SellerOrder
from tests.architecture.messages import ROOT
from tests.bench.__main__ import FAILED, MISSED, main
from tests.bench.cms import check
from tests.bench.load import HOW_TO_GET, Asked, LoadFailed, in_turn
from tests.bench.pages import CARDS, check_ours, our_paths
from tests.bench.parts import PARTS, Part, chosen
from tests.bench.report import as_page, as_text
from tests.bench.results import Findings, Reading, Run, Verdict, keep, load, ratio
from tests.bench.sites import SiteFailed, serving
from tests.bench.visitors import Stuck, buy
from tests.bench.workshop import Workshop
from tests.faults.processes import database_url

PRODUCTS = 150


def run_of(part="pages", size=1000, **figures):
    verdict = Verdict(**{"name": "list", "value": 2.0, "limit": 1.5, **figures})
    findings = Findings([verdict], [Reading("ours", "list", 1234.5, 0.5, 2.25, 1.0)])
    return Run(part, "sqlite", size, findings, "2026-11-24", {"Django": "5.2"}, cores=2)


# --- verdicts
@pytest.mark.unit
@pytest.mark.parametrize(
    ("value", "limit", "better", "is_met"),
    [
        (0.8, 0.8, "more", True),
        (0.79, 0.8, "more", False),
        (1.29, 1.3, "less", True),
        (1.3, 1.3, "less", False),
        (0.0, None, "more", True),
    ],
)
def test_a_verdict_is_met_by_its_limit(value, limit, better, is_met):
    assert Verdict("page", value, limit, better).is_met is is_met


@pytest.mark.unit
def test_a_ratio_is_the_median_of_rounds_that_measured_both():
    found = ratio("list", ours=[100, 300, 90], theirs=[50, 100, 10], limit=3)
    assert (found.value, found.lowest, found.highest, found.is_met) == (3, 2, 9, True)


# --- what is kept and shown
@pytest.mark.unit
def test_the_newest_run_of_each_part_is_kept(tmp_path):
    file = tmp_path / "bench" / "results.json"
    assert load(file) == {}
    keep(file, run_of(value=2.0))
    keep(file, run_of(size=20_000))
    newest = run_of(value=3.0)
    assert (
        keep(file, newest) == load(file) == {newest.key: newest, run_of(size=20_000).key: run_of(size=20_000)}
    )


@pytest.mark.unit
def test_tables_name_value_limit_and_verdict():
    text = as_text(run_of(value=1.0, unit="times", lowest=0.9, highest=1.1), "Pages")
    assert re.search(r"^list +≥ 1\.50 +1\.00 times +0\.90–1\.10 +MISSED$", text, re.MULTILINE)
    assert re.search(r"^ours +list +1,234 +0\.50 +2\.25 +1\.00$", text, re.MULTILINE)


@pytest.mark.unit
def test_the_page_has_every_run_and_no_path():
    runs = [run_of(), run_of(size=20_000, value=1.0)]
    page = as_page(runs, {"pages": "Pages"})
    assert "1 of 2 limits are met." in page
    assert "| list | 20,000 | SQLite | ≥ 1.50 | 1.00 |  | MISSED |" in page
    assert "| pages, 1,000, SQLite | 2026-11-24 | 2 | Django 5.2 |" in page
    assert str(ROOT) not in page


@pytest.mark.unit
def test_parts_are_chosen_by_name_database_and_size():
    assert [each[1:] for each in chosen(PARTS, "basket", None, 20_000)] == [
        ("sqlite", 20_000),
        ("postgres", 20_000),
    ]
    assert [each[0].name for each in chosen(PARTS, "growth", "sqlite", 20_000)] == []
    assert [each[2] for each in chosen(PARTS, "growth", "sqlite", 300)] == [300]
    assert len(list(chosen(PARTS, None, None, None))) == sum(
        len(part.databases) * len(part.sizes) for part in PARTS
    )


@pytest.mark.unit
@pytest.mark.parametrize(
    ("measure", "code", "said"),
    [
        (lambda *_: Findings([Verdict("list", 2.0, 1.5)]), 0, "met"),
        (lambda *_: Findings([Verdict("list", 1.0, 1.5)]), MISSED, "MISSED: try, 7, sqlite: list"),
        (
            lambda *_: _raise(SiteFailed("it did not start\nlog")),
            FAILED,
            "NOT MEASURED: try, 7, sqlite: it did",
        ),
    ],
)
def test_the_exit_code_tells_missed_limits_from_what_could_not_be_measured(
    measure, code, said, tmp_path, capsys
):
    part = Part("try", "Trial", measure, databases=("sqlite",), sizes=(7,))
    files = {"results": tmp_path / "results.json", "page": tmp_path / "page.md"}
    assert main([], parts=(part,), home=tmp_path / "home", **files) == code
    assert said in capsys.readouterr().out
    assert files["page"].exists() == (code != FAILED)


def _raise(error):
    raise error


@pytest.mark.unit
def test_the_peer_has_our_versions_of_django_and_oscar():
    pins = [
        dict(re.findall(r"^([a-z-]+)==(\S+)", (ROOT / file).read_text(), re.MULTILINE))
        for file in ("requirements.txt", "tests/bench/peer/requirements.txt")
    ]
    for package in ("django", "django-oscar", "django-treebeard", "granian", "psycopg"):
        assert pins[0][package] == pins[1][package]


# --- a miniature
@pytest.fixture
def shop(transactional_db, tmp_path):
    """Ours on the test's database with some products, and the pages to ask for."""
    from tests.bench.fill import bring_in  # noqa: PLC0415 - it sets Django up

    bring_in(tmp_path, PRODUCTS, None)
    pages = json.loads((tmp_path / "pages.json").read_text())
    with serving(
        "ours",
        application="marketplace.wsgi:application",
        python=sys.executable,
        environment={
            "DJANGO_SETTINGS_MODULE": "marketplace.settings.test",
            "DATABASE_URL": database_url(),
            "OCOP_DATA_DIR": str(tmp_path),
        },
        log=tmp_path / "log",
        path="/healthz",
    ) as site:
        yield site, pages


@pytest.mark.integration
def test_a_miniature_run_of_ours_beside_the_bare_view(shop, tmp_path):
    site, pages = shop
    check_ours(site, pages)
    path = our_paths(pages)["list"][0]
    with Workshop(home=tmp_path / "home") as workshop, ExitStack() as running:
        body = {path: site.page(path)}
        bare, cached = (running.enter_context(workshop.plain(body, cached=each)) for each in (False, True))
        assert body[path].body.count(b'<article class="card') == CARDS
        assert bare.page(path) == cached.page(path) == cached.page(path) == body[path]
        asked = {"ours": Asked(site, [path]), "bare": Asked(bare, [path])}
        if shutil.which("wrk") is None:
            with pytest.raises(LoadFailed, match=re.escape(HOW_TO_GET)):
                in_turn(asked, rounds=1, seconds=1)
            return
        samples = in_turn(asked, rounds=1, seconds=1)
        assert all(sample.rate > 1 and 0 < sample.p50 <= sample.p99 for [sample] in samples.values())
        with pytest.raises(LoadFailed, match="with an error"):
            in_turn({"ours": Asked(site, pages["basket"]["paths"], form="quantity=0")}, rounds=1, seconds=1)


@pytest.mark.integration
def test_a_miniature_of_the_cms_beside_plain_wagtail(shop, tmp_path):
    from tests.bench.content import write  # noqa: PLC0415 - it sets Django up

    site, _pages = shop
    write(tmp_path, articles=21, events=6)
    with Workshop(home=tmp_path / "home") as workshop:
        # Our part of it is prepared already, on the test's database.
        workshop._folders |= {f"{name}-sqlite-{PRODUCTS}": tmp_path for name in ("ours", "content")}
        content = workshop.content("sqlite", PRODUCTS)
        with workshop.wagtail("sqlite", PRODUCTS) as wagtail:
            for each in (site, wagtail):
                check(each, content)
            with pytest.raises(SiteFailed, match="does not show"):
                check(wagtail, {**content, "titles": ["?" for _title in content["titles"]]})


@pytest.mark.integration
def test_visitors_buy_whole_orders(shop):
    site, pages = shop
    bought = buy("ours", site.port, pages["basket"]["paths"], visitors=2, seconds=1)
    assert SellerOrder.objects.count() == len(bought.milliseconds) >= 2
    with pytest.raises(Stuck, match="/gio-hang/them/0/ answers 404"):
        buy("ours", site.port, ["/gio-hang/them/0/"], visitors=2, seconds=1)
