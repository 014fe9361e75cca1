"""Addresses in the two levels of today: province, commune or ward, street.

The commune is a text box that also knows former names. What it may mean is asked back as a choice, and the
form comes back with everything that was typed.
"""

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse_lazy
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from oscar.apps.address.models import Country, UserAddress

from marketplace.core.models import User
from marketplace.regions.domain.addresses import Suggestion, find_commune
from marketplace.regions.models import Region
from marketplace.sales.domain.place import VIETNAM, Address
from storefront.forms.fields import PhoneField, TextField


class ProvinceField(forms.ModelChoiceField):
    """One of the provinces of today."""

    def __init__(self, **kwargs):
        super().__init__(
            Region.objects.current().provinces().order_by("folded"),
            label=_("Province or city"),
            empty_label=_("Choose"),
            **kwargs,
        )

    def label_from_instance(self, province: Region) -> str:
        return province.name_en if get_language() == "en" else province.name


class PlaceFields(forms.Form):
    """Province, commune and street, and the `place` that they mean once the form is valid."""

    province = ProvinceField(
        error_messages={"required": _("Please choose the province or city.")},
        widget=forms.Select(
            attrs={
                "autocomplete": "address-level1",
                "hx-get": reverse_lazy("checkout:communes"),
                "hx-trigger": "change",
                "hx-include": "#id_commune",
                "hx-target": "#communes",
                "hx-sync": "closest form:queue last",
            }
        ),
    )
    commune = TextField(
        label=_("Commune or ward"),
        max_length=120,
        help_text=_("Former names work too: “Vạn Phúc” leads to “Phường Hà Đông”."),
        error_messages={"required": _("Please write the commune or ward.")},
        widget=forms.TextInput(
            attrs={
                "autocomplete": "address-level2",
                "hx-get": reverse_lazy("checkout:communes"),
                "hx-trigger": "input changed delay:300ms",
                "hx-include": "#id_province",
                "hx-target": "#communes",
                "hx-sync": "closest form:queue last",
            }
        ),
    )
    commune_choice = forms.IntegerField(required=False, widget=forms.HiddenInput)
    street = TextField(
        label=_("House number, lane, street or hamlet"),
        max_length=200,
        error_messages={"required": _("Please write where in the commune or ward you live.")},
        widget=forms.TextInput(attrs={"autocomplete": "street-address"}),
    )

    #: What the commune may mean; shown as a choice.
    suggestions: list[Suggestion] = []
    found_commune: Region | None = None

    def clean(self):
        cleaned = super().clean() or self.cleaned_data
        province, text = cleaned.get("province"), cleaned.get("commune")
        if province is not None and text:
            self._find_commune(province, text, cleaned.get("commune_choice"))
        return cleaned

    def _find_commune(self, province: Region, text: str, chosen: int | None) -> None:
        found = find_commune(province, text)
        if isinstance(found, Region):
            self.found_commune = found
            return
        self.suggestions = found
        self.found_commune = next((each.region for each in found if each.region.pk == chosen), None)
        if self.found_commune is None:
            self.add_error("commune", self._not_found(province))

    def _not_found(self, province: Region) -> ValidationError:
        if self.suggestions:
            return ValidationError(_("Please choose below which place you mean."), code="ambiguous")
        return ValidationError(
            _("No commune or ward of this name was found in %(province)s. Check spelling and province."),
            code="unknown",
            params={"province": self.fields["province"].label_from_instance(province)},
        )

    @property
    def chosen_commune(self) -> int | None:
        """The suggestion that was chosen, as it was sent."""
        sent = str(self["commune_choice"].value() or "")
        return int(sent) if sent.isdecimal() else None

    @property
    def place(self) -> Address:
        """The address as an order takes it; only of a valid form."""
        return Address(
            street=self.cleaned_data["street"],
            commune=self.found_commune,
            province=self.cleaned_data["province"],
        )


class AddressForm(PlaceFields):
    """An address of the address book."""

    name = TextField(
        label=_("Recipient's name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    phone = PhoneField(label=_("Phone"))
    is_default = forms.BooleanField(label=_("Use this address first"), required=False)

    field_order = ["name", "phone", "province", "commune", "commune_choice", "street", "is_default"]
    use_required_attribute = False

    def __init__(self, *args, user: User, address: UserAddress | None = None, **kwargs):
        self.user, self.address = user, address
        if address is not None:
            kwargs.setdefault("initial", _initial(address))
        super().__init__(*args, **kwargs)
        if address is not None and address.is_default_for_shipping:
            # Another address takes its place by being made the first one.
            del self.fields["is_default"]

    def clean(self):
        cleaned = super().clean()
        if not self.errors and self._is_known():
            self.add_error(None, _("This address is in your address book already."))
        return cleaned

    def _is_known(self) -> bool:
        others = self.user.addresses.exclude(pk=self.address.pk) if self.address else self.user.addresses
        return others.filter(hash=self._filled(UserAddress()).generate_hash()).exists()

    def _filled(self, address: UserAddress) -> UserAddress:
        address.user = self.user
        address.first_name = self.cleaned_data["name"]
        address.phone_number = self.cleaned_data["phone"]
        address.line1 = self.place.street
        address.line4 = self.place.commune.name
        address.state = self.place.province.name
        address.country = Country.objects.get_or_create(iso_3166_1_a2="VN", defaults=VIETNAM)[0]
        return address

    def save(self) -> UserAddress:
        """Write the address; the first one of a person is the one that is used first."""
        address = self._filled(self.address or UserAddress())
        is_first = not self.user.addresses.exclude(pk=address.pk).exists()
        wanted = self.cleaned_data.get("is_default", address.is_default_for_shipping)
        address.is_default_for_shipping = wanted or is_first
        address.save()
        return address


def _initial(address: UserAddress) -> dict:
    province = Region.objects.current().provinces().filter(name=address.state).first()
    return {
        "name": address.first_name,
        "phone": str(address.phone_number),
        "province": province,
        "commune": address.line4,
        "street": address.line1,
    }


def place_of(address: UserAddress) -> Address | None:
    """Where an address of the address book is today; None if its commune is no longer one."""
    commune = (
        Region.objects.current()
        .communes()
        .filter(name=address.line4, parent__name=address.state)
        .select_related("parent")
        .first()
    )
    return Address(address.line1, commune, commune.parent) if commune is not None else None
