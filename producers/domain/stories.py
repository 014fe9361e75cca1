"""Writing stories: a draft is sent, and an editor publishes it or sends it back with a reason.

The public reads what was published last, whatever happens to the next version.
"""

from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext as _

from marketplace.core import activity, clock
from marketplace.core.exceptions import Refused
from marketplace.core.models import User
from marketplace.core.text import slugify
from producers.models import Partner, Story, StoryVersion
from producers.signals import story_decided

State = StoryVersion.State
LONGEST_SLUG = 100


class VersionMoved(Refused):
    """The version is not in the state that the act needs: somebody was faster."""


@transaction.atomic
def begin(*, author: User, seller: Partner | None, product=None, content: Mapping) -> StoryVersion:
    """A new story with its first draft; nobody reads it before it is published."""
    story = Story.objects.create(seller=seller, product=product, **content, slug=_slug(content["title"]))
    version = StoryVersion.objects.create(story=story, author=author, **content)
    activity.record("story.begun", story, actor=author)
    return version


@transaction.atomic
def write(story: Story, *, author: User, content: Mapping, seen: str | None = None) -> StoryVersion:
    """Keep the text in the story's draft, which is begun if there is none.

    ``seen`` is the `mark` of the story's texts that the writer had in view, None for whatever there is.
    Raises `VersionMoved` if they have changed since, and while a version waits for approval: what is judged
    does not change meanwhile.
    """
    Story.objects.select_for_update().get(pk=story.pk)
    version = open_version(story)
    if version is not None and version.state != State.DRAFT:
        raise VersionMoved(_("This text waits for approval. Take it back to change it."))
    if seen is not None and seen != mark(story):
        raise VersionMoved(_("Somebody else has changed this text meanwhile. Open it again and compare."))
    if version is None:
        return StoryVersion.objects.create(story=story, author=author, **content)
    version.author = author
    for name, value in content.items():
        setattr(version, name, value)
    version.save()
    if not story.is_published:
        # The name by which lists know a story that nobody has read yet.
        Story.objects.filter(pk=story.pk, published_at=None).update(title=version.title)
    return version


@transaction.atomic
def send(version: StoryVersion, *, actor: User) -> None:
    """Hand a draft to the editors."""
    _move(version, State.DRAFT, State.SENT, sent_at=clock.now())
    activity.record("story.sent", version.story, actor=actor, version=version.pk)


@transaction.atomic
def take_back(version: StoryVersion, *, actor: User) -> None:
    """Make a draft again of what waits for approval."""
    _move(version, State.SENT, State.DRAFT, sent_at=None)
    activity.record("story.taken_back", version.story, actor=actor, version=version.pk)


@transaction.atomic
def publish(version: StoryVersion, *, actor: User) -> None:
    """Show the version to everybody in place of the one before."""
    now = clock.now()
    _move(version, State.SENT, State.PUBLISHED, decided_at=now, decided_by=actor)
    content = {name: getattr(version, name) for name in Story.CONTENT}
    Story.objects.filter(pk=version.story_id).update(
        **content, slug=_slug(version.title), folded=version.words(), published_at=now
    )
    activity.record("story.published", version.story, actor=actor, version=version.pk)
    story_decided.send(sender=StoryVersion, version=version)


@transaction.atomic
def send_back(version: StoryVersion, *, actor: User, reason: str) -> None:
    """Ask the writer for a better text, and say what is missing; the text is begun anew as a draft."""
    if not reason.strip():
        raise Refused(_("Please say why: the writer will read it."))
    _move(version, State.SENT, State.SENT_BACK, decided_at=clock.now(), decided_by=actor, reason=reason)
    activity.record("story.sent_back", version.story, actor=actor, version=version.pk, reason=reason)
    story_decided.send(sender=StoryVersion, version=version)


@transaction.atomic
def take_down(story: Story, *, actor: User, reason: str) -> None:
    """Hide a published story and send its text back to the writer with the reason."""
    if not reason.strip():
        raise Refused(_("Please say why: the writer will read it."))
    if not Story.objects.filter(pk=story.pk, published_at__isnull=False).update(published_at=None):
        raise VersionMoved(_("This story is not published."))
    story.published_at = None
    version = story.versions.filter(state=State.PUBLISHED).first()
    if version is None:
        version = StoryVersion(story=story, **{name: getattr(story, name) for name in Story.CONTENT})
    version.state, version.reason = State.SENT_BACK, reason
    version.decided_at, version.decided_by = clock.now(), actor
    version.save()
    activity.record("story.taken_down", story, actor=actor, version=version.pk, reason=reason)
    story_decided.send(sender=StoryVersion, version=version)


def open_version(story: Story) -> StoryVersion | None:
    """The version that is being written or waits for approval."""
    return story.versions.open().first()


def mark(story: Story) -> str:
    """Changes whenever a text of the story is saved, sent or decided."""
    newest = story.versions.first()
    return "" if newest is None else f"{newest.pk} {newest.state} {newest.saved_at.timestamp()}"


def last_decided(story: Story) -> StoryVersion | None:
    """The version that was decided last, from which the next one begins."""
    return story.versions.exclude(state__in=(State.DRAFT, State.SENT)).first()


def _move(version: StoryVersion, before: str, after: str, **fields) -> None:
    """One conditional update, so that of two people who decide at once one is told."""
    moved = StoryVersion.objects.filter(pk=version.pk, state=before).update(state=after, **fields)
    if not moved:
        raise VersionMoved(_("Somebody else was faster; the text has another state now."))
    for name, value in {"state": after, **fields}.items():
        setattr(version, name, value)


def _slug(title: str) -> str:
    return slugify(title)[:LONGEST_SLUG].strip("-")
