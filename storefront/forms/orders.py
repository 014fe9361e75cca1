from collections.abc import Collection

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from marketplace.core.fields import NumberField, TextField
from marketplace.core.uploads import PicturesField
from marketplace.sales.domain import returns
from marketplace.sales.domain.pictures import MOST_PICTURES
from marketplace.sales.forms import LinesForm
from marketplace.sales.models import InvoiceRequest, ReturnRequest, SellerOrder, SellerOrderLine
from storefront.forms.invoices import invoice_fields, shown_tax_code


class CancelForm(forms.Form):
    """A buyer takes back a seller's part of an order, perhaps with others of its parts."""

    reason = TextField(label=_("Reason"), required=False, max_length=300, help_text=_("The seller reads it."))
    also = forms.MultipleChoiceField(
        label=_("Cancel with it"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args, others: Collection[SellerOrder], **kwargs):
        super().__init__(*args, **kwargs)
        self.others = {each.number: each for each in others}
        self.fields["also"].choices = [(number, each.seller_name) for number, each in self.others.items()]

    @property
    def parts(self) -> list[SellerOrder]:
        """The other parts that were chosen; only of a valid form."""
        return [self.others[number] for number in self.cleaned_data["also"]]


class InvoiceRequestForm(forms.Form):
    """To whom a buyer wants the e-invoices made out; filled with what was asked before."""

    name, tax_code, address = invoice_fields()

    use_required_attribute = False

    def __init__(self, *args, asked: InvoiceRequest | None = None, **kwargs):
        known = {name: getattr(asked, name) for name in self.base_fields} if asked is not None else {}
        super().__init__(*args, initial=known, **kwargs)

    def clean_tax_code(self) -> str:
        return shown_tax_code(self.cleaned_data["tax_code"])


class PartForm(LinesForm):
    """A buyer takes back some of a seller's part."""

    reason = TextField(label=_("Reason"), required=False, max_length=300, help_text=_("The seller reads it."))

    prefix = "part"


class ReturnForm(forms.Form):
    """What a buyer gives back of one seller's part, and why."""

    words = forms.CharField(
        label=_("What is the matter?"),
        max_length=2000,
        required=False,
        widget=forms.Textarea({"rows": 4}),
        help_text=_("The seller reads it."),
    )
    pictures = PicturesField(
        label=_("Pictures"),
        required=False,
        most=MOST_PICTURES,
        help_text=_("Of what is faulty or wrong. At most 4 of 20 MB each."),
    )

    field_order = ["reason", "words", "pictures"]
    use_required_attribute = False

    def __init__(self, *args, seller_order: SellerOrder, **kwargs):
        super().__init__(*args, **kwargs)
        self.lines = returns.returnable(seller_order)
        only = len(self.lines) == 1
        for line, left in self.lines:
            self.fields[_quantity(line)] = NumberField(
                label=line.title, most=left, required=False, initial=left if only else 0
            )
        self.fields["reason"] = forms.ChoiceField(
            label=_("Reason"),
            choices=_reasons(seller_order),
            widget=forms.RadioSelect,
            error_messages={"required": _("Please choose a reason.")},
        )
        self.order_fields(self.field_order)

    @property
    def line_rows(self) -> list[tuple]:
        return [(line, left, self[_quantity(line)]) for line, left in self.lines]

    def clean(self):
        cleaned = super().clean()
        if self.lines and not self.errors and not any(self.quantities.values()):
            self.add_error(_quantity(self.lines[0][0]), _("Please choose what you want to give back."))
        return cleaned

    @property
    def quantities(self) -> dict[int, int]:
        """How much of each line comes back, by its key; only of a valid form."""
        return {line.pk: self.cleaned_data.get(_quantity(line)) or 0 for line, _left in self.lines}


def _quantity(line: SellerOrderLine) -> str:
    return f"quantity_{line.pk}"


def _reasons(seller_order: SellerOrder) -> list[tuple[str, str]]:
    """The reasons that hold today, each with its last day."""
    return [
        (
            reason,
            gettext("%(reason)s (until %(day)s)")
            % {"reason": ReturnRequest.Reason(reason).label, "day": date_format(day, "DATE_FORMAT")},
        )
        for reason, day in returns.open_reasons(seller_order).items()
    ]
