"""The engine on Elasticsearch: its indexes through rebuilds, deaths and updates, and its requests."""

import time
from dataclasses import replace

import pytest
from django.http import QueryDict

from search.conditions import EVERYTHING, Term
from search.document import documents
from search.engines import EngineAway, IndexMissing
from search.engines.asking import Question
from search.engines.elastic import schema
from search.engines.elastic.engine import ElasticEngine
from search.query import ProductQuery
from search.scope import resolve
from tests.factories.catalog import make_product
from tests.search.elastic import elastic_engine
from tests.search.made_documents import made_documents
from tests.services.elastic import PlainJsonNode

pytestmark = [pytest.mark.integration, pytest.mark.requires_elasticsearch]

DOCUMENTS = made_documents(30)


@pytest.fixture
def engine(elasticsearch):
    with elastic_engine(elasticsearch) as engine:
        yield engine


def build(engine, documents=DOCUMENTS):
    with engine.rebuild() as new:
        new.add(documents)


def indexes(engine) -> list[str]:
    return list(engine.client.indices.get_alias(index=f"{engine.stem}-*"))


def other_version(engine, monkeypatch) -> ElasticEngine:
    """The same installation after an update of the site that changes what is indexed."""
    with monkeypatch.context() as patch:
        patch.setattr(schema, "VERSION", schema.VERSION + 1)
        newer = ElasticEngine(
            [node.base_url for node in engine.client.transport.node_pool.all()],
            engine.stem,
            node_class=PlainJsonNode,
        )
    assert newer.alias != engine.alias
    return newer


# --- a life of indexes
def test_a_rebuild_replaces_the_index_and_leaves_one(engine):
    build(engine)
    build(engine, DOCUMENTS[:20])
    assert len(list(engine.stamps())) == 20
    assert len(indexes(engine)) == 1


def test_the_old_index_answers_until_the_new_one_is_whole(engine):
    build(engine, DOCUMENTS[:20])
    with engine.rebuild() as new:
        new.add(DOCUMENTS)
        assert len(list(engine.stamps())) == 20
    assert len(list(engine.stamps())) == 30


def test_a_rebuild_that_fails_leaves_everything_as_it_was(engine):
    build(engine)
    before = indexes(engine)
    with pytest.raises(ZeroDivisionError), engine.rebuild() as new:
        new.add(replace(each, price=1 // (5 - each.pk)) for each in DOCUMENTS)
    assert indexes(engine) == before
    assert len(list(engine.stamps())) == 30


def test_documents_that_the_server_refuses_end_a_rebuild(engine):
    build(engine)
    refused = replace(DOCUMENTS[3], year="soon")
    with pytest.raises(EngineAway, match="year"), engine.rebuild() as new:
        new.add([refused])
    assert len(indexes(engine)) == 1
    assert len(list(engine.stamps())) == 30


def test_what_a_killed_rebuild_left_goes_with_the_next_and_nothing_else(engine):
    build(engine)
    left = f"{engine.alias}-0123abcd"
    engine.client.indices.create(index=left)
    neighbour = f"{engine.stem}-staging-{engine.alias[-8:]}-0123abcd"
    engine.client.indices.create(index=neighbour)
    build(engine)
    assert left not in indexes(engine)
    assert neighbour in indexes(engine)


def test_processes_of_both_versions_search_while_a_site_is_updated(engine, monkeypatch):
    build(engine, DOCUMENTS[:20])
    newer = other_version(engine, monkeypatch)
    with pytest.raises(IndexMissing):
        newer.session().answer(Question(EVERYTHING, is_total=True))
    build(newer)
    assert len(list(engine.stamps())) == 20
    assert len(list(newer.stamps())) == 30
    build(newer)  # by now every process is of the new version
    assert len(indexes(engine)) == 1


def test_without_an_index_nothing_is_written_and_none_is_made(engine):
    with pytest.raises(IndexMissing):
        engine.write(DOCUMENTS, gone=[99])
    for ask in (engine.check, engine.describe, lambda: list(engine.stamps())):
        with pytest.raises(IndexMissing):
            ask()
    assert indexes(engine) == []


def test_it_tells_what_it_holds(engine):
    build(engine)
    engine.check()
    told = engine.describe()
    assert told["engine"].startswith("Elasticsearch 7.17.")
    assert told["place"] == engine.alias
    assert told["documents"] == 30
    assert told["bytes"] > 1000


def test_the_server_of_the_settings_is_asked(elasticsearch, settings):
    settings.SEARCH_URL = f"http://127.0.0.1:1,{elasticsearch.url}"
    settings.SEARCH_INDEX = "test-shop"
    settings.SEARCH_NODE_CLASS = "tests.services.elastic.PlainJsonNode"
    engine = ElasticEngine.from_settings()
    assert engine.alias == f"test-shop-{schema.fingerprint()}"
    with pytest.raises(IndexMissing):
        engine.check()


# --- requests
@pytest.fixture
def requests(monkeypatch):
    """Targets of the requests that are made."""
    made = []
    perform_request = PlainJsonNode.perform_request

    def noted(self, method, target, *arguments, **options):
        made.append(target.split("?")[0])
        return perform_request(self, method, target, *arguments, **options)

    monkeypatch.setattr(PlainJsonNode, "perform_request", noted)
    return made


def test_questions_that_were_prepared_go_in_one_request(engine, requests):
    build(engine)
    requests.clear()
    first, second, third = (Question(Term("words", word), is_total=True) for word in ("tra", "sen", "gom"))
    session = engine.session()
    session.prepare([first, second])
    answers = [session.answer(each) for each in (second, first, second)]
    assert requests == ["/_msearch"]
    assert answers[0] == answers[2]
    session.prepare([second, third])
    session.answer(third)
    assert requests == ["/_msearch"] * 2


@pytest.mark.django_db
@pytest.mark.usefixtures("frozen")
@pytest.mark.parametrize(
    "address", ["", "q=tra", "q=trà sen", "q=tra&stars=3&in_stock=1", "page=9", "sort=price"]
)
def test_a_page_of_results_takes_one_request(engine, requests, address):
    for number in range(15):
        make_product(title=f"Trà sen {number}")
    with engine.rebuild() as new:
        for batch in documents():
            new.add(batch)
    requests.clear()
    results = engine.search(resolve(ProductQuery.from_get(QueryDict(address))), 24)
    assert len(results.ids) == 15
    assert requests == ["/_msearch"]


@pytest.mark.django_db
@pytest.mark.usefixtures("frozen")
def test_the_time_is_for_the_whole_search_however_many_requests_it_takes(engine, requests, monkeypatch):
    make_product(title="Trà sen Tây Hồ")
    build(engine, next(documents()))
    mistyped = resolve(ProductQuery.from_get(QueryDict("q=tra sne")))
    requests.clear()
    assert engine.search(mistyped, 24).total == 1
    assert len(requests) > 1
    plain = PlainJsonNode.perform_request
    monkeypatch.setattr(
        PlainJsonNode,
        "perform_request",
        lambda self, *asked, **how: (time.sleep(0.6), plain(self, *asked, **how))[1],
    )
    engine._timeout = 0.5
    requests.clear()
    with pytest.raises(EngineAway):
        engine.search(mistyped, 24)
    assert len(requests) == 1
