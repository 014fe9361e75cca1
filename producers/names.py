"""One producer spelt in several ways: the normal form of a name."""

import re
from functools import lru_cache
from typing import NamedTuple

from marketplace.core.text import fold, nfc

# Words that stand before (or, for a few, after) the own name, folded; the longest come first where one
# contains another. What they mean for the legal form stands beside them.
_PREFIXES = (
    ("tong cong ty", "company"),
    ("cong ty", "company"),
    ("cty", "company"),
    ("doanh nghiep tu nhan", "company"),
    ("dntn", "company"),
    ("lien hiep hop tac xa", "cooperative"),
    ("lien hiep htx", "cooperative"),
    ("hop tac xa", "cooperative"),
    ("htx", "cooperative"),
    ("to hop tac", "cooperative_group"),
    ("tht", "cooperative_group"),
    ("ho kinh doanh", "household"),
    ("hkd", "household"),
    ("ho san xuat", "household"),
    ("ho gia dinh", "household"),
    ("co so san xuat", "household"),
    ("co so", "household"),
    ("cssx", "household"),
)
# What may follow "công ty": the kind of company, written out or short.
_COMPANY_KINDS = (
    "trach nhiem huu han",
    "tnhh",
    "co phan",
    "cp",
    "hop danh",
    "mot thanh vien",
    "1 thanh vien",
    "hai thanh vien",
    "2 thanh vien",
    "mtv",
    "1tv",
    "tv",
)
# Short forms inside a name, each word as it is written out.
_SHORT_WORDS = {
    "tm": "thuong mai",
    "dv": "dich vu",
    "sx": "san xuat",
    "xnk": "xuat nhap khau",
    "kd": "kinh doanh",
    "nn": "nong nghiep",
    "dvnn": "dich vu nong nghiep",
    "sxkd": "san xuat kinh doanh",
    "tmdv": "thuong mai dich vu",
    "sxtm": "san xuat thuong mai",
    "cb": "che bien",
}
_AND = {"va", "and"}
_CODES = {"company": "cty", "cooperative": "htx", "cooperative_group": "tht", "household": "hkd"}
_SPACES = re.compile(r"\s+")


class NormalName(NamedTuple):
    """A producer's name in its normal form and the legal form that its words say, or an empty string."""

    key: str
    legal_form: str


@lru_cache(maxsize=10_000)
def normal_name(name: str, legal_form: str = "") -> NormalName:
    """The form by which one producer spelt in several ways is recognised.

    ``Công ty TNHH MTV Traphaco Sa Pa`` and ``CTY TNHH Traphaco Sapa`` differ in marks, case, the words for
    the legal form and blanks, and have the same key; a company and a co-operative of one name do not.
    ``legal_form`` is what is known of it otherwise, for a name whose words do not say it.
    """
    words = fold(name)
    for prefix, form in _PREFIXES:
        rest = _without_prefix(words, prefix)
        if rest is not None:
            words, legal_form = rest, form
            break
    else:
        # Only with its mark: "Hồ" is a family name.
        if nfc(name).casefold().startswith("hộ "):
            words, legal_form = words.removeprefix("ho "), "household"
    if legal_form == "company":
        words = _without_company_kinds(words)
    own = " ".join(_SHORT_WORDS.get(word, word) for word in words.split() if word not in _AND)
    key = " ".join(filter(None, (_CODES.get(legal_form), _SPACES.sub("", own))))
    return NormalName(key, legal_form)


def _without_prefix(words: str, prefix: str) -> str | None:
    """What follows the prefix, or None; a name that is nothing but a prefix keeps it."""
    if words.startswith(f"{prefix} "):
        return words[len(prefix) + 1 :]
    return None


def _without_company_kinds(words: str) -> str:
    stripped = True
    while stripped:
        stripped = False
        for kind in _COMPANY_KINDS:
            rest = _without_prefix(words, kind)
            if rest is not None:
                words, stripped = rest, True
    return words
