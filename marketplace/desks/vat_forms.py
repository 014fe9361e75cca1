"""Whether a seller declares VAT, as the desks of stalls and points of sale say it."""

from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.core.models import User
from marketplace.core.roles import Right
from marketplace.sales.domain import vat
from producers.models import Partner


class VatForm(forms.Form):
    is_declared = forms.TypedChoiceField(
        label=_("Value added tax (VAT)"),
        choices=[
            ("no", _("We declare none: a household below the limit, or tax paid on revenue")),
            ("yes", _("We declare VAT by deduction: our prices include it")),
        ],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": _("Please choose one of the two.")},
    )


def shown_vat(seller: Partner, user: User, form: VatForm | None = None) -> dict:
    """What the pages show: the form, who said what when, whether this person may, and the rates."""
    history = list(seller.vat_declarations.select_related("set_by"))
    now = {"is_declared": "yes" if history[0].is_declared else "no"} if history else None
    return {
        "form": form or VatForm(initial=now),
        "history": history,
        "may_declare": seller.grants(user, Right.MANAGE_TEAM),
        "rates": [rate for rate in vat.all_rates() if rate.seller_kind in ("", seller.kind)],
    }
