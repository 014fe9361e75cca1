"""Blocks of pictures, videos and files."""

from django.core.validators import URLValidator
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images.blocks import ImageBlock

from cms.blocks.base import Layout, ShownBlock, items


class PictureBlock(ShownBlock):
    """One picture with a line below it."""

    picture = ImageBlock(label=_("Picture"))
    caption = blocks.CharBlock(label=_("Caption"), required=False, max_length=300)
    is_wide = blocks.BooleanBlock(label=_("Wider than the text"), required=False)

    layout = Layout.TEXT

    def ask(self, value, gathering) -> None:
        gathering.pictures.want(value.get("picture"))

    def context(self, value, gathering) -> dict | None:
        found = gathering.pictures.get(value.get("picture"))
        if found is None:
            return None
        picture, alt = found
        layout = Layout.WIDE if value.get("is_wide") else Layout.TEXT
        return {"picture": picture, "alt": alt, "caption": value.get("caption"), "layout": layout}

    class Meta:
        template = "cms/blocks/picture.html"
        icon = "image"
        label = _("Picture")


class GalleryBlock(ShownBlock):
    """Several pictures side by side."""

    title = blocks.CharBlock(label=_("Heading"), required=False, max_length=120)
    pictures = blocks.ListBlock(PictureBlock(), label=_("Pictures"), min_num=2, max_num=24)

    def ask(self, value, gathering) -> None:
        for each in items(value.get("pictures")):
            gathering.pictures.want(each.get("picture"))

    def context(self, value, gathering) -> dict | None:
        shown = []
        for each in items(value.get("pictures")):
            found = gathering.pictures.get(each.get("picture"))
            if found is not None:
                shown.append({"picture": found[0], "alt": found[1], "caption": each.get("caption")})
        return {"title": value.get("title"), "pictures": shown} if shown else None

    class Meta:
        template = "cms/blocks/gallery.html"
        icon = "image"
        label = _("Gallery")


class EmbedBlock(ShownBlock):
    """A video or livestream of another house; its player comes only when the reader asks for it."""

    url = blocks.URLBlock(label=_("Address"), max_length=500, validators=[URLValidator(["http", "https"])])
    title = blocks.CharBlock(label=_("Title"), max_length=160)
    poster = ImageBlock(label=_("Picture"), required=False)
    caption = blocks.CharBlock(label=_("Caption"), required=False, max_length=300)

    layout = Layout.TEXT

    def ask(self, value, gathering) -> None:
        gathering.pictures.want(value.get("poster"))

    def context(self, value, gathering) -> dict | None:
        # Knows the pictures' model, which is defined beside the pages of blocks.
        from cms.embeds import embed  # noqa: PLC0415

        poster, _alt = gathering.pictures.get(value.get("poster")) or (None, None)
        video = embed(value.get("url") or "", value.get("title") or "", poster)
        return {"video": video, "caption": value.get("caption")}

    class Meta:
        template = "cms/blocks/embed.html"
        icon = "media"
        label = _("Video or livestream")


class DownloadBlock(ShownBlock):
    """A file that readers may take away."""

    file = DocumentChooserBlock(label=_("File"))
    title = blocks.CharBlock(
        label=_("Title"),
        required=False,
        max_length=200,
        help_text=_("Empty: the file's own title."),
    )

    layout = Layout.TEXT

    def ask(self, value, gathering) -> None:
        gathering.files.want(value.get("file"))

    def context(self, value, gathering) -> dict | None:
        file = gathering.files.get(value.get("file"))
        return {"file": file, "title": value.get("title") or file.title} if file else None

    class Meta:
        template = "cms/blocks/download.html"
        icon = "download"
        label = _("Download")
