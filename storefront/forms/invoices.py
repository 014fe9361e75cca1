"""To whom e-invoices are made out: the same fields in the checkout and on the page of an order."""

from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.core.fields import TextField
from producers.codes import clean_code, shown_code


def invoice_fields() -> tuple[forms.CharField, forms.CharField, forms.CharField]:
    """Name, tax code and address; all but the tax code required."""
    return (
        TextField(
            label=_("Name on the invoice"),
            max_length=200,
            help_text=_("Of a person, a company or an agency."),
            widget=forms.TextInput({"autocomplete": "organization"}),
        ),
        TextField(
            label=_("Tax code"),
            max_length=20,
            required=False,
            help_text=_("10 or 13 digits, or 12 of a person."),
            widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "off"}),
        ),
        TextField(
            label=_("Address on the invoice"),
            max_length=255,
            widget=forms.TextInput({"autocomplete": "off"}),
        ),
    )


def shown_tax_code(code: str) -> str:
    """The code as it is shown, or nothing; raises ValidationError for one that cannot be."""
    return shown_code(clean_code(code)) if code else ""
