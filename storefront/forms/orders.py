from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.core.fields import TextField


class CancelForm(forms.Form):
    """A buyer takes back a seller's part of an order."""

    reason = TextField(label=_("Reason"), required=False, max_length=300, help_text=_("The seller reads it."))
