"""Work of the content that happens after the answer, or at its time."""

import datetime

from django.core.management import call_command
from django.utils.translation import gettext_lazy as _

from cms.domain.check_links import look_at_links, note_links
from cms.domain.draw import draw, needs_drawing
from cms.models import Picture
from marketplace.core.tasks import recurring_task, retrying_task


@retrying_task(title=_("Sizes of an editor's picture"))
def draw_sizes(picture_id: int) -> None:
    """Draw the sizes in which pages show the picture; one that is gone or drawn needs nothing."""
    picture = Picture.objects.filter(pk=picture_id).first()
    if picture is not None and needs_drawing(picture):
        draw(picture)


@recurring_task(every=datetime.timedelta(seconds=20), title=_("Publish and take down pages at their time"))
def publish_scheduled() -> None:
    """Publish what has reached its time and take down what has passed its own, as Wagtail's command does."""
    call_command("publish_scheduled")


@recurring_task(every=datetime.timedelta(days=1), title=_("Note the links of pages to other sites"))
def note_outside_links() -> int:
    """Note which addresses of other sites the live pages link to; gives how many."""
    return note_links()


@recurring_task(every=datetime.timedelta(minutes=5), title=_("Look whether links to other sites still work"))
def look_at_outside_links() -> int:
    """Ask a few sites for one address each; gives how many."""
    return look_at_links()
