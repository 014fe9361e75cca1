"""Words that mean the same, from a text that the programme office edits; read when somebody searches.

Each line is one group, commas between: ``mật ong, honey`` finds each by the other. With ``>`` only the left
side finds the right: ``noodles > miến, bún, phở``. What follows a ``#`` is a remark. Marks count where the
shopper types them.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from django.utils.translation import gettext as _

from search.analysis import Phrase, folded_tokens, kept_tokens

SHIPPED = Path(__file__).parent / "data" / "synonyms.txt"
LONGEST_PHRASE = 4

#: A phrase folded, and as it is written.
Written = tuple[Phrase, Phrase]


@dataclass(frozen=True, eq=False)
class Synonyms:
    """What means the same as a phrase, by its folded words and then as it is written.

    Each version of the list is one of its own, so that what was understood by it can be kept.
    """

    entries: dict[Phrase, tuple[tuple[Phrase, tuple[Written, ...]], ...]] = field(default_factory=dict)

    def longest(self, words: list[tuple[str, str]], start: int) -> tuple[int, tuple[Written, ...]]:
        """How many of the words from ``start`` on are one phrase, and what means the same.

        ``words`` are pairs of a folded and a kept token; 1 and nothing where no phrase is known.
        """
        for count in range(min(LONGEST_PHRASE, len(words) - start), 0, -1):
            typed = words[start : start + count]
            found = self.entries.get(tuple(folded for folded, _kept in typed), ())
            others = [other for written, same in found if _is_meant(typed, written) for other in same]
            if others:
                return count, tuple(dict.fromkeys(others))
        return 1, ()


def _is_meant(typed: list[tuple[str, str]], written: Phrase) -> bool:
    """Whether each word is typed without marks or with those that it is written with."""
    return all(
        kept in (folded, as_written) for (folded, kept), as_written in zip(typed, written, strict=True)
    )


def parse(text: str) -> tuple[Synonyms, list[str]]:
    """The groups of a text, and a line about each part of it that cannot be understood."""
    entries: dict[Phrase, list[tuple[Phrase, tuple[Written, ...]]]] = defaultdict(list)
    problems = []
    for number, line in enumerate(text.splitlines(), 1):
        line = line.split("#", 1)[0].strip()
        if not line:
            continue
        left, arrow, right = line.partition(">")
        names, meanings = _phrases(left), _phrases(right if arrow else left)
        if not names or not meanings or (not arrow and len(names) < 2):
            problems.append(
                _("Line %(number)s: at least two words or phrases are needed.") % {"number": number}
            )
            continue
        if any(len(folded) > LONGEST_PHRASE for folded, _kept in (*names, *meanings)):
            problems.append(
                _("Line %(number)s: a phrase has at most %(most)s words.")
                % {"number": number, "most": LONGEST_PHRASE}
            )
            continue
        for folded, kept in names:
            same = tuple(other for other in dict.fromkeys(meanings) if other[0] != folded)
            entries[folded].append((kept, same))
    return Synonyms({phrase: tuple(found) for phrase, found in entries.items()}), problems


def _phrases(text: str) -> list[Written]:
    pairs = [(tuple(folded_tokens(part)), tuple(kept_tokens(part))) for part in text.split(",")]
    return [(folded, kept) for folded, kept in pairs if folded and len(folded) == len(kept)]


@cache
def shipped() -> Synonyms:
    """Those that come with the site."""
    return parse(SHIPPED.read_text("utf-8"))[0]
