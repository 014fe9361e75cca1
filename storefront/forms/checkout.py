"""Who buys, where the parcels go and how each seller is paid: one form, and the consent after the review."""

from dataclasses import dataclass

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from oscar.apps.address.models import UserAddress

from marketplace.core.fields import PhoneField, TextField
from marketplace.payments import methods
from marketplace.payments.methods import PaymentMethod
from marketplace.regions.models import Region
from marketplace.sales.domain.charge import Charge
from marketplace.sales.domain.place import Address
from marketplace.sales.domain.quote import Lot, Quote
from marketplace.sales.models import DeliveryWay
from storefront.forms.addresses import PlaceFields, place_of
from storefront.forms.invoices import invoice_fields, shown_tax_code

NEW_ADDRESS = "new"
INVOICE_FIELDS = ("invoice_name", "invoice_tax_code", "invoice_address")


@dataclass(frozen=True)
class Way:
    """What is asked about one seller's parcel, for the template.

    ``deliveries`` are the ways in which it can come, each with its charge; ``zones`` what delivery to the
    door costs in each zone, for whoever has not said where.
    """

    lot: Lot
    deliveries: list[tuple[DeliveryWay, Charge]]
    zones: list[Charge]
    methods: list[PaymentMethod]
    delivery: forms.BoundField
    payment: forms.BoundField
    note: forms.BoundField


class CheckoutForm(PlaceFields):
    """Everything an order needs but the consent; made for one basket's sellers.

    A person with an address book may take an address from it; then province, commune and street may stay
    empty. Where nothing is sent no address is asked for.
    """

    name = TextField(
        label=_("Your name"),
        max_length=120,
        error_messages={"required": _("Please write the name of the person who receives the parcels.")},
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    phone = PhoneField(
        label=_("Phone"), error_messages={"required": _("Please give a phone number for the delivery.")}
    )
    email = forms.EmailField(
        label=_("E-mail"),
        required=False,
        max_length=254,
        help_text=_("To get the order and its news by mail."),
        error_messages={"invalid": _("This is not an e-mail address. One looks like name@example.org.")},
        widget=forms.EmailInput(attrs={"autocomplete": "email", "inputmode": "email"}),
    )

    invoice_name, invoice_tax_code, invoice_address = invoice_fields()

    field_order = ["name", "phone", "email", "saved", "province", "commune", "commune_choice", "street"]
    use_required_attribute = False

    def __init__(self, *args, quote: Quote, addresses: list[UserAddress], **kwargs):
        self.quote = quote
        known = [] if quote.sends_nothing else addresses
        self.saved_addresses = {str(address.pk): address for address in known}
        super().__init__(*args, **kwargs)
        if quote.sends_nothing:
            for name in ("province", "commune", "commune_choice", "street"):
                del self.fields[name]
        if known:
            self.fields["saved"] = forms.ChoiceField(
                label=_("Your addresses"),
                choices=[(value, value) for value in (*self.saved_addresses, NEW_ADDRESS)],
                error_messages={"required": _("Please choose an address or write another one.")},
            )
            self.fields["saved"].initial = str(known[0].pk)
            self.order_fields(self.field_order)
        for name in INVOICE_FIELDS:
            self.fields[name].required = False
        methods.prepare(lot.seller for lot in quote.lots)
        for lot in quote.lots:
            self._add_seller(lot)
        if self._takes_saved_address():
            for name in ("province", "commune", "street"):
                self.fields[name].required = False

    def _add_seller(self, lot: Lot) -> None:
        seller, ways = lot.seller, lot.ways
        offered = methods.available(seller, get_language())
        self.fields[_delivery(seller.pk)] = forms.ChoiceField(
            label=_("How it comes"),
            choices=[(way.value, way.label) for way in ways],
            initial=ways[0].value,
            required=False,
        )
        self.fields[_payment(seller.pk)] = forms.ChoiceField(
            label=_("Way to pay"),
            choices=[(method.code, method.label) for method in offered],
            initial=offered[0].code if offered else None,
            error_messages={"required": _("Please choose how you pay this seller.")},
        )
        self.fields[_note(seller.pk)] = TextField(
            label=_("Note for the seller"), required=False, max_length=500
        )

    def _takes_saved_address(self) -> bool:
        return self.is_bound and self.data.get("saved") in self.saved_addresses

    @property
    def chosen_address(self) -> str | None:
        """The chosen address of the address book or `new`, as it was sent or is proposed."""
        return self["saved"].value() if "saved" in self.fields else None

    @property
    def ways(self) -> list[Way]:
        return [self._way(lot) for lot in self.delivered.lots]

    def _way(self, lot: Lot) -> Way:
        pk = lot.seller.pk
        return Way(
            lot,
            [(way, lot.charge_for(way)) for way in lot.ways],
            lot.charges_by_zone if lot.province is None else [],
            methods.available(lot.seller, get_language()),
            self[_delivery(pk)],
            self[_payment(pk)],
            self[_note(pk)],
        )

    @property
    def delivered(self) -> Quote:
        """The quote for the province and the ways that are answered or proposed so far."""
        ways = {lot.seller.pk: self[_delivery(lot.seller.pk)].value() for lot in self.quote.lots}
        return self.quote.delivered(self._province, {pk: way for pk, way in ways.items() if way})

    @property
    def _province(self) -> Region | None:
        if self._takes_saved_address():
            return self._saved_place.province if self._saved_place is not None else None
        if self.is_bound:
            return getattr(self, "cleaned_data", {}).get("province")
        return self.initial.get("province")

    def clean(self):
        if not self._takes_saved_address():
            super().clean()
        elif self._saved_place is None:
            self.add_error(
                "saved", _("The commune of this address has changed. Please write it anew or correct it.")
            )
        if self._province is not None:
            self._check_delivery()
        self._check_invoice()
        return self.cleaned_data

    def clean_invoice_tax_code(self) -> str:
        return shown_tax_code(self.cleaned_data["invoice_tax_code"])

    def _check_invoice(self) -> None:
        """Who names anything of a recipient names all of it."""
        if not self.wants_invoice:
            return
        for name in ("invoice_name", "invoice_address"):
            field = self.fields[name]
            if name not in self.errors and not self.cleaned_data[name]:
                self.add_error(name, forms.ValidationError(field.error_messages["required"], code="required"))

    @property
    def wants_invoice(self) -> bool:
        """Whether anything is said about to whom invoices are made out."""
        return any(self[name].value() for name in INVOICE_FIELDS)

    def _check_delivery(self) -> None:
        """Each seller delivers to the province, or the buyer picks up."""
        for lot in self.delivered.lots:
            name = _delivery(lot.seller.pk)
            if not lot.can_be_delivered and name not in self.errors:
                self.add_error(name, _not_served(lot))

    @cached_property
    def _saved_place(self) -> Address | None:
        return place_of(self.saved_addresses[self.data["saved"]])

    @property
    def place(self) -> Address | None:
        """Where the parcels go; None where nothing is sent."""
        if self.quote.sends_nothing:
            return None
        return self._saved_place if self._takes_saved_address() else super().place

    def answers(self) -> dict:
        """What was answered, in simple values that a session holds; only of a valid form."""
        place, cleaned = self.place, self.cleaned_data
        return {
            "name": cleaned["name"],
            "phone": cleaned["phone"],
            "email": cleaned["email"],
            "saved": cleaned.get("saved", ""),
            "street": place.street if place is not None else "",
            "commune": place.commune.pk if place is not None else None,
            "invoice": {name.removeprefix("invoice_"): cleaned[name] for name in INVOICE_FIELDS}
            if cleaned["invoice_name"]
            else None,
            "sellers": {
                str(lot.seller.pk): {
                    "delivery": cleaned[_delivery(lot.seller.pk)] or DeliveryWay.DOOR.value,
                    "payment": cleaned[_payment(lot.seller.pk)],
                    "note": cleaned[_note(lot.seller.pk)],
                }
                for lot in self.quote.lots
            },
        }


def initial_of(answers: dict, place: Address | None) -> dict:
    """The form's initial values from answers that were given before."""
    initial = {name: answers[name] for name in ("name", "phone", "email", "street")}
    initial |= {f"invoice_{name}": value for name, value in (answers.get("invoice") or {}).items()}
    if answers["saved"]:
        initial["saved"] = answers["saved"]
    if place is not None:
        initial |= {"province": place.province, "commune": place.commune.name}
    for pk, choice in answers["sellers"].items():
        initial |= {
            _delivery(pk): choice.get("delivery", DeliveryWay.DOOR.value),
            _payment(pk): choice["payment"],
            _note(pk): choice["note"],
        }
    return initial


class ConsentForm(forms.Form):
    """The last step: the buyer has seen everything and agrees. Never ticked beforehand.

    `edition` is that of the terms which the page showed; news is a wish of its own, not part of the order.
    `minimum_age` (years) is that of the goods: a basket with alcohol asks whether the buyer has it.
    """

    terms = forms.BooleanField(
        error_messages={"required": _("Please confirm that you have read the order and the terms.")}
    )
    adult = forms.BooleanField(
        error_messages={"required": _("Please confirm your age: alcohol is not sold to younger people.")}
    )
    news = forms.BooleanField(required=False)
    edition = forms.CharField(max_length=20, required=False)
    token = forms.CharField(max_length=40)
    digest = forms.CharField(max_length=1_000_000)

    def __init__(self, *args, minimum_age: int | None = None, **kwargs):
        super().__init__(*args, **kwargs)
        self.minimum_age = minimum_age
        if minimum_age is None:
            del self.fields["adult"]


def _not_served(lot: Lot) -> str:
    words = {"seller": lot.seller.name, "province": lot.province}
    if lot.prices.offers_pickup:
        text = _("%(seller)s does not deliver to %(province)s. Pick the goods up, or give another address.")
    else:
        text = _("%(seller)s does not deliver to %(province)s. Give another address, or leave its goods out.")
    return text % words


def _delivery(seller_pk: int | str) -> str:
    return f"delivery-{seller_pk}"


def _payment(seller_pk: int | str) -> str:
    return f"payment-{seller_pk}"


def _note(seller_pk: int | str) -> str:
    return f"note-{seller_pk}"
