"""House rules of the code that ruff does not know."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import call_command

from tests.architecture.messages import PACKAGES, ROOT

SOURCES = {
    str(file.relative_to(ROOT)): file
    for package in PACKAGES
    for file in sorted((ROOT / package).rglob("*.py"))
    if "migrations" not in file.parts
}
FORKS = ("catalog/", "producers/")
OSCAR_LOADER = {"get_class", "get_classes", "get_model", "get_profile_class"}
NAMES_THAT_SAY_NOTHING = {"utils", "helpers", "services"}


def names_imported_from_the_loader(file: Path) -> set[str]:
    """Which functions of oscar's class loader a module takes, also by way of the loader's module."""
    tree = ast.parse(file.read_text())
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "oscar.core.loading":
            found |= {alias.name for alias in node.names}
        if (
            isinstance(node, ast.Attribute)
            and node.attr in OSCAR_LOADER
            and "loading" in ast.unparse(node.value)
        ):
            found.add(node.attr)
    return found & OSCAR_LOADER


@pytest.mark.unit
def test_imports_point_down():
    program = Path(sys.executable).with_name("lint-imports")
    run = subprocess.run([program, "--no-logo", "--no-cache"], cwd=ROOT, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout + run.stderr


@pytest.mark.unit
def test_only_the_forks_use_oscars_class_loader():
    users = {
        name: names
        for name, file in SOURCES.items()
        if not name.startswith(FORKS) and (names := names_imported_from_the_loader(file))
    }
    assert users == {}


@pytest.mark.unit
def test_a_use_of_the_loader_is_seen(tmp_path):
    module = tmp_path / "module.py"
    module.write_text("from oscar.core import loading\nloading.get_model('order', 'Order')\n")
    assert names_imported_from_the_loader(module) == {"get_model"}


@pytest.mark.unit
def test_no_module_has_a_name_that_says_nothing():
    assert [name for name in SOURCES if NAMES_THAT_SAY_NOTHING & {*Path(name).with_suffix("").parts}] == []


@pytest.mark.integration
@pytest.mark.django_db
def test_no_migration_is_missing():
    call_command("makemigrations", check=True, dry_run=True, verbosity=1)
