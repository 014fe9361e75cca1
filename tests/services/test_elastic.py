"""The throw-away Elasticsearch starts, serves the client as it is, and goes."""

import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil
import pytest
from elastic_transport import ConnectionError, ConnectionTimeout
from elasticsearch import Elasticsearch
from elasticsearch.helpers import bulk

from tests.architecture.messages import ROOT
from tests.services.elastic import PlainJsonNode, running_elasticsearch

pytestmark = [pytest.mark.unit, pytest.mark.requires_elasticsearch]


def folders():
    return set(Path(tempfile.gettempdir()).glob("ocop-elasticsearch-*"))


def client_of(server, **options):
    return Elasticsearch(server.url, node_class=PlainJsonNode, max_retries=0, **options)


def test_the_client_of_version_9_can_index_and_search(elasticsearch):
    with client_of(elasticsearch) as client:
        rows = [{"_index": "words", "_id": str(n), "word": word} for n, word in enumerate(["chè", "trà"])]
        assert bulk(client, rows, refresh=True) == (2, [])
        found = client.search(index="words", query={"match": {"word": "chè"}})
        assert [hit["_id"] for hit in found["hits"]["hits"]] == ["0"]
        client.indices.delete(index="words")


def test_a_paused_server_keeps_the_client_waiting_and_a_killed_one_does_not(elasticsearch):
    with client_of(elasticsearch, request_timeout=0.3) as client:
        with elasticsearch.paused(), pytest.raises(ConnectionTimeout):
            client.info()
        assert client.info()["version"]["number"].startswith("7.17.")


def test_a_killed_server_comes_back_with_its_indexes():
    before = folders()
    with running_elasticsearch() as server:
        assert len(folders() - before) == 1
        with client_of(server) as client:
            client.index(index="words", id="1", document={"word": "chè"})
            server.kill()
            with pytest.raises(ConnectionError):
                client.info()
        server.start()
        with client_of(server) as client:
            client.cluster.health(index="words", wait_for_status="yellow")
            assert client.get(index="words", id="1")["_source"] == {"word": "chè"}
    assert folders() == before


def test_three_nodes_make_one_cluster():
    with running_elasticsearch(nodes=3) as server, client_of(server) as client:
        assert client.cluster.health()["number_of_nodes"] == 3


def test_the_command_gets_its_url_and_gives_its_exit_code_back():
    run = subprocess.run(
        [sys.executable, "-m", "tests.services.elastic", "--", "sh", "-c", "echo $SEARCH_URL; exit 3"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert run.stdout.startswith("http://127.0.0.1:")
    assert run.returncode == 3


def test_the_server_ends_with_whoever_started_it():
    dies = """
import os
from tests.services.elastic import running_elasticsearch
with running_elasticsearch() as server:
    print(server.home, server.process.pid, flush=True)
    os.kill(os.getpid(), 9)
"""
    run = subprocess.run([sys.executable, "-c", dies], cwd=ROOT, capture_output=True, text=True)
    home, pid = run.stdout.split()
    deadline = time.monotonic() + 20
    while psutil.pid_exists(int(pid)) and time.monotonic() < deadline:
        time.sleep(0.1)
    shutil.rmtree(home)
    assert not psutil.pid_exists(int(pid))
