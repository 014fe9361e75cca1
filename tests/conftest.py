"""What all tests share: the database, the clock, and what happens when a component is missing.

The regions are in the database of every test. Marks choose where a test runs: `requires_…` skips it
without that component (fails it under OCOP_REQUIRE_ALL=1); `sqlite` and `postgres` leave it out on the other
database.
"""

import datetime
import os
import shutil
from collections import Counter
from zoneinfo import ZoneInfo

import hypothesis
import pytest
import time_machine
from django.conf import settings
from django.core.cache import caches
from django.db import connection
from django.test import TransactionTestCase
from django.utils import translation
from hypothesis.configuration import set_hypothesis_home_dir

from tests.services.components import COMPONENTS
from tests.services.databases import prepared_database

pytest_plugins = ["tests.services.browser", "tests.services.elastic", "tests.services.stripe_proxy"]

# Examples that failed are kept with the other caches; a slow machine is no failure.
set_hypothesis_home_dir(settings.BASE_DIR / "var" / "cache" / "hypothesis")
hypothesis.settings.register_profile("ours", deadline=None, print_blob=True)
hypothesis.settings.load_profile("ours")

FROZEN_AT = datetime.datetime(2026, 11, 24, 9, 0, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
DATABASE_MARKS = {"sqlite": "sqlite", "postgres": "postgresql"}

missing = pytest.StashKey[Counter]()
elsewhere = pytest.StashKey[Counter]()


def requires_all() -> bool:
    return os.environ.get("OCOP_REQUIRE_ALL") == "1"


# --- the fixtures
@pytest.fixture(scope="session")
def django_db_setup(django_test_environment, django_db_blocker):
    with (
        pytest.MonkeyPatch.context() as patch,
        django_db_blocker.unblock(),
        prepared_database() as database,
    ):
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda case: database.restore())
        yield


@pytest.fixture
def regions(db):
    """The administrative units, current and former, as `load_regions` brings them."""
    from marketplace.regions.models import Region  # noqa: PLC0415 - models need Django set up

    return Region.objects.all()


@pytest.fixture
def frozen():
    """The clock stands at 09:00 on 24 November 2026 in Hà Nội; `frozen.shift(seconds)` moves it."""
    with time_machine.travel(FROZEN_AT, tick=False) as clock:
        yield clock


@pytest.fixture(autouse=True)
def _empty_caches():
    yield
    for cache in caches.all(initialized_only=True):
        cache.clear()


@pytest.fixture(autouse=True)
def _language_of_the_site():
    """A request in English leaves its language behind, as Django's client does it."""
    yield
    translation.deactivate()


# --- components and databases
def pytest_configure(config):
    config.stash[missing] = Counter()
    config.stash[elsewhere] = Counter()
    if os.environ.get("OCOP_TEST_DATABASE") == "postgres" and connection.vendor != "postgresql":
        raise pytest.UsageError(
            "No DATABASE_URL of a PostgreSQL: `make test OCOP_TEST_DATABASE=postgres` has one."
        )


def pytest_collection_modifyitems(config, items):
    here, left_out = [], []
    for item in items:
        if "browser" in item.fixturenames:
            item.add_marker("requires_browser")
        if "elasticsearch" in item.fixturenames:
            item.add_marker("requires_elasticsearch")
        if "stripe" in item.fixturenames:
            item.add_marker("requires_go")
        other = [mark for mark, vendor in DATABASE_MARKS.items() if vendor != connection.vendor]
        marks = [mark for mark in other if item.get_closest_marker(mark)]
        waits_for_its_command = item.get_closest_marker("faults") and not kills_processes(config)
        (left_out if marks or waits_for_its_command else here).append(item)
        config.stash[elsewhere].update(marks)
    config.hook.pytest_deselected(items=left_out)
    items[:] = here


def kills_processes(config) -> bool:
    """Whether the tests of faults run: only where they are asked for, because they take their time."""
    return "faults" in config.option.markexpr or "OCOP_FAULT_RUNS" in os.environ


def pytest_runtest_setup(item):
    for mark, component in COMPONENTS.items():
        if item.get_closest_marker(mark) and component.find() is None:
            item.config.stash[missing][component] += 1
            pytest.skip(component.missing_line)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    if report.when == "call" and report.failed:
        item.failed_call = True
    if report.skipped and requires_all() and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"Skipped, and OCOP_REQUIRE_ALL=1 allows no skip: {report.longrepr[2]}"
    return report


def pytest_terminal_summary(terminalreporter, config):
    for component, count in config.stash[missing].items():
        terminalreporter.write_line(f"{count} tests not run: {component.missing_line}", yellow=True)
    for mark, count in config.stash[elsewhere].items():
        terminalreporter.write_line(f"{count} tests are for {mark} only: make test OCOP_TEST_DATABASE={mark}")


def pytest_unconfigure(config):
    """Remove the run's own data folder, which the test settings made; one named by hand stays."""
    if settings.DATA_DIR.name.startswith("ocop-test-"):
        shutil.rmtree(settings.DATA_DIR, ignore_errors=True)
