"""Texts in two languages: the Vietnamese one is always there, the English one where somebody wrote it."""

from django.utils.translation import get_language


def language_of(english: str) -> str:
    """The language in which the reader gets a text: English only where there is an English text."""
    return "en" if english and get_language() == "en" else "vi"


def in_readers_language(vietnamese: str, english: str) -> str:
    return english if language_of(english) == "en" else vietnamese
