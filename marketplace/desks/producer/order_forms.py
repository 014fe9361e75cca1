from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.core.fields import TextField
from marketplace.core.text import nfc
from marketplace.sales.carriers import carriers
from marketplace.sales.domain.fulfil import ACTS
from marketplace.sales.forms import LinesForm
from marketplace.sales.models import SellerOrder

State = SellerOrder.State

#: So many orders are moved or printed at once.
MOST_AT_ONCE = 50


class MoveForm(forms.Form):
    """One step of a seller order; who cancels says why, because the buyer reads it."""

    state = forms.ChoiceField(choices=[(state, state.label) for state in ACTS], widget=forms.HiddenInput)
    note = forms.CharField(
        label=_("Reason, for the buyer"), max_length=500, required=False, strip=True, empty_value=""
    )

    def clean_note(self) -> str:
        note = nfc(self.cleaned_data["note"])
        if self.cleaned_data.get("state") == State.CANCELLED and not note:
            raise forms.ValidationError(_("Please say why: the buyer will read it."), code="required")
        return note


class MoveManyForm(forms.Form):
    """One step of several seller orders; cancelling is not among them, because each needs its reason."""

    state = forms.ChoiceField(choices=[(state, state.label) for state in ACTS if state != State.CANCELLED])


class ReduceForm(LinesForm):
    """How many of each line cannot be sent, and why."""

    reason = TextField(
        label=_("Reason, for the buyer"),
        max_length=500,
        error_messages={"required": _("Please say why: the buyer will read it.")},
    )


class TrackingField(forms.RegexField):
    """A number as it is typed, in groups and small letters, in the one form that carriers know."""

    def to_python(self, value):
        return "".join((super().to_python(value) or "").split()).upper()


class ParcelForm(forms.Form):
    """Who takes the parcel, and under which number."""

    carrier = forms.ChoiceField(label=_("Carrier"))
    tracking_number = TrackingField(
        r"^[A-Z0-9][A-Z0-9.\-/]*$",
        label=_("Tracking number"),
        max_length=40,
        required=False,
        error_messages={"invalid": _("Letters and digits only, as on the carrier's paper.")},
        widget=forms.TextInput(
            {"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["carrier"].choices = [("", _("Please choose")), *_choices()]


class HandoverForm(forms.Form):
    """To whom parcels are handed."""

    carrier = forms.ChoiceField(label=_("Carrier"))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["carrier"].choices = _choices()


def _choices() -> list[tuple[str, str]]:
    return [(code, str(each)) for code, each in carriers().items()]
