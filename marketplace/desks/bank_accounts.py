"""The account to which buyers transfer, as the desks of stalls and points of sale set it."""

from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.core.exceptions import Refused
from marketplace.core.models import User
from producers import banks
from producers.domain import bank_accounts
from producers.models import BankAccount, Partner


class BankAccountForm(forms.Form):
    """Where buyers transfer to; a name that is not the seller's has to be confirmed."""

    bank_code = forms.ChoiceField(label=_("Bank"))
    number = forms.CharField(
        label=_("Account number"),
        max_length=40,
        widget=forms.TextInput({"autocomplete": "off", "inputmode": "text", "spellcheck": "false"}),
    )
    holder = forms.CharField(
        label=_("Account holder"),
        max_length=banks.LONGEST_HOLDER,
        help_text=_("As the bank writes it, such as HTX RAU SACH VAN DUC."),
    )
    is_other_name = forms.BooleanField(
        label=_("The account is in another name than the seller's, and that is right."), required=False
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["bank_code"].choices = [("", _("Choose a bank")), *banks.choices()]

    def clean_number(self) -> str:
        return banks.clean_number(self.cleaned_data["number"])

    def clean_holder(self) -> str:
        return banks.clean_holder(self.cleaned_data["holder"])

    def is_set(self, seller: Partner, actor: User) -> bool:
        """Make it the seller's account; says on the form why it cannot be."""
        try:
            bank_accounts.set_account(seller, actor=actor, **self.cleaned_data)
        except Refused as refusal:
            self.add_error("is_other_name", str(refusal))
            return False
        return True


def shown_accounts(seller: Partner) -> dict:
    """For `desks/bank_account.html`: the account of now, and all that there were, the newest first."""
    history = list(BankAccount.objects.filter(seller=seller).select_related("set_by"))
    current = next((each for each in history if each.replaced_at is None), None)
    return {"current": current, "history": history}
