"""Forms that shop and desks share: what buyer and seller write to each other, and parts of an order."""

from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.core.uploads import PicturesField
from marketplace.sales.domain.pictures import MOST_PICTURES
from marketplace.sales.models import SellerOrder
from marketplace.sales.models.messages import LONGEST_MESSAGE


class MessageForm(forms.Form):
    """A message; either words or pictures may be left out."""

    body = forms.CharField(
        label=_("Your message"),
        max_length=LONGEST_MESSAGE,
        required=False,
        widget=forms.Textarea({"rows": 4}),
    )
    pictures = PicturesField(
        label=_("Pictures"),
        required=False,
        most=MOST_PICTURES,
        help_text=_("JPEG, PNG, WebP or AVIF, at most 4 of 20 MB each."),
    )

    use_required_attribute = False

    def clean(self):
        cleaned = super().clean()
        if not self.errors and not cleaned["body"].strip() and not cleaned["pictures"]:
            message = _("Please write something or add a picture.")
            self.add_error("body", forms.ValidationError(message, code="required"))
        return cleaned


class LinesForm(forms.Form):
    """How many of each line of a seller order to cancel; ``seen`` is the total that was on the page."""

    seen = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def __init__(self, *args, seller_order: SellerOrder, **kwargs):
        kwargs.setdefault("initial", {"seen": seller_order.total})
        super().__init__(*args, **kwargs)
        self.lines = seller_order.lines_to_send
        for line in self.lines:
            self.fields[f"line_{line.pk}"] = forms.IntegerField(
                label=line.title,
                min_value=0,
                max_value=line.quantity,
                required=False,
                widget=forms.NumberInput({"inputmode": "numeric", "placeholder": "0"}),
            )

    @property
    def line_rows(self) -> list[tuple]:
        """Each line with its field."""
        return [(line, self[f"line_{line.pk}"]) for line in self.lines]

    @property
    def cancelled(self) -> dict[int, int]:
        """How many of which line."""
        return {line.pk: self.cleaned_data.get(f"line_{line.pk}") or 0 for line in self.lines}
