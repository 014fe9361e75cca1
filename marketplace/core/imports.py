"""Modules that most processes never need."""

from importlib import import_module

from django.utils.functional import SimpleLazyObject


def later(name: str) -> SimpleLazyObject:
    """A module that is imported when something of it is first used, so that it costs no memory before.

    For large ones that only some acts need: a web process that writes no Excel file does without openpyxl.
    """
    return SimpleLazyObject(lambda: import_module(name))
