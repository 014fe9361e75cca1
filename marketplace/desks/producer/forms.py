from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.core.text import nfc
from marketplace.sales.domain.fulfil import ACTS
from marketplace.sales.models import SellerOrder

State = SellerOrder.State


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
