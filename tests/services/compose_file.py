"""Compose files, read as Docker's own command reads them: by the specification's reference implementation."""

import hashlib
import json
import os
import subprocess
from functools import cache
from pathlib import Path

from tests.architecture.messages import ROOT
from tests.services.components import GO

SOURCE = ROOT / "tests" / "services" / "compose"


class ComposeRefused(Exception):
    """The specification does not allow the file, or a variable is missing; the message says what."""


def read_compose(file: Path, variables: dict[str, str]) -> dict:
    """The project of a compose file with these variables and no others; raises ComposeRefused."""
    environment = {"PATH": os.environ["PATH"], **variables}
    run = subprocess.run([_program(), file], env=environment, capture_output=True, text=True)
    if run.returncode:
        raise ComposeRefused(run.stderr.strip())
    return json.loads(run.stdout)


@cache
def _program() -> Path:
    """Built once for each state of its source; Go fetches the modules that go.sum names and checks them."""
    digest = hashlib.sha256(
        b"".join((SOURCE / name).read_bytes() for name in ("main.go", "go.mod", "go.sum"))
    )
    program = ROOT / "var" / "cache" / f"compose-{digest.hexdigest()[:16]}"
    if not program.exists():
        program.parent.mkdir(parents=True, exist_ok=True)
        draft = program.with_suffix(f".{os.getpid()}")
        subprocess.run([GO.find(), "build", "-o", draft, "."], cwd=SOURCE, check=True)
        draft.replace(program)
    return program
