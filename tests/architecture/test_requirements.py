"""The lock files: every package pinned and hashed, complete on every supported system, naming no registry."""

import itertools
import re
import subprocess
from importlib.metadata import distribution

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from tests.architecture.messages import ROOT

LOCKS = ("requirements.txt", "requirements-dev.txt")
OLDEST_PYTHON = "3.11.0"
PYTHONS = ("3.11", "3.12", "3.13")
SYSTEMS = (("linux", "Linux", "x86_64"), ("linux", "Linux", "aarch64"), ("darwin", "Darwin", "arm64"))
# An index given on a line, in an option or in pip's, npm's or a container's way.
REGISTRY = re.compile(
    r"^\s*(?:-i|-f|--(?:extra-)?index[-]url|--find[-]links|--trusted-host)\b"
    r"|(?:extra_)?index_url\s*=\s*['\"]?http|PIP_(?:EXTRA_)?INDEX_URL|\bregistry\s*=\s*http"
    r"|\"resolved\":\s*\"http|https?://[^\s\"']*/simple\b",
    re.IGNORECASE | re.MULTILINE,
)


def pins(lock: str) -> dict[str, str]:
    """Package to the text of its entry: the pin and its hashes."""
    entries = re.split(r"^(?=[a-zA-Z0-9])", (ROOT / lock).read_text(), flags=re.MULTILINE)[1:]
    return {canonicalize_name(entry.split("==")[0]): entry for entry in entries}


@pytest.mark.unit
@pytest.mark.parametrize("lock", LOCKS)
def test_every_package_is_pinned_and_hashed(lock):
    entries = pins(lock)
    assert len(entries) > 50
    bad = [
        name
        for name, entry in entries.items()
        if not re.search(r"^\S+==\S+ \\\n +--hash=sha256:[0-9a-f]{64}", entry)
    ]
    assert bad == []


@pytest.mark.unit
def test_the_tests_run_on_the_packages_of_production():
    development = pins("requirements-dev.txt")
    differing = {
        name
        for name, entry in pins("requirements.txt").items()
        if entry.split()[0] != development[name].split()[0]
    }
    assert differing == set()


@pytest.mark.unit
def test_what_a_supported_system_needs_is_locked():
    """pip-compile keeps only what its own Python and system need; nothing else may be missing."""
    locked = pins("requirements-dev.txt")
    systems = [
        {
            "python_version": python,
            "python_full_version": f"{python}.0",
            "sys_platform": platform,
            "platform_system": system,
            "platform_machine": machine,
            "os_name": "posix",
            "extra": "",
        }
        for python, (platform, system, machine) in itertools.product(PYTHONS, SYSTEMS)
    ]
    needed = {
        canonicalize_name(requirement.name): package
        for package in locked
        for requirement in map(Requirement, distribution(package).requires or [])
        if any(requirement.marker is None or requirement.marker.evaluate(system) for system in systems)
    }
    assert {name: package for name, package in needed.items() if name not in locked} == {}


@pytest.mark.unit
def test_every_package_runs_on_the_oldest_python():
    too_new = {
        package: needs
        for package in pins("requirements-dev.txt")
        if (needs := distribution(package).metadata.get("Requires-Python"))
        and OLDEST_PYTHON not in SpecifierSet(needs)
    }
    assert too_new == {}


@pytest.mark.unit
def test_no_file_names_a_registry():
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    own = "tests/architecture/test_requirements.py"
    found = []
    for name in sorted(set(listed.stdout.split("\0")) - {"", own}):
        file = ROOT / name
        if file.is_file() and b"\0" not in (content := file.read_bytes())[:8000]:
            found += [
                f"{name}: {match[0].strip()}" for match in REGISTRY.finditer(content.decode(errors="replace"))
            ]
    assert found == []


@pytest.mark.unit
@pytest.mark.parametrize(
    "line", ["--index-" + "url https://a.example/simple", 'index_url = "https://a.example"']
)
def test_a_registry_is_seen(line):
    assert REGISTRY.search(line)
