"""Publishing a version of a legal text; from then on its words are fixed."""

import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from marketplace.core import activity, clock
from marketplace.core.exceptions import Refused
from marketplace.core.models import User
from marketplace.legal.models import Version, VersionText


class TextIsFixed(Refused):
    """An edition that is published would say something else."""

    def __init__(self, edition: str):
        words = _("Edition %(edition)s is published, so its text stays. Give the new text a new edition.")
        super().__init__(words % {"edition": edition})


@transaction.atomic
def publish(
    *,
    kind: str,
    edition: str,
    effective_from: datetime.date,
    text: VersionText,
    actor: User | None = None,
) -> Version:
    """Fix what an edition says in one language; the same words once more change nothing.

    A new edition holds from ``effective_from``, but never from before today; an edition that is there keeps
    its day, and may get its text in another language. ``text`` is not saved yet and knows its language.
    Raises ``TextIsFixed``.
    """
    version = Version.objects.filter(kind=kind, edition=edition).first()
    if version is None:
        begins = max(effective_from, clock.today())
        version = Version.objects.create(
            kind=kind, edition=edition, effective_from=begins, published_by=actor
        )
        activity.record("legal.published", version, actor=actor, edition=edition, begins=begins.isoformat())
    check_fixed(version, text)
    if not version.texts.filter(language=text.language).exists():
        text.version = version
        text.save()
    return version


def check_fixed(version: Version, text: VersionText) -> None:
    """Raise ``TextIsFixed`` if the version says something else in that language."""
    published = version.texts.filter(language=text.language).first()
    if published is not None and not published.says_the_same(text):
        raise TextIsFixed(version.edition)
