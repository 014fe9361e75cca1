"""One suite for all engines with an index: `engine` is each of them in turn."""

import pytest
from django.http import QueryDict

from search import engines, indexing
from search.engines.embedded.engine import EmbeddedEngine
from search.query import ProductQuery
from search.scope import resolve
from search.wording import wording
from tests.search.elastic import elastic_engine


@pytest.fixture(autouse=True)
def _newest_words():
    """No test trusts the synonyms that another one has read."""
    wording.forget()


@pytest.fixture
def embedded(tmp_path):
    engine = EmbeddedEngine(tmp_path / "search")
    engine.seen_after = 0.0
    return engine


@pytest.fixture
def elastic(elasticsearch):
    with elastic_engine(elasticsearch) as engine:
        yield engine


@pytest.fixture(params=["embedded", pytest.param("elastic", marks=pytest.mark.requires_elasticsearch)])
def engine(request, monkeypatch):
    """An engine without an index yet, and the one that commands, pages and tasks use."""
    engine = request.getfixturevalue(request.param)
    monkeypatch.setattr(engines, "index", lambda: engine)
    monkeypatch.setattr(engines, "get", lambda: engine)
    return engine


@pytest.fixture
def search(engine):
    """Index what is there, then search by the parameters of an address: `search("q=mat ong&stars=4")`."""

    def find(address: str = "", size: int = 24):
        if not find.is_indexed:
            indexing.rebuild(index=engine)
            find.is_indexed = True
        return engine.search(resolve(ProductQuery.from_get(QueryDict(address))), size)

    find.is_indexed = False
    return find
