"""Drawing the sizes of a picture: once, after it was saved, and never while a reader waits."""

from cms.models import Picture
from cms.pictures import FORMATS, SHAPES, Shape


def draw(picture: Picture) -> bool:
    """Draw all sizes of the picture that are missing and note where they are.

    Wagtail keeps each size once, so that running it again draws nothing anew. False if the picture was
    changed meanwhile: its newer state is drawn by the task of that change.
    """
    sizes = {
        name: {image_format: _drawn(picture, shape, image_format) for image_format in FORMATS}
        for name, shape in SHAPES.items()
    }
    unchanged = Picture.objects.filter(
        pk=picture.pk,
        file=picture.file.name,
        focal_point_x=picture.focal_point_x,
        focal_point_y=picture.focal_point_y,
        focal_point_width=picture.focal_point_width,
        focal_point_height=picture.focal_point_height,
    )
    drawn = {"file": picture.file.name, "focus": picture.focus, **sizes}
    return bool(unchanged.update(drawn=drawn))


def needs_drawing(picture: Picture) -> bool:
    """Whether the sizes are those of another file or focal point."""
    return picture.drawn.get("file") != picture.file.name or picture.drawn.get("focus") != picture.focus


def _drawn(picture: Picture, shape: Shape, image_format: str) -> list[tuple[str, int, int]]:
    specs = [shape.spec(width, image_format) for width in shape.fitting(picture.width, picture.height)]
    # One after the other: side by side they would each hold the whole picture in memory.
    renditions = [picture.get_rendition(spec) for spec in specs]
    return [(each.file.name, each.width, each.height) for each in renditions]
