"""The forms with which a seller answers a return."""

from collections.abc import Iterable

from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.core.fields import NumberField, TextField
from marketplace.core.money import parse_vnd
from marketplace.payments.models import Refund
from marketplace.sales.models import ReturnRequest

NOTE_LENGTH = 500


class AcceptForm(forms.Form):
    note = TextField(
        label=_("Words for the buyer"),
        max_length=NOTE_LENGTH,
        required=False,
        help_text=_("Where to send the goods, or that they need not come back."),
    )


class RefuseForm(forms.Form):
    note = TextField(
        label=_("Reason, for the buyer"),
        max_length=NOTE_LENGTH,
        error_messages={"required": _("Please say why: the buyer will read it.")},
    )

    use_required_attribute = False


class ReceiveForm(forms.Form):
    """What of the goods that came back can be sold again, line by line."""

    def __init__(self, *args, request: ReturnRequest, **kwargs):
        super().__init__(*args, **kwargs)
        self.lines = list(request.lines.all())
        for line in self.lines:
            self.fields[f"sellable_{line.pk}"] = NumberField(
                label=line.line.title, most=line.quantity, required=False, initial=0
            )
        self.fields["note"] = TextField(
            label=_("Words for the buyer"), max_length=NOTE_LENGTH, required=False
        )

    @property
    def line_rows(self) -> list[tuple]:
        return [(line, self[f"sellable_{line.pk}"]) for line in self.lines]

    @property
    def restocked(self) -> dict[int, int]:
        return {line.pk: self.cleaned_data[f"sellable_{line.pk}"] or 0 for line in self.lines}


class RefundForm(forms.Form):
    """That the money has been given back, or goes back to the card now."""

    amount = NumberField(label=_("Amount (VND)"), least=1, most=10_000_000_000)
    way = forms.ChoiceField(label=_("How it is given back"))
    proof = TextField(
        label=_("Reference"),
        max_length=80,
        required=False,
        help_text=_("Such as the bank's number of the transfer."),
    )
    note = TextField(label=_("Words for the buyer"), max_length=NOTE_LENGTH, required=False)

    use_required_attribute = False

    def __init__(self, *args, ways: Iterable[Refund.Way], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["amount"].parse = parse_vnd
        self.fields["way"].choices = [(way.value, way.label) for way in ways]
