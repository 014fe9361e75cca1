"""The forms of the delivery table: what holds for all parcels, and one zone."""

from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.core.fields import NumberField, TextField
from marketplace.core.money import parse_vnd
from marketplace.core.text import fold
from marketplace.payments import methods
from marketplace.regions.models import Region
from marketplace.sales.domain.charge import Zone
from marketplace.sales.domain.tables import DEAREST, HEAVIEST, MOST_STEPS, mark
from marketplace.sales.models import DeliveryTable

HEAVIEST_ITEM = 100_000
HIGHEST_SUM = 1_000_000_000


class SumField(NumberField):
    """A sum in whole VND, 0 too, or None."""

    parse = staticmethod(parse_vnd)
    default_error_messages = {
        "invalid": _("Please write the sum in whole dong, without decimals, such as 30.000.")
    }


class TermsForm(forms.Form):
    """The flat charge, the usual weight and picking up."""

    flat_charge = SumField(
        label=_("Flat charge for a parcel (VND)"),
        most=DEAREST,
        help_text=_("Holds for every parcel as long as there are no zones. 0 is free delivery."),
    )
    flat_free_from = SumField(
        label=_("Free from a sum of goods of (VND)"), least=1, most=HIGHEST_SUM, required=False
    )
    usual_grams = NumberField(
        label=_("Usual weight of one item (g)"),
        least=1,
        most=HEAVIEST_ITEM,
        help_text=_("Packing included. Counts for products that state no weight."),
    )
    offers_pickup = forms.BooleanField(
        label=_("Buyers can pick their goods up at your place"), required=False
    )
    pickup_place = TextField(
        label=_("Where and when to pick up"),
        max_length=255,
        required=False,
        help_text=_("Address and hours, as the buyer reads them."),
    )
    is_prepaid_only = forms.BooleanField(
        label=_("Parcels are paid before they are sent: no cash at the door"), required=False
    )
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    use_required_attribute = False

    def __init__(self, *args, table: DeliveryTable, **kwargs):
        self.seller = table.seller
        initial = {
            "flat_charge": table.seller.delivery_charge,
            "flat_free_from": table.seller.free_delivery_from,
            "usual_grams": table.usual_grams,
            "offers_pickup": table.offers_pickup,
            "pickup_place": table.pickup_place,
            "is_prepaid_only": table.seller.is_prepaid_only,
            "seen": mark(table),
        }
        super().__init__(*args, initial=initial, **kwargs)

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("offers_pickup") and not cleaned.get("pickup_place"):
            self.add_error("pickup_place", _("Please say where and when buyers can pick up."))
        if cleaned.get("is_prepaid_only") and not methods.VietQR().is_available(self.seller, ""):
            self.add_error("is_prepaid_only", _("First give a bank account to which buyers transfer."))
        return cleaned


class ZoneForm(forms.Form):
    """One zone: which provinces, and the charge by weight. Provinces of other zones are not offered."""

    name = TextField(
        label=_("Name of the zone"),
        max_length=60,
        help_text=_("Buyers read it, such as “Hà Nội and around”."),
    )
    elsewhere = forms.BooleanField(label=_("All provinces that no other zone names"), required=False)
    provinces = forms.MultipleChoiceField(
        label=_("Provinces and cities"), required=False, widget=forms.CheckboxSelectMultiple
    )
    each_grams = NumberField(label=_("Heavier: each further (g)"), most=HEAVIEST, required=False)
    each_charge = SumField(label=_("costs (VND)"), most=DEAREST, required=False)
    free_from = SumField(
        label=_("Free from a sum of goods of (VND)"), least=1, most=HIGHEST_SUM, required=False
    )
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    use_required_attribute = False

    def __init__(self, *args, table: DeliveryTable, place: int | None = None, **kwargs):
        zones = [Zone.of(row) for row in table.zones]
        before = zones[place] if place is not None else None
        super().__init__(*args, initial={"seen": mark(table), **_initial(before)}, **kwargs)
        taken = {key for zone in zones if zone is not before for key in zone.provinces}
        self.fields["provinces"].choices = _provinces(taken)
        for number in range(MOST_STEPS):
            self.fields[f"grams_{number}"] = NumberField(
                label=_("Up to (g)"), least=1, most=HEAVIEST, required=False
            )
            self.fields[f"charge_{number}"] = SumField(label=_("Charge (VND)"), most=DEAREST, required=False)

    @property
    def step_rows(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        return [(self[f"grams_{number}"], self[f"charge_{number}"]) for number in range(MOST_STEPS)]

    def clean(self):
        cleaned = super().clean()
        if not cleaned.get("elsewhere") and not cleaned.get("provinces") and "provinces" not in self.errors:
            self.add_error("provinces", _("Please choose provinces, or all that no other zone names."))
        for number in range(MOST_STEPS):
            self._need_both(f"grams_{number}", f"charge_{number}")
        self._need_both("each_grams", "each_charge")
        if not self.errors and not self._steps():
            self.add_error("grams_0", _("Please give at least one weight with its charge."))
        return cleaned

    def _need_both(self, first: str, second: str) -> None:
        for name, other in ((first, second), (second, first)):
            is_left_out = self.cleaned_data.get(name) is None and self.cleaned_data.get(other) is not None
            if is_left_out and name not in self.errors:
                message = self.fields[name].error_messages["required"]
                self.add_error(name, forms.ValidationError(message, code="required"))

    def _steps(self) -> tuple[tuple[int, int], ...]:
        pairs = (
            (self.cleaned_data.get(f"grams_{number}"), self.cleaned_data.get(f"charge_{number}"))
            for number in range(MOST_STEPS)
        )
        return tuple(pair for pair in pairs if None not in pair)

    def zone(self) -> Zone:
        """The zone of a valid form."""
        cleaned = self.cleaned_data
        return Zone(
            name=cleaned["name"],
            provinces=() if cleaned["elsewhere"] else tuple(cleaned["provinces"]),
            steps=self._steps(),
            each_grams=cleaned["each_grams"] or 0,
            each_charge=cleaned["each_charge"] or 0,
            free_from=cleaned["free_from"],
        )


def _initial(zone: Zone | None) -> dict:
    if zone is None:
        return {}
    initial = {
        "name": zone.name,
        "elsewhere": zone.is_elsewhere,
        "provinces": list(zone.provinces),
        "each_grams": zone.each_grams or None,
        "each_charge": zone.each_charge or None,
        "free_from": zone.free_from,
    }
    for number, (grams, charge) in enumerate(zone.steps):
        initial |= {f"grams_{number}": grams, f"charge_{number}": charge}
    return initial


def province_names() -> dict[str, str]:
    """The short names of today's provinces by their keys, in the order of the alphabet."""
    found = Region.objects.current().provinces().values_list("key", "short_name")
    return dict(sorted(found, key=lambda each: fold(each[1])))


def _provinces(taken: set[str]) -> list[tuple[str, str]]:
    """The provinces that no other zone has, as choices."""
    return [(key, name) for key, name in province_names().items() if key not in taken]
