"""Blocks of the home page alone."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from cms.blocks.base import Layout, ShownBlock, chosen, items
from cms.blocks.choosers import ProductChooserBlock
from cms.blocks.texts import check_target
from cms.picks import Pick
from search.query import ProductQuery

MOSAIC = 6
BEST_STARS = (5, 4)


class ShortcutBlock(blocks.StructBlock):
    """Words, and the list that they lead to."""

    words = blocks.CharBlock(label=_("Words"), max_length=40)
    url = blocks.CharBlock(label=_("Where it leads"), max_length=500, validators=[check_target])


class HeroBlock(ShownBlock):
    """The headline, what the shop is, ways to begin, and a mosaic of products."""

    title = blocks.CharBlock(label=_("Headline"), max_length=120)
    lead = blocks.TextBlock(label=_("Lead"), required=False, rows=2)
    shortcuts = blocks.ListBlock(ShortcutBlock(), label=_("Shortcuts"), max_num=6, default=[])
    products = blocks.ListBlock(
        ProductChooserBlock(),
        label=_("Products of the mosaic"),
        max_num=MOSAIC,
        default=[],
        help_text=_("None chosen: pictured ones of four and five stars that can be bought."),
    )

    layout = Layout.WHOLE
    pick = Pick(ProductQuery(stars=BEST_STARS, in_stock=True), MOSAIC, is_varied=True)

    def ask(self, value, gathering) -> None:
        if pks := chosen(value.get("products")):
            gathering.goods.want_products(pks)
        else:
            gathering.goods.want(self.pick)

    def context(self, value, gathering) -> dict:
        pks = chosen(value.get("products"))
        mosaic = gathering.goods.products(pks) if pks else gathering.goods.picked(self.pick)
        return {
            "title": value.get("title"),
            "lead": value.get("lead"),
            "shortcuts": list(items(value.get("shortcuts"))),
            "mosaic": [card for card in mosaic if card.picture],
        }

    class Meta:
        template = "cms/blocks/hero.html"
        icon = "title"
        label = _("Headline")


class SearchBlock(ShownBlock):
    """A large field to search in, with what can be asked."""

    title = blocks.CharBlock(label=_("Heading"), required=False, max_length=120)
    hint = blocks.CharBlock(label=_("Hint"), required=False, max_length=160)

    class Meta:
        template = "cms/blocks/search.html"
        icon = "search"
        label = _("Search field")


class GroupsBlock(ShownBlock):
    """The six product groups with their numbers of products."""

    title = blocks.CharBlock(label=_("Heading"), required=False, max_length=120)

    def ask(self, value, gathering) -> None:
        gathering.goods.want_groups()

    def context(self, value, gathering) -> dict | None:
        groups = gathering.goods.groups()
        return {"title": value.get("title"), "groups": groups} if groups else None

    class Meta:
        template = "cms/blocks/groups.html"
        icon = "list-ul"
        label = _("Product groups")


class MeaningBlock(ShownBlock):
    """What the stars mean; the ranks themselves are those of the programme's rules."""

    title = blocks.CharBlock(label=_("Heading"), max_length=120)
    text = blocks.TextBlock(label=_("Text"), required=False, rows=3)

    layout = Layout.WHOLE

    class Meta:
        template = "cms/blocks/meaning.html"
        icon = "pick"
        label = _("Meaning of the stars")


class VillagesBlock(ShownBlock):
    """The communes with the most products on a map of dots, in the province that has the most."""

    title = blocks.CharBlock(label=_("Heading"), required=False, max_length=120)
    number = blocks.IntegerBlock(label=_("How many"), min_value=2, max_value=16, default=8)

    def ask(self, value, gathering) -> None:
        gathering.goods.want_villages(value.get("number") or 8)

    def context(self, value, gathering) -> dict | None:
        province, villages = gathering.goods.villages(value.get("number") or 8)
        if not villages:
            return None
        return {"title": value.get("title"), "province": province, "villages": villages}

    class Meta:
        template = "cms/blocks/villages.html"
        icon = "site"
        label = _("Villages on the map")
