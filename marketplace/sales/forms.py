"""Forms that shop and desks share: what buyer and seller write to each other."""

from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.core.uploads import PicturesField
from marketplace.sales.domain.pictures import MOST_PICTURES
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
