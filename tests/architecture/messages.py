"""Every text of code and templates is in the Vietnamese catalogue, translated, with the same placeholders.

Reads the sources itself, so that a machine without GNU gettext can check.
`python -m tests.architecture.messages` prints what is wrong and fails if anything is.
"""

import ast
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("marketplace", "catalog", "producers", "storefront", "cms", "search")
CATALOGUE = ROOT / "locale" / "vi" / "LC_MESSAGES" / "django.po"

# Function: the positions of context, singular and plural among its arguments.
FUNCTIONS = {
    name + suffix: positions
    for name, positions in {
        "_": (None, 0, None),
        "gettext": (None, 0, None),
        "gettext_noop": (None, 0, None),
        "ngettext": (None, 0, 1),
        "pgettext": (0, 1, None),
        "npgettext": (0, 1, 2),
    }.items()
    for suffix in ("", "_lazy")
}
# How Django's templatize writes what a template translates.
STRING = r"""u?(?:"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')"""
TEMPLATE_CALL = re.compile(rf"\b(n?p?gettext|_)\(({STRING}(?:,\s*{STRING})*)", re.DOTALL)
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w+\}")
UNNAMED_PLACEHOLDER = re.compile(r"(?<!%)(?:%%)*%[sd]|\{\}")


@dataclass(frozen=True)
class Message:
    """One text to translate and where it first stands."""

    context: str | None
    singular: str
    plural: str | None
    place: str


def messages_of_code(source: str, place: str) -> Iterator[Message]:
    """The literal texts given to gettext's functions; a text put together at run time is an error."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        positions = FUNCTIONS.get(_name_of(node.func))
        if positions is None:
            continue
        where = f"{place}:{node.lineno}"
        texts = []
        for position in positions:
            argument = node.args[position] if position is not None and position < len(node.args) else None
            if isinstance(argument, ast.JoinedStr | ast.BinOp):
                raise ValueError(f"{where}: a text to translate is put together at run time")
            texts.append(argument.value if isinstance(argument, ast.Constant) else None)
        if texts[1]:
            yield Message(*texts, place=where)


def messages_of_template(source: str, place: str) -> Iterator[Message]:
    for call in TEMPLATE_CALL.finditer(templatize(source, origin=place)):
        positions = FUNCTIONS[call[1]]
        strings = [ast.literal_eval(string) for string in re.findall(STRING, call[2], re.DOTALL)]
        texts = [None if position is None else strings[position] for position in positions]
        yield Message(*texts, place=place)


def all_messages() -> dict[tuple[str | None, str], Message]:
    found: dict[tuple[str | None, str], Message] = {}
    for package in PACKAGES:
        for file in sorted((ROOT / package).rglob("*")):
            place = str(file.relative_to(ROOT))
            if file.suffix == ".py":
                messages = messages_of_code(file.read_text(), place)
            elif "templates" in file.parts and file.is_file():
                messages = messages_of_template(file.read_text(), place)
            else:
                continue
            for message in messages:
                found.setdefault((message.context, message.singular), message)
    return found


def catalogue_of(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=path.parents[1].name)


def faults_of(message: Message, catalogue: Catalog) -> Iterator[str]:
    """What is wrong with one text and its translation, in words."""
    if UNNAMED_PLACEHOLDER.search(message.singular):
        yield "has a placeholder without a name"
    entry = catalogue.get(message.singular, message.context)
    if entry is None:
        yield "is not in the catalogue"
        return
    translations = [entry.string] if isinstance(entry.string, str) else list(entry.string)
    if not all(translations):
        yield "is not translated"
        return
    if entry.fuzzy:
        yield "is marked fuzzy"
    expected = set(PLACEHOLDER.findall(message.plural or message.singular))
    if any(set(PLACEHOLDER.findall(text)) != expected for text in translations):
        yield "has other placeholders than its translation"


def all_faults() -> list[str]:
    if not CATALOGUE.exists():
        return [f"{CATALOGUE.relative_to(ROOT)} is missing"]
    catalogue = catalogue_of(CATALOGUE)
    return [
        f"{message.place}: {message.singular!r} {fault}"
        for message in all_messages().values()
        for fault in faults_of(message, catalogue)
    ]


def _name_of(function: ast.expr) -> str:
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


if __name__ == "__main__":
    faults = all_faults()
    print("\n".join(faults) if faults else "Every text is translated.")
    sys.exit(1 if faults else 0)
