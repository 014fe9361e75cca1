"""The form of a promotion, as sellers and the office write it."""

import re

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.models import Product
from marketplace.core import clock
from marketplace.core.fields import DayField, NumberField, TextField
from marketplace.core.money import parse_vnd
from marketplace.desks.product_fields import products_field
from marketplace.events.models import BoothRegistration, Event
from marketplace.sales.domain.promotions import HIGHEST, Terms, WrongPromotion
from marketplace.sales.models import Promotion
from producers.models import Partner

MOST_USES = 1_000_000
MOST_PRODUCTS = 500
# A product's number, alone or at the end of the address of its page.
_NUMBER = re.compile(r"(?:.*_)?([0-9]{1,15})/?")


class SumField(NumberField):
    """A sum in whole VND, or None."""

    parse = staticmethod(parse_vnd)
    default_error_messages = {
        "invalid": gettext_lazy("Please write the sum in whole dong, without decimals, such as 30.000.")
    }


class ProductBoxes(forms.ModelMultipleChoiceField):
    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, product: Product) -> str:
        return product.title


class PromotionForm(forms.Form):
    """What every promotion says; ``terms`` gives it to the domain."""

    title = TextField(
        label=gettext_lazy("Name"), max_length=80, help_text=gettext_lazy("Buyers read it, in Vietnamese.")
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("What it gives"), choices=Promotion.Kind.choices, widget=forms.RadioSelect
    )
    value = SumField(
        label=gettext_lazy("Percent, or sum (VND)"),
        most=HIGHEST,
        required=False,
        help_text=gettext_lazy("Of cheaper delivery: by how much. Empty makes delivery free."),
    )
    most = SumField(
        label=gettext_lazy("At most for one order (VND)"),
        least=1,
        most=HIGHEST,
        required=False,
        help_text=gettext_lazy("Of a percentage."),
    )
    minimum = SumField(
        label=gettext_lazy("For goods of at least (VND)"),
        most=HIGHEST,
        required=False,
        help_text=gettext_lazy("For how much one order must hold of the goods that it is for."),
    )
    code = TextField(
        label=gettext_lazy("Code"),
        max_length=40,
        required=False,
        help_text=gettext_lazy("4 to 20 letters and digits. Without one it counts for everybody by itself."),
    )
    first_day = DayField(label=gettext_lazy("First day"))
    last_day = DayField(label=gettext_lazy("Last day"))
    limit = NumberField(label=gettext_lazy("For how many orders"), least=1, most=MOST_USES, required=False)
    per_person = NumberField(label=gettext_lazy("Orders of one person"), least=1, most=1000, required=False)
    is_for_first_order = forms.BooleanField(label=gettext_lazy("Only for a first order"), required=False)

    use_required_attribute = False

    def __init__(self, *args, promotion: Promotion | None, terms: Terms | None, **kwargs):
        self.promotion = promotion
        today = clock.today()
        start = {"kind": Promotion.Kind.PERCENT, "first_day": today, "last_day": today}
        super().__init__(*args, initial=self.initial_of(terms) if terms is not None else start, **kwargs)
        if promotion is not None:
            self.fields["code"].disabled = True

    def initial_of(self, terms: Terms) -> dict:
        """The fields as they stand; what is 0 stays empty."""
        names = ("title", "kind", "most", "code", "first_day", "last_day", "limit", "per_person")
        given = {name: getattr(terms, name) for name in names}
        given |= {"value": terms.value or None, "minimum": terms.minimum or None}
        return {**given, "is_for_first_order": terms.is_for_first_order}

    @property
    def terms(self) -> Terms:
        """What was written; of a valid form."""
        cleaned = self.cleaned_data
        names = ("title", "kind", "most", "code", "first_day", "last_day", "limit", "per_person")
        return Terms(
            value=cleaned["value"] or 0,
            minimum=cleaned["minimum"] or 0,
            is_for_first_order=cleaned["is_for_first_order"],
            **{name: cleaned[name] for name in names},
            **self.reach(),
        )

    def reach(self) -> dict:
        """For which goods it is and who bears it."""
        raise NotImplementedError

    def refuse(self, refusal: WrongPromotion) -> None:
        """Show a rule's refusal beside the field that has to change."""
        self.add_error(refusal.name if refusal.name in self.fields else None, str(refusal))


class SellerPromotionForm(PromotionForm):
    """A stall's own promotion, for all of its goods or some."""

    def __init__(self, *args, stall: Partner, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["products"] = products_field(
            ProductBoxes,
            products_of(stall),
            label=_("Products"),
            required=False,
            help_text=_("None: all products of the stall."),
        )

    def initial_of(self, terms: Terms) -> dict:
        return {**super().initial_of(terms), "products": [product.pk for product in terms.products]}

    def reach(self) -> dict:
        return {"products": tuple(self.cleaned_data["products"].order_by("pk"))}


class OfficePromotionForm(PromotionForm):
    """A promotion of the marketplace: for all goods, an event's stalls, or products that are named."""

    event = forms.ModelChoiceField(
        label=gettext_lazy("Event"),
        queryset=Event.objects.none(),
        required=False,
        empty_label=gettext_lazy("None: goods of all stalls"),
        help_text=gettext_lazy("Counts for goods of the stalls whose booths are confirmed when you save."),
    )
    products = forms.CharField(
        label=gettext_lazy("Products"),
        required=False,
        widget=forms.Textarea({"rows": 4}),
        help_text=gettext_lazy("Numbers or addresses of their pages, one a line. Empty: all goods."),
    )
    is_borne_by_marketplace = forms.BooleanField(
        label=gettext_lazy("The marketplace bears the cost"),
        required=False,
        help_text=gettext_lazy("Sellers are owed what buyers save. Else each seller bears it."),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        chosen = self.promotion.event_id if self.promotion is not None else None
        self.fields["event"].queryset = Event.objects.held().coming() | Event.objects.filter(pk=chosen)

    def initial_of(self, terms: Terms) -> dict:
        return {
            **super().initial_of(terms),
            "event": terms.event_id,
            "products": "\n".join(str(product.pk) for product in terms.products),
            "is_borne_by_marketplace": terms.is_borne_by_marketplace,
        }

    def clean_products(self) -> list[Product]:
        lines = [line.strip() for line in self.cleaned_data["products"].splitlines() if line.strip()]
        numbers = [_NUMBER.fullmatch(line) for line in lines[: MOST_PRODUCTS + 1]]
        if len(lines) > MOST_PRODUCTS:
            raise ValidationError(_("At most %(most)s products."), params={"most": MOST_PRODUCTS})
        keys = [int(number[1]) if number else 0 for number in numbers]
        found = Product.objects.in_bulk(keys)
        unknown = [line for line, key in zip(lines, keys, strict=True) if key not in found]
        if unknown:
            raise ValidationError(_("Not known: %(lines)s"), params={"lines": ", ".join(unknown[:5])})
        return [found[key] for key in sorted(set(keys))]

    def clean(self):
        cleaned = super().clean()
        event = cleaned.get("event")
        if event is not None and not sellers_at(event):
            self.add_error("event", _("No booth of this event is confirmed yet."))
        return cleaned

    def reach(self) -> dict:
        event = self.cleaned_data["event"]
        return {
            "event_id": event.pk if event is not None else None,
            "sellers": sellers_at(event) if event is not None else (),
            "products": tuple(self.cleaned_data["products"]),
            "is_borne_by_marketplace": self.cleaned_data["is_borne_by_marketplace"],
        }


def products_of(stall: Partner) -> QuerySet[Product]:
    """What a stall sells, packs with their product."""
    return Product.objects.filter(producer=stall, parent=None).order_by("title", "pk")


def sellers_at(event: Event) -> tuple[Partner, ...]:
    """The sellers who take part in an event."""
    confirmed = BoothRegistration.State.CONFIRMED
    found = Partner.objects.filter(booth_registrations__event=event, booth_registrations__state=confirmed)
    return tuple(found.order_by("pk").distinct())
