"""Forms of products: led by the OCOP set, so that food asks for ingredients and a craft for its material."""

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from catalog.domain import prepare
from catalog.domain.prepare import Offer
from catalog.models import Category, Product
from marketplace.core.fields import NumberField, PriceField, TextField
from marketplace.core.text import nfc
from producers.domain.stock import LOW_STOCK
from producers.models import Partner, StockRecord

HEAVIEST = 1_000_000
MOST_PIECES = 1_000_000


class Paragraph(TextField):
    """Several lines of text in NFC; line ends stay."""

    widget = forms.Textarea({"rows": 3})

    def to_python(self, value):
        lines = (forms.CharField.to_python(self, value) or "").splitlines()
        return "\n".join(filter(None, (nfc(line) for line in lines)))


def weight(label, help_text="") -> NumberField:
    return NumberField(label=label, help_text=help_text, required=False, least=1, most=HEAVIEST)


class SetForm(forms.Form):
    """What a new product is: of which stall, and of which of the 26 sets."""

    stall = forms.ChoiceField(label=_("Stall"))
    set = forms.ChoiceField(
        label=_("Product set"), help_text=_("The OCOP set decides what the next form asks for.")
    )

    def __init__(self, *args, stalls: list[Partner], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["stall"].choices = [(stall.slug, stall.name) for stall in stalls]
        if len(stalls) == 1:
            self.fields["stall"].widget = forms.HiddenInput()
            self.fields["stall"].required = False
        self.sets = {str(each.set_number): each for each in sets()}
        self.fields["set"].choices = [("", _("Choose")), *_by_group(self.sets.values())]

    @property
    def category(self) -> Category:
        return self.sets[self.cleaned_data["set"]]


class OfferForm(forms.Form):
    """How one pack is sold."""

    price = PriceField(
        label=_("Price (₫)"), required=False, help_text=_("For one, with VAT. Empty: not for sale yet.")
    )
    in_stock = NumberField(
        label=_("Pieces on the shelf"), most=MOST_PIECES, help_text=_("All of them, ordered or not.")
    )
    warn_at = NumberField(
        label=_("Warn when so few are left"),
        required=False,
        most=MOST_PIECES,
        help_text=format_lazy(_("Empty: at {number}."), number=LOW_STOCK),
    )

    def offer(self) -> Offer:
        cleaned = self.cleaned_data
        return Offer(cleaned["price"], cleaned.get("in_stock") or 0, cleaned.get("warn_at"))


class ProductForm(OfferForm):
    """A product with what its group asks for; ``group`` is the code of the group, empty for all fields."""

    title = TextField(
        label=_("Name of the product"), max_length=200, help_text=_("As on its label, in Vietnamese.")
    )
    unit = TextField(
        label=_("Unit of sale"), max_length=40, required=False, help_text=_("Such as box, bottle or piece.")
    )
    variant = TextField(
        label=_("Which pack this is"),
        max_length=80,
        required=False,
        help_text=_("Only if there are others, such as 500 g or mild."),
    )
    ingredients = Paragraph(
        label=_("Ingredients"), max_length=2000, help_text=_("In the order of their weight, as on the label.")
    )
    net_content = TextField(
        label=_("Net content"), max_length=80, required=False, help_text=_("As on the label, such as 500 ml.")
    )
    net_weight = weight(_("Net weight (g)"), _("Without the packing."))
    shelf_life = TextField(label=_("Shelf life"), max_length=120, help_text=_("Such as 12 months."))
    storage = Paragraph(label=_("Storage"), max_length=1000, required=False)
    material = Paragraph(label=_("Material"), max_length=1000)
    dimensions = TextField(
        label=_("Size"), max_length=120, required=False, help_text=_("Such as 30 × 20 × 12 cm.")
    )
    duration = TextField(label=_("Duration"), max_length=80, help_text=_("Such as half a day."))
    dates = TextField(
        label=_("Dates"), max_length=200, help_text=_("When it takes place, such as every Saturday.")
    )
    origin_statement = Paragraph(
        label=_("Origin"),
        max_length=1000,
        required=False,
        help_text=_("Where the goods and their raw material come from."),
    )
    shipping_weight = weight(_("Weight when packed (g)"), _("For the delivery charge."))
    title_en = TextField(label=_("Name in English"), max_length=200, required=False)
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    field_order = [
        "title",
        "unit",
        *prepare.OF_ALL_GROUPS,
        "origin_statement",
        "price",
        "in_stock",
        "warn_at",
        "variant",
        "shipping_weight",
        "title_en",
        "seen",
    ]

    def __init__(self, *args, group: str, **kwargs):
        super().__init__(*args, **kwargs)
        self.asked = prepare.fields_of(group)
        for name in prepare.OF_ALL_GROUPS:
            if name not in self.asked:
                del self.fields[name]
            elif group not in prepare.BY_GROUP:
                self.fields[name].required = False
        if group == "tourism":
            # Its stock are the places of its dates, which have a page of their own.
            del self.fields["in_stock"], self.fields["warn_at"]
        if group == "plants":
            self.fields["storage"].label = _("Care")

    @property
    def of_group(self) -> list[forms.BoundField]:
        """The fields that this group has and others have not."""
        return [self[name] for name in prepare.OF_ALL_GROUPS if name in self.fields]

    def values(self) -> dict:
        return {name: self.cleaned_data[name] for name in self.asked}


class VariantForm(OfferForm):
    """One more pack of a product."""

    variant = TextField(
        label=_("Which pack this is"), max_length=80, help_text=_("Such as 500 g, mild or gift box.")
    )
    unit = TextField(label=_("Unit of sale"), max_length=40, required=False)
    net_content = TextField(label=_("Net content"), max_length=80, required=False)
    net_weight = weight(_("Net weight (g)"))
    shipping_weight = weight(_("Weight when packed (g)"))
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    field_order = ["variant", "price", "in_stock", "unit", "net_content", "net_weight", "shipping_weight"]

    def values(self) -> dict:
        return {
            name: self.cleaned_data[name]
            for name in ("variant", "unit", "net_content", "net_weight", "shipping_weight")
        }


def initial_of(product: Product, record: StockRecord | None) -> dict:
    """What the form of a product or variant shows: what waits at the office before what is public."""
    names = (*prepare.FOR_ALL, *prepare.OF_ALL_GROUPS)
    return {
        **{name: getattr(product, name) for name in names},
        **prepare.pending_of(product),
        "price": int(record.price) if record is not None and record.price is not None else None,
        "in_stock": record.num_in_stock if record is not None else 0,
        "warn_at": record.low_stock_threshold if record is not None else None,
        "seen": prepare.mark(product, record),
    }


def sets() -> list[Category]:
    """The OCOP sets in their order."""
    return list(Category.objects.filter(set_number__isnull=False).order_by("set_number"))


def _by_group(categories) -> list[tuple]:
    groups = {group.path: group for group in Category.objects.filter(depth=1)}
    choices: dict[str, list] = {}
    for each in categories:
        group = groups[each.path[: Category.steplen]]
        label = f"{each.set_number}. {each.display_name}"
        choices.setdefault(group.display_name, []).append((str(each.set_number), label))
    return list(choices.items())
