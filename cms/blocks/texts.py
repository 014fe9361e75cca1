"""Blocks of words: text, quotation, figures, a call to act, sources."""

from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from cms.blocks.base import Layout, ShownBlock, items

#: A path of this site, or an address elsewhere.
check_target = RegexValidator(
    r"^(/(?!/)\S*|https?://\S+|mailto:\S+|tel:\S+)$",
    _("A path of this site that begins with /, or a whole address with https://."),
)


class WordsBlock(blocks.RichTextBlock):
    """Paragraphs, headings, lists and links."""

    layout = Layout.TEXT

    def ask(self, value: str, gathering) -> None:
        gathering.texts.want(value)

    def context(self, value: str, gathering) -> dict | None:
        html = gathering.texts.html(value)
        return {"html": html} if html else None

    def deconstruct(self):
        """In migrations it is Wagtail's own, as stored values are the same."""
        _path, args, options = super().deconstruct()
        return "wagtail.blocks.RichTextBlock", args, options

    class Meta:
        template = "cms/blocks/words.html"
        icon = "pilcrow"


class QuoteBlock(ShownBlock):
    """What somebody said, with name and office."""

    text = blocks.TextBlock(label=_("Quotation"), rows=3)
    who = blocks.CharBlock(label=_("Who said it"), required=False, max_length=120)
    about = blocks.CharBlock(label=_("Office or place"), required=False, max_length=160)

    layout = Layout.TEXT

    class Meta:
        template = "cms/blocks/quote.html"
        icon = "openquote"
        label = _("Quotation")


class FigureBlock(blocks.StructBlock):
    """A number with its unit, and what it counts."""

    value = blocks.CharBlock(label=_("Figure"), max_length=24)
    label = blocks.CharBlock(label=_("What it counts"), max_length=120)


class FiguresBlock(ShownBlock):
    """Up to four figures in a row."""

    figures = blocks.ListBlock(FigureBlock(), label=_("Figures"), min_num=1, max_num=4)

    layout = Layout.TEXT

    def context(self, value, gathering) -> dict | None:
        figures = list(items(value.get("figures")))
        return {"figures": figures} if figures else None

    class Meta:
        template = "cms/blocks/figures.html"
        icon = "order"
        label = _("Figures")


class ActionBlock(ShownBlock):
    """What the reader may do next, with a button."""

    title = blocks.CharBlock(label=_("Heading"), required=False, max_length=120)
    text = blocks.TextBlock(label=_("Text"), required=False, rows=2)
    words = blocks.CharBlock(label=_("Words on the button"), max_length=40)
    url = blocks.CharBlock(label=_("Where it leads"), max_length=500, validators=[check_target])

    layout = Layout.TEXT

    class Meta:
        template = "cms/blocks/action.html"
        icon = "link"
        label = _("Call to act")


class SourceBlock(blocks.StructBlock):
    """Where facts come from."""

    title = blocks.CharBlock(label=_("Title"), max_length=300)
    url = blocks.URLBlock(label=_("Address"), required=False, max_length=500)
    date = blocks.DateBlock(label=_("Date"), required=False)

    class Meta:
        icon = "link-external"
        label = _("Source")
