"""Units of sale in the reader's language; the records carry the sellers' own Vietnamese words."""

from functools import lru_cache

from django.utils.translation import get_language, pgettext_lazy

WORDS = {
    "sản phẩm": pgettext_lazy("unit of sale", "item"),
    "lượt": pgettext_lazy("unit of sale", "visit"),
    "cây": pgettext_lazy("unit of sale", "plant"),
    "chậu": pgettext_lazy("unit of sale", "pot"),
}


def in_words(unit: str) -> str:
    """A unit such as ``sản phẩm`` or ``sản phẩm 500 g``; one that is not known stays as it is."""
    return _in_words(unit, get_language())


@lru_cache(maxsize=4096)
def _in_words(unit: str, _language: str) -> str:
    for word, translation in WORDS.items():
        if unit == word or unit.startswith(f"{word} "):
            return f"{translation}{unit[len(word) :]}"
    return unit
