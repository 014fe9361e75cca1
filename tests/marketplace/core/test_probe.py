"""What the containers ask themselves."""

import datetime
from urllib.parse import urlsplit

import pytest
from django.db import connection

from marketplace.core import clock, probe
from marketplace.core.models import TaskWorker
from tests.services.ports import free_port

pytestmark = pytest.mark.integration


def test_a_site_that_can_serve_is_well(live_server, monkeypatch):
    monkeypatch.setattr(probe, "SECONDS", 60)
    monkeypatch.setenv("OCOP_HOSTS", ".shop.example.org,other.example.org")
    probe.probe_web(urlsplit(live_server.url).port)
    with pytest.raises(OSError, match="refused"):
        probe.probe_web(free_port())


@pytest.fixture
def database(transactional_db, monkeypatch):
    """The tests' PostgreSQL, as a container's environment names it."""
    of = connection.settings_dict
    monkeypatch.setenv("DATABASE_URL", "postgres://{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}".format_map(of))


@pytest.mark.postgres
@pytest.mark.usefixtures("database")
def test_a_worker_is_well_while_it_shows_signs_of_life():
    worker = TaskWorker.objects.create(
        worker_id="a", host="here", process=7, started_at=clock.now(), seen_at=clock.now()
    )
    probe.probe_worker("here")
    with pytest.raises(OSError, match="No worker"):
        probe.probe_worker("elsewhere")
    worker.seen_at -= datetime.timedelta(seconds=probe.SILENT_SECONDS + 1)
    worker.save()
    with pytest.raises(OSError, match="No worker"):
        probe.probe_worker("here")


def test_the_command_says_what_is_wrong(monkeypatch, capsys):
    monkeypatch.setenv("DATABASE_URL", f"postgres://ocop:x@127.0.0.1:{free_port()}/ocop")
    assert probe.main(["worker"]) == 1
    assert "refused" in capsys.readouterr().err
    assert probe.main(["other"]) == 2
