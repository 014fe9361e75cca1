"""Every template parses, and what it names exists."""

import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.template import engines

from tests.architecture.messages import PACKAGES, ROOT

TEMPLATES = {
    str(file.relative_to(ROOT)): file
    for package in PACKAGES
    for folder in sorted((ROOT / package).rglob("templates"))
    for file in sorted(folder.rglob("*"))
    if file.is_file()
}
NAMED = re.compile(r"""{%\s*(extends|include|static)\s+["']([^"']+)["']""")
INLINE = re.compile(
    r"<script(?![^>]*\bsrc=)(?![^>]*type=\"application/)|<style\b|\sstyle=|\son[a-z]+=\"", re.IGNORECASE
)


def template_name(file: Path) -> str:
    """The name under which Django loads it: its path below the last folder `templates`."""
    folder = max(index for index, part in enumerate(file.parts) if part == "templates")
    return "/".join(file.parts[folder + 1 :])


@pytest.mark.unit
def test_every_template_parses():
    assert TEMPLATES
    django = engines["django"]
    for name, file in TEMPLATES.items():
        assert django.from_string(file.read_text()), name


@pytest.mark.unit
def test_every_template_is_found_under_its_own_name():
    """Two packages with a template of the same name: one of them would never be seen."""
    django = engines["django"]
    hidden = [
        name
        for name, file in TEMPLATES.items()
        if Path(django.get_template(template_name(file)).origin.name) != file
    ]
    assert hidden == []


@pytest.mark.unit
def test_what_a_template_names_exists():
    django = engines["django"]
    absent = []
    for name, file in TEMPLATES.items():
        for tag, target in NAMED.findall(file.read_text()):
            if tag == "static":
                if finders.find(target) is None:
                    absent.append(f"{name}: {target}")
            else:
                django.get_template(target.partition("#")[0])
    assert absent == []


@pytest.mark.unit
def test_no_page_has_inline_script_or_style():
    """Mails have: their readers know no style sheet."""
    found = {
        name: match[0].strip()
        for name, file in TEMPLATES.items()
        if "mail" not in name and (match := INLINE.search(file.read_text()))
    }
    assert found == {}
