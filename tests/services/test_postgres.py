"""The throw-away PostgreSQL cluster starts, serves and goes."""

import subprocess
import sys
import tempfile
from pathlib import Path

import psycopg
import pytest

from tests.architecture.messages import ROOT
from tests.services.postgres import running_postgres

pytestmark = [pytest.mark.integration, pytest.mark.requires_postgres]


def clusters():
    return set(Path(tempfile.gettempdir()).glob("ocop-postgres-*"))


def test_it_serves_an_empty_database_and_leaves_nothing():
    before = clusters()
    with running_postgres() as url:
        with psycopg.connect(url) as connection:
            assert connection.execute("SELECT lower('ĐƯỜNG'), current_database()").fetchone() == (
                "đường",
                "ocop",
            )
        assert len(clusters() - before) == 1
    assert clusters() == before
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(url)


def test_the_command_gets_its_url_and_gives_its_exit_code_back():
    run = subprocess.run(
        [sys.executable, "-m", "tests.services.postgres", "--", "sh", "-c", "echo $DATABASE_URL; exit 3"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert run.stdout.startswith("postgres://ocop:")
    assert run.returncode == 3
