"""What an editor puts a publication together from: chapters, in an order that is dragged."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from cms.blocks.choosers import ProductChooserBlock, RegionChooserBlock
from cms.blocks.goods import categories
from search.query import STARS

from .selection import BY_CONDITIONS, BY_HAND

LONGEST_TITLE = 120
MOST_BY_HAND = 200


class ByHandBlock(blocks.StructBlock):
    """A chapter whose products and their order the editor chooses."""

    title = blocks.CharBlock(label=_("Heading"), max_length=LONGEST_TITLE)
    intro = blocks.TextBlock(label=_("Introduction"), required=False, rows=3)
    products = blocks.ListBlock(ProductChooserBlock(), label=_("Products"), min_num=1, max_num=MOST_BY_HAND)

    class Meta:
        icon = "tag"
        label = _("Chapter by hand")
        label_format = "{title}"


class ByConditionsBlock(blocks.StructBlock):
    """The products that fit, in one chapter or one for each group, set, place, rank or producer."""

    DIVIDE = [
        ("", _("One chapter")),
        ("group", _("A chapter for each group")),
        ("set", _("A chapter for each set")),
        ("province", _("A chapter for each province")),
        ("commune", _("A chapter for each commune or ward")),
        ("stars", _("A chapter for each number of stars")),
        ("producer", _("A chapter for each producer")),
    ]

    title = blocks.CharBlock(
        label=_("Heading"),
        max_length=LONGEST_TITLE,
        required=False,
        help_text=_("Of one chapter; several are named after what they hold."),
    )
    intro = blocks.TextBlock(label=_("Introduction"), required=False, rows=3)
    decision = blocks.CharBlock(
        label=_("Decision"), required=False, max_length=60, help_text=_("Its number, such as 813/QĐ-UBND.")
    )
    year = blocks.IntegerBlock(label=_("Year of recognition"), required=False, min_value=2018, max_value=2100)
    category = blocks.ChoiceBlock(label=_("Group or set"), choices=categories, required=False)
    region = RegionChooserBlock(
        label=_("Place"), required=False, help_text=_("Of today or of before 1 July 2025.")
    )
    stars = blocks.MultipleChoiceBlock(
        label=_("Stars in force"), choices=[(str(stars), str(stars)) for stars in STARS], required=False
    )
    divide = blocks.ChoiceBlock(label=_("Chapters"), choices=DIVIDE, required=False)

    class Meta:
        icon = "search"
        label = _("Chapters by conditions")
        label_format = "{title}"


class ChaptersBlock(blocks.StreamBlock):
    def __init__(self, **options):
        super().__init__([(BY_CONDITIONS, ByConditionsBlock()), (BY_HAND, ByHandBlock())], **options)
