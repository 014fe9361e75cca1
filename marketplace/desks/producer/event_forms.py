from django import forms
from django.utils.translation import gettext_lazy as _
from phonenumber_field.formfields import PhoneNumberField

from catalog.models import Product
from marketplace.core import clock
from marketplace.core.text import nfc
from marketplace.desks.product_fields import products_field
from marketplace.events.domain.booths import accepted_products
from marketplace.events.models import BoothRegistration, Event, Livestream
from producers.models import Partner


class ProductsField(forms.ModelMultipleChoiceField):
    """Products of a stall as boxes to tick, each with its stars of today."""

    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, product: Product) -> str:
        stars = product.stars
        return f"{product.title} ({_('OCOP %(stars)s stars') % {'stars': stars}})" if stars else product.title


class BoothForm(forms.Form):
    """A producer's registration for a booth: products, and who will be there."""

    contact_name = forms.CharField(label=_("Who will be at the booth"), max_length=120)
    contact_phone = PhoneNumberField(
        label=_("Phone"),
        region="VN",
        widget=forms.TextInput(attrs={"type": "tel", "inputmode": "tel", "autocomplete": "tel"}),
    )
    wishes = forms.CharField(
        label=_("Wishes"),
        max_length=500,
        required=False,
        help_text=_("Such as a power socket or a cooled case."),
    )

    def __init__(self, *args, event: Event, stall: Partner, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["products"] = _shown_products(event, stall)
        self.order_fields(["products"])

    def clean_contact_name(self) -> str:
        return nfc(self.cleaned_data["contact_name"])

    def clean_wishes(self) -> str:
        return nfc(self.cleaned_data["wishes"])


class BoothProductsForm(forms.Form):
    """Other products for a registration that stands."""

    def __init__(self, *args, registration: BoothRegistration, **kwargs):
        kwargs.setdefault("initial", {"products": registration.products.all()})
        super().__init__(*args, **kwargs)
        self.fields["products"] = _shown_products(registration.event, registration.seller)


def _shown_products(event: Event, stall: Partner) -> forms.Field:
    accepted = accepted_products(event, stall).select_related("certification")
    return products_field(ProductsField, accepted, label=_("Products that you will show"))


class LivestreamForm(forms.ModelForm):
    """A livestream as its host announces it."""

    url = forms.URLField(
        label=_("Link"),
        max_length=500,
        assume_scheme="https",
        help_text=_("Where it is shown; begins with https."),
        widget=forms.URLInput(attrs={"inputmode": "url"}),
    )

    class Meta:
        model = Livestream
        fields = ["title", "title_en", "url", "presenter", "starts_at", "ends_at"]
        widgets = {
            name: forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
            for name in ("starts_at", "ends_at")
        }

    field_order = ["title", "title_en", "starts_at", "ends_at", "url", "presenter", "products"]

    def __init__(self, *args, stall: Partner, **kwargs):
        super().__init__(*args, **kwargs)
        listed = Product.objects.listed().filter(producer=stall).select_related("certification")
        self.fields["products"] = products_field(
            ProductsField, listed.order_by("title", "pk"), label=_("Products shown"), required=False
        )
        if self.instance.pk is not None:
            self.initial["products"] = self.instance.products.all()

    def clean_title(self) -> str:
        return nfc(self.cleaned_data["title"])

    def clean_presenter(self) -> str:
        return nfc(self.cleaned_data["presenter"])

    def clean_starts_at(self):
        starts_at = self.cleaned_data["starts_at"]
        if "starts_at" in self.changed_data and starts_at < clock.now():
            raise forms.ValidationError(_("This time has passed. Enter when it will begin."), code="past")
        return starts_at
