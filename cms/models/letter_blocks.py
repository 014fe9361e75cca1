"""What a newsletter is made of."""

from django.utils.translation import gettext_lazy as _
from wagtail.blocks import PageChooserBlock, StreamBlock, StructBlock, TextBlock

from cms.blocks.choosers import EventChooserBlock, ProductChooserBlock


class LetterBlock(StreamBlock):
    """Things that the letter names, each shown as it is when the letter is sent, and words between them."""

    text = StructBlock(
        [("vi", TextBlock(label=_("Vietnamese"))), ("en", TextBlock(label=_("English")))],
        label=_("Words"),
        icon="pilcrow",
    )
    page = PageChooserBlock(label=_("Article or page"))
    event = EventChooserBlock(label=_("Event"))
    product = ProductChooserBlock(label=_("Product"))

    class Meta:
        required = False
