"""The index on Elasticsearch through deaths of the server, of the worker and of rebuilds: nothing is lost."""

import time

import pytest

from catalog.models import Product
from search import engines, indexing
from search.engines import EngineAway
from search.models import PendingChange
from tests.factories.catalog import make_product, make_seller
from tests.faults.processes import chance, rounds, wait_until
from tests.search.elastic import elastic_engine
from tests.services.elastic import running_elasticsearch

pytestmark = [
    pytest.mark.faults,
    pytest.mark.requires_elasticsearch,
    pytest.mark.django_db(transaction=True),
]

WORKER = ("db_worker", "--interval", "0.05", "--no-startup-delay", "--verbosity", "0")
PRODUCTS = 40
LONGEST_LIFE = 4.0
#: Seconds within which a rebuild is killed that has made its new index.
LONGEST_REBUILD = 0.5


@pytest.fixture
def server():
    with running_elasticsearch() as server:
        yield server


@pytest.fixture
def engine(server, monkeypatch):
    """The index of the processes that the test starts, with some products in it."""
    with elastic_engine(server) as engine:
        monkeypatch.setattr(engines, "index", lambda: engine)
        seller = make_seller()
        for number in range(PRODUCTS):
            make_product(title=f"Trà sen {number}", seller=seller)
        indexing.rebuild()
        yield engine


@pytest.fixture
def on_it(server, engine) -> dict[str, str]:
    """What brings another process to that index."""
    return {
        "SEARCH_URL": server.url,
        "SEARCH_INDEX": engine.stem,
        "SEARCH_NODE_CLASS": "tests.services.elastic.PlainJsonNode",
    }


def indexes(engine) -> set[str]:
    """The names of all, live or not."""
    return set(engine.client.indices.get(index=f"{engine.stem}-*"))


def count(engine) -> int | None:
    """Number of documents; None while the index is not open."""
    try:
        return len(list(engine.stamps()))
    except EngineAway:
        return None


def change_for(seconds: float, lot) -> None:
    """A stream of changes."""
    ids = list(Product.objects.values_list("pk", flat=True))
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        Product.objects.filter(pk=lot.choice(ids)).update(title=f"Trà sen {lot.random()}")
        time.sleep(0.01)


def test_servers_and_workers_killed_in_a_stream_of_changes_lose_none(engine, server, started, on_it):
    lot = chance()
    for _turn in range(rounds()):
        worker = started.start(*WORKER, env=on_it)
        change_for(lot.uniform(0, LONGEST_LIFE), lot)
        killed = lot.choice([server, worker])
        killed.kill()
        change_for(0.2, lot)
        worker.kill()
        if killed is server:
            server.start()
        wait_until(lambda: count(engine) == PRODUCTS, "the index is open again")
    worker = started.start(*WORKER, env=on_it)
    wait_until(lambda: not PendingChange.objects.exists(), "all changes are taken in")
    assert worker.stop() == 0
    assert indexing.compare() == indexing.Difference()


def test_a_rebuild_killed_leaves_the_old_index_live(engine, started, on_it):
    lot = chance()
    for _turn in range(rounds()):
        Product.objects.update(title=f"Trà sen {lot.random()}")
        before = indexes(engine)
        process = started.start("search_index", "rebuild", env=on_it)
        wait_until(lambda: indexes(engine) - before, "a new index")  # noqa: B023 - called here
        time.sleep(lot.uniform(0, LONGEST_REBUILD))
        process.kill()
        assert count(engine) == PRODUCTS
    indexing.repair()
    assert indexing.compare() == indexing.Difference()
    indexing.rebuild()
    (live,) = engine.client.indices.get_alias(name=engine.alias)
    assert list(engine.client.indices.get_alias(index=f"{engine.stem}-*")) == [live]
