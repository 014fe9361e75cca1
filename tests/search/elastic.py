"""Engines on the tests' Elasticsearch, each with indexes of its own, gone afterwards."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager

from search.engines.elastic.engine import ElasticEngine
from tests.services.elastic import PlainJsonNode, Server

#: Seconds: whether a busy machine answers in time is no matter of most tests.
PATIENT = 30.0


@contextmanager
def elastic_engine(server: Server, timeout: float = PATIENT) -> Iterator[ElasticEngine]:
    """An engine without an index yet; its index is made by `rebuild`."""
    stem = f"test-{secrets.token_hex(4)}"
    engine = ElasticEngine([server.url], stem, timeout, node_class=PlainJsonNode)
    try:
        yield engine
    finally:
        engine.client.indices.delete(index=f"{stem}-*")
        engine.client.close()
