"""The form for questions and complaints."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from cms.models import Enquiry
from marketplace.core.fields import PhoneField, TextField
from marketplace.core.text import nfc
from marketplace.core.uploads import PaperField

MOST_LETTERS = 5_000


class LongTextField(forms.CharField):
    """Several lines of text in NFC; what the lines are stays."""

    widget = forms.Textarea(attrs={"rows": 8})

    def to_python(self, value):
        lines = (super().to_python(value) or "").replace("\x00", "").splitlines()
        return "\n".join(nfc(line) for line in lines).strip()


class ContactForm(forms.Form):
    """Who writes, about what, and what; an e-mail address or a telephone number for the answer.

    `website` is for programs that fill in every field: people do not see it, and are told of it if their
    browser fills it in.
    """

    topic = forms.ChoiceField(
        label=_("What is it about?"),
        choices=Enquiry.Topic,
        error_messages={"required": _("Please choose what it is about.")},
    )
    order_number = TextField(
        label=_("Order number"), required=False, max_length=40, help_text=_("If it is about an order.")
    )
    about = TextField(
        label=_("Product, seller or livestream"),
        required=False,
        max_length=300,
        help_text=_("Its name or the address of its page."),
    )
    text = LongTextField(
        label=_("Your message"),
        max_length=MOST_LETTERS,
        error_messages={"required": _("Please write what it is about.")},
    )
    file = PaperField(
        label=_("Photo or PDF"),
        required=False,
        help_text=_("For example of the goods or a receipt, at most 20 MB. Only the office sees it."),
    )
    name = TextField(
        label=_("Your name"),
        max_length=120,
        error_messages={"required": _("Please write your name.")},
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    email = forms.EmailField(
        label=_("E-mail"),
        required=False,
        max_length=254,
        help_text=_("For the answer. An e-mail address or a phone number is enough."),
        error_messages={"invalid": _("This is not an e-mail address. One looks like name@example.org.")},
        widget=forms.EmailInput(attrs={"autocomplete": "email", "inputmode": "email"}),
    )
    phone = PhoneField(label=_("Phone"), required=False)
    website = forms.CharField(
        label=_("Leave this field empty"),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )

    use_required_attribute = False

    def ask_for_file_again(self) -> None:
        """Say that a chosen file is gone: no browser keeps it when the form comes back."""
        if self.files:
            self["file"].help_text = _("Please choose the file again; your browser has not kept it.")

    def clean_website(self):
        if self.cleaned_data["website"]:
            raise ValidationError(_("This field must stay empty; it stops programs that send advertising."))
        return ""

    def clean(self):
        cleaned = super().clean()
        gave_neither = not cleaned.get("email") and not cleaned.get("phone")
        if gave_neither and not {"email", "phone"} & self.errors.keys():
            self.add_error("email", _("Please give an e-mail address or a phone number for the answer."))
        return cleaned
