"""The forms with which a seller says what incoming money is for."""

from collections.abc import Iterable

from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.core import clock
from marketplace.core.fields import DayField, NumberField, TextField
from marketplace.core.money import parse_vnd
from marketplace.payments.models import Refund
from marketplace.sales.models import SellerOrder
from producers.models import Partner

NOTE_LENGTH = 255
MOST_VND = 10_000_000_000


class PastDayField(DayField):
    """A day that has come, in Hà Nội; today where nothing else is said."""

    def __init__(self, **kwargs):
        super().__init__(initial=clock.today, **kwargs)

    def clean(self, value):
        day = super().clean(value)
        if day is not None and day > clock.today():
            raise forms.ValidationError(_("This day has not come yet."), code="future")
        return day


class OrderNumberField(TextField):
    """The number of a seller order of one stall; gives the seller order."""

    default_error_messages = {"unknown": _("No order of this stall has this number.")}

    def __init__(self, **kwargs):
        self.seller: Partner | None = None
        super().__init__(max_length=40, **kwargs)

    def clean(self, value):
        number = super().clean(value).upper()
        found = SellerOrder.objects.filter(seller=self.seller, number=number).first()
        if found is None:
            raise forms.ValidationError(self.error_messages["unknown"], code="unknown")
        return found


class MatchForm(forms.Form):
    number = OrderNumberField(
        label=_("Number of the order"), error_messages={"required": _("Please write the order's number.")}
    )

    use_required_attribute = False

    def __init__(self, *args, seller: Partner, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["number"].seller = seller


class NoteForm(forms.Form):
    note = TextField(label=_("Note"), max_length=NOTE_LENGTH, required=False)


class ProofForm(forms.Form):
    note = TextField(
        label=_("Reference"),
        max_length=NOTE_LENGTH,
        help_text=_("Such as the bank's number of the transfer."),
        error_messages={"required": _("Please write by what the money went back.")},
    )

    use_required_attribute = False


class HandForm(forms.Form):
    """Money for an order that the seller has seen in the account."""

    amount = NumberField(label=_("Amount (VND)"), least=1, most=MOST_VND)
    booked_on = PastDayField(label=_("Day"))
    bank_reference = TextField(
        label=_("Bank's number"),
        max_length=80,
        required=False,
        help_text=_("With it the same transfer is recognised in a statement later."),
    )
    seen_received = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    use_required_attribute = False

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["amount"].parse = parse_vnd


class OwedRefundForm(forms.Form):
    """That money which was owed back has gone back, or goes back to the card now."""

    payment = forms.IntegerField(widget=forms.HiddenInput)
    amount = NumberField(label=_("Amount (VND)"), least=1, most=MOST_VND)
    way = forms.ChoiceField(label=_("How it is given back"))
    proof = TextField(
        label=_("Reference"),
        max_length=80,
        required=False,
        help_text=_("Such as the bank's number of the transfer."),
    )

    use_required_attribute = False

    def __init__(self, *args, ways: Iterable[Refund.Way], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["amount"].parse = parse_vnd
        self.fields["way"].choices = [(way.value, way.label) for way in ways]
