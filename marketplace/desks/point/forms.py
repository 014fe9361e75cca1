"""What the forms of a point's desk share, and the one by which goods leave it otherwise than by a sale."""

import uuid
from collections.abc import Callable, Iterable
from functools import cached_property

from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.core.fields import NumberField, TextField
from marketplace.core.keys import key_of
from marketplace.core.models import User
from producers.domain import shelf
from producers.domain.acts import By
from producers.models import Batch, PointAct, PointOfSale

NOTE_LENGTH = 300
PAPER_LENGTH = 60


class ClientIdField(forms.UUIDField):
    """The number under which a form's act is done once, however often the form is sent.

    A form that is shown again, its number having made an act, goes on with a new one: else what is typed now
    would be taken for that act. ``acts_of`` gives the numbers of the acts that a form's number makes.
    """

    widget = forms.HiddenInput

    def __init__(
        self, *, acts_of: Callable[[forms.Form, uuid.UUID], Iterable[uuid.UUID]] | None = None, **kwargs
    ):
        super().__init__(initial=uuid.uuid4, **kwargs)
        self.acts_of = acts_of or (lambda _form, number: [number])

    def get_bound_field(self, form: forms.Form, field_name: str) -> forms.BoundField:
        return _BoundNumber(form, self, field_name)


class _BoundNumber(forms.BoundField):
    def value(self) -> uuid.UUID:
        number = self._given
        return uuid.uuid4() if number is None or self.is_used else number

    @property
    def is_used(self) -> bool:
        """Whether the form came with a number that has made an act."""
        is_new = not self.form.is_bound and self.name not in self.form.initial
        if is_new or self._given is None:
            return False
        numbers = self.field.acts_of(self.form, self._given)
        return PointAct.objects.filter(client_id__in=numbers).exists()

    @cached_property
    def _given(self) -> uuid.UUID | None:
        try:
            return self.field.to_python(super().value())
        except forms.ValidationError:
            return None


def numbers_of(texts: Iterable[str]) -> list[int]:
    """The keys of rows among texts that came with a form; what is none is left out."""
    return [key for key in map(key_of, texts) if key is not None]


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
