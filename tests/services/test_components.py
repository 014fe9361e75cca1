"""A missing component skips its tests with one line that says how to get it; in CI it fails them."""

import os
import subprocess
import sys

import pytest

from tests.architecture.messages import ROOT

pytestmark = pytest.mark.integration


def run_browser_tests(**environment):
    """A run of its own on a machine without a browser; the database is never reached."""
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "tests/services/test_browser.py"],
        cwd=ROOT,
        env={**os.environ, "CHROMIUM": "/nonexistent", **environment},
        capture_output=True,
        text=True,
    )


def test_a_missing_component_is_named_once():
    run = run_browser_tests(OCOP_REQUIRE_ALL="")
    lines = [line for line in run.stdout.splitlines() if "Chromium" in line]
    assert lines == [
        "3 tests not run: Chromium is missing; to get it: apt-get install chromium libatomic1, or "
        "brew install --cask chromium (CHROMIUM= names another program)"
    ]
    assert "3 skipped" in run.stdout
    assert run.returncode == 0


def test_where_everything_is_required_a_skip_is_a_failure():
    run = run_browser_tests(OCOP_REQUIRE_ALL="1")
    assert "3 errors" in run.stdout
    assert "Skipped, and OCOP_REQUIRE_ALL=1 allows no skip: Skipped: Chromium is missing" in run.stdout
    assert run.returncode == 1
