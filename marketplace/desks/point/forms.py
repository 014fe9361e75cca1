"""What the forms of a point's desk share, and the one by which goods leave it otherwise than by a sale."""

import uuid
from collections.abc import Iterable

from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.core.fields import NumberField, TextField
from marketplace.core.models import User
from producers.domain import shelf
from producers.domain.acts import By
from producers.models import Batch, PointAct, PointOfSale

NOTE_LENGTH = 300
PAPER_LENGTH = 60
KEY_DIGITS = 18


class ClientIdField(forms.UUIDField):
    """The number under which a form's act is done once, however often the form is sent."""

    widget = forms.HiddenInput

    def __init__(self, **kwargs):
        super().__init__(initial=uuid.uuid4, **kwargs)


def numbers_of(texts: Iterable[str]) -> list[int]:
    """The keys of rows among texts that came with a form; what is none is left out."""
    return [int(text) for text in texts if text.isascii() and text.isdecimal() and len(text) <= KEY_DIGITS]


class LeaveForm(forms.Form):
    """How many of a batch leave the shelf, how, and why."""

    SPOIL, SEND_BACK, TRANSFER = "spoil", "send-back", "transfer"

    act = forms.ChoiceField(label=_("What happens to them"), widget=forms.RadioSelect)
    quantity = NumberField(label=_("Pieces"), least=1, most=shelf.MOST_AT_ONCE)
    target = forms.ModelChoiceField(
        label=_("To which point"), queryset=PointOfSale.objects.none(), required=False
    )
    paper = TextField(label=_("Number of the paper"), max_length=PAPER_LENGTH, required=False)
    note = TextField(
        label=_("Note"),
        max_length=NOTE_LENGTH,
        required=False,
        help_text=_("Of spoilt goods: why, such as “wet carton”."),
    )
    client_id = ClientIdField()

    def __init__(self, *args, batch: Batch, targets: list[PointOfSale], **kwargs):
        super().__init__(*args, **kwargs)
        self.batch = batch
        choices = [
            (self.SPOIL, _("Spoilt or expired: thrown away")),
            (self.SEND_BACK, _("Sent back to the producer")),
        ]
        if targets:
            choices.append((self.TRANSFER, _("Moved to another point")))
            self.fields["target"].queryset = PointOfSale.objects.filter(
                pk__in=[each.pk for each in targets]
            ).select_related("seller")
        else:
            del self.fields["target"]
        self.fields["act"].choices = choices

    def clean(self):
        values = super().clean()
        act = values.get("act")
        if act == self.SPOIL and not values.get("note"):
            self.add_error("note", _("Please say why they are thrown away."))
        if act == self.TRANSFER and "target" not in self.errors and not values.get("target"):
            self.add_error("target", _("Please choose a point."))
        quantity = values.get("quantity")
        if quantity is not None and quantity > self.batch.quantity_left:
            self.add_error(
                "quantity", _("Only %(left)s are left of this batch.") % {"left": self.batch.quantity_left}
            )
        return values

    def carry_out(self, point: PointOfSale, actor: User) -> PointAct:
        """Do it; raises ``Refused``."""
        values = self.cleaned_data
        by = By(actor, client_id=values["client_id"])
        goods = {self.batch.pk: values["quantity"]}
        if values["act"] == self.SEND_BACK:
            return shelf.send_back(
                point, goods, by=by, producer=self.batch.producer, paper=values["paper"], note=values["note"]
            )
        if values["act"] == self.TRANSFER:
            return shelf.transfer(point, values["target"], goods, by=by, note=values["note"])
        return shelf.spoil(point, goods, by=by, note=values["note"])
