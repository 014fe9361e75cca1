"""The embedded index through deaths, a full disk and damage: it stays usable, and nothing is lost."""

import os
import subprocess
import sys
import time

import pytest
from django.conf import settings
from django.http import QueryDict

from catalog.models import Product
from search import engines, indexing
from search.engines.embedded import store
from search.engines.embedded.engine import EmbeddedEngine
from search.models import PendingChange
from search.query import ProductQuery
from search.scope import resolve
from tests.factories.catalog import make_product, make_seller
from tests.faults.processes import PATIENCE_SECONDS, chance, environment, rounds, wait_until

pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True)]

WORKER = ("db_worker", "--interval", "0.05", "--no-startup-delay", "--verbosity", "0")
PRODUCTS = 40
KILLS = 50
#: Seconds within which a worker is killed that has begun to index.
LONGEST_STREAM = 1.0
# Files may not grow beyond this: writing fails as on a full disk.
WITH_FULL_DISK = """
import resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (1_000, 1_000))
sys.argv = ["manage.py", "search_index", "rebuild"]
exec(open("manage.py").read())
"""


@pytest.fixture
def engine(monkeypatch):
    """The index of the processes that the test starts, with some products in it."""
    engine = EmbeddedEngine(settings.DATA_DIR / "search")
    monkeypatch.setattr(engines, "index", lambda: engine)
    seller = make_seller()
    for number in range(PRODUCTS):
        make_product(title=f"Trà sen {number}", seller=seller)
    indexing.rebuild()
    return engine


def total(engine, words: str = "tra sen") -> int:
    engine.refresh()
    return engine.search(resolve(ProductQuery.from_get(QueryDict(f"q={words}"))), 24).total


def test_a_worker_killed_in_a_stream_of_changes_loses_none(engine, started):
    lot = chance()
    ids = list(Product.objects.values_list("pk", flat=True))
    for turn in range(rounds(KILLS)):
        worker = started.start(*WORKER)

        def change(turn=turn) -> None:
            pk = lot.choice(ids)
            Product.objects.filter(pk=pk).update(title=f"Trà sen {pk} {turn} {lot.random()}")

        change()
        last = PendingChange.objects.latest("pk").pk
        wait_until(lambda: not PendingChange.objects.filter(pk__lte=last).exists(), "the worker indexes")  # noqa: B023
        until = time.monotonic() + lot.uniform(0, LONGEST_STREAM)
        while time.monotonic() < until:
            change()
            time.sleep(0.01)
        worker.kill()
        engine.verify()
        assert total(engine) == PRODUCTS
    worker = started.start(*WORKER)
    wait_until(lambda: not PendingChange.objects.exists(), "all changes are taken in")
    assert worker.stop() == 0
    engine.refresh()
    assert indexing.compare() == indexing.Difference()


def test_a_rebuild_killed_leaves_the_old_index_live(engine, started):
    lot = chance()
    takes = time_of_a_rebuild(engine, started)
    killed = 0
    for _turn in range(10 * rounds(KILLS)):
        Product.objects.update(title="Trà sen mới")
        before = engine.store.live()
        process = begun_rebuild(engine, started)
        time.sleep(lot.uniform(0, takes))
        process.kill()
        killed += engine.store.live() == before
        engine.refresh()
        engine.verify()
        assert total(engine) == PRODUCTS
        if killed == rounds(KILLS):
            break
    assert killed == rounds(KILLS)
    indexing.repair()
    assert indexing.compare() == indexing.Difference()
    indexing.rebuild()
    assert len(list(engine.store.root.glob("v*-*"))) == 1


def begun_rebuild(engine, started):
    """A process that has made the folder of its new index just now."""
    before = set(engine.store.root.glob("v*-*"))
    process = started.start("search_index", "rebuild")
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not set(engine.store.root.glob("v*-*")) - before:
        assert time.monotonic() < deadline, process.said()
    return process


def time_of_a_rebuild(engine, started) -> float:
    """Seconds from the new folder to the switch."""
    before = engine.store.live()
    begun_rebuild(engine, started)
    began = time.monotonic()
    wait_until(lambda: engine.store.live() != before, "the switch")
    return time.monotonic() - began


def test_a_full_disk_in_a_rebuild_leaves_the_old_index_live(engine):
    before = engine.store.live()
    make_product(title="Trà sen cuối")
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", WITH_FULL_DISK],
        cwd=settings.BASE_DIR,
        env={**os.environ, **environment()},
        capture_output=True,
        check=False,
    )
    assert done.returncode != 0
    assert engine.store.live() == before
    engine.verify()
    assert total(engine) == PRODUCTS
    assert list(engine.store.root.glob("v*-*")) == [before]
    assert PendingChange.objects.exists()


@pytest.mark.parametrize("damage", ["cut", "removed", "pointer", "folder"])
def test_a_damaged_index_is_noticed_and_built_anew(engine, started, damage):
    folder = engine.store.live()
    segments = [path for path in folder.iterdir() if path.suffix in (".term", ".idx", ".fast")]
    match damage:
        case "cut":
            for path in segments:
                replaced = path.with_name(f"{path.name}.new")
                replaced.write_bytes(path.read_bytes()[:-9])
                replaced.replace(path)
        case "removed":
            for path in segments:
                path.unlink()
        case "pointer":
            engine.store.pointer.write_text("v0-nothing")
        case "folder":
            folder.rename(folder.with_name("elsewhere"))
    worker = started.start(*WORKER)

    def is_whole() -> bool:
        try:
            live = engine.store.live()
            store.check_contents(live)
        except (engines.EngineAway, OSError):
            return False
        return live != folder

    wait_until(is_whole, "the index is built anew")
    assert worker.stop() == 0
    assert total(engine) == PRODUCTS
