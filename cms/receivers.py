"""What follows when editors save something in Wagtail's admin."""

from cms.domain.draw import needs_drawing
from cms.models import Picture
from cms.tasks import draw_sizes


def have_sizes_drawn(instance: Picture, raw: bool = False, **_signal) -> None:
    """A picture with a new file or focal point gets its sizes; fixtures bring their own."""
    if not raw and needs_drawing(instance):
        draw_sizes.enqueue(instance.pk)
