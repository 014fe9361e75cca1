"""Addresses of buyers: the one of an order, and the address book."""

from django import forms
from django.utils.translation import gettext_lazy as _
from oscar.apps.address.models import Country, UserAddress

from marketplace.core.fields import PhoneField, TextField
from marketplace.core.models import User
from marketplace.regions import forms as regions
from marketplace.regions.models import Region
from marketplace.sales.domain.place import VIETNAM, Address


class PlaceFields(regions.PlaceFields):
    """Province, commune and street, and the `place` that they mean once the form is valid."""

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
