from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from marketplace.core.fields import NumberField, TextField
from marketplace.core.uploads import PicturesField
from marketplace.sales.domain import returns
from marketplace.sales.domain.pictures import MOST_PICTURES
from marketplace.sales.models import ReturnRequest, SellerOrder, SellerOrderLine


class CancelForm(forms.Form):
    """A buyer takes back a seller's part of an order."""

    reason = TextField(label=_("Reason"), required=False, max_length=300, help_text=_("The seller reads it."))


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
