"""The editions of a legal text as its page shows them: which one holds, which comes, which held when."""

import datetime
from dataclasses import dataclass

from marketplace.core import clock
from marketplace.legal.models import Version, VersionText


@dataclass(frozen=True)
class Edition:
    """A published version with its text in the reader's language, or in Vietnamese where it has no other."""

    version: Version
    text: VersionText
    ends_before: datetime.date | None
    url: str

    @property
    def name(self) -> str:
        return self.version.edition

    @property
    def begins(self) -> datetime.date:
        return self.version.effective_from

    @property
    def ends(self) -> datetime.date | None:
        """The last day on which it holds; None while nothing follows."""
        return self.ends_before and self.ends_before - datetime.timedelta(days=1)

    @property
    def is_coming(self) -> bool:
        return self.begins > clock.today()

    @property
    def is_over(self) -> bool:
        return self.ends_before is not None and self.ends_before <= clock.today()

    @property
    def is_in_force(self) -> bool:
        return not self.is_coming and not self.is_over


def editions_of(kind: str, language: str, path: str) -> list[Edition]:
    """All editions of a kind, the latest first, in two queries; ``path`` is the address of their page."""
    found: list[Edition] = []
    following = None
    for version in Version.objects.filter(kind=kind).prefetch_related("texts"):
        text = version.text_in(language)
        if text is not None:
            found.append(Edition(version, text, following, f"{path}phien-ban/{version.edition}/"))
        following = version.effective_from
    return found
