"""The file that `make run` writes once."""

import os
import subprocess
import sys
from pathlib import Path

import environ
import pytest
from django.conf import settings

pytestmark = pytest.mark.integration


@pytest.fixture
def write(tmp_path):
    """`make .env` in an empty folder, with this environment's Python; gives what the file then says."""

    def make():
        venv = Path(sys.executable).parent.parent
        command = [
            "make",
            "--silent",
            f"--file={settings.BASE_DIR / 'Makefile'}",
            f"VENV={venv}",
            "PORT=8001",
        ]
        # What Python has is not looked at again.
        command += [f"--old-file={venv / '.runtime'}", ".env"]
        environment = {name: value for name, value in os.environ.items() if "MAKE" not in name}
        subprocess.run(command, cwd=tmp_path, env=environment, check=True, capture_output=True)
        return (tmp_path / ".env").read_text()

    return make


def test_it_has_a_key_of_its_own_and_only_its_owner_reads_it(write, tmp_path, monkeypatch):
    text = write()
    assert (tmp_path / ".env").stat().st_mode & 0o777 == 0o600
    assert [file.name for file in tmp_path.iterdir()] == [".env"]
    read = {}
    monkeypatch.setattr(environ.Env, "ENVIRON", read)
    environ.Env.read_env(tmp_path / ".env")
    assert len(read.pop("DJANGO_SECRET_KEY")) > 50
    assert read == {
        "OCOP_INSECURE_HTTP": "1",
        "OCOP_HOSTS": "127.0.0.1,localhost",
        "OCOP_BASE_URL": "http://127.0.0.1:8001",
        "OCOP_DATA_DIR": "var/run",
    }
    (tmp_path / ".env").unlink()
    assert write() != text


def test_it_is_written_once(write):
    assert write() == write()


def test_it_never_comes_into_the_repository():
    ignored = subprocess.run(
        ["git", "check-ignore", ".env", ".env.part"], cwd=settings.BASE_DIR, capture_output=True, text=True
    )
    assert ignored.stdout.split() == [".env", ".env.part"]
