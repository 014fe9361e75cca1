"""Why the office does something with an order: asked for wherever buyer and seller read it."""

from django.utils.translation import gettext_lazy as _

from marketplace.core.fields import TextField


def reason_field() -> TextField:
    return TextField(
        label=_("Reason, for buyer and seller"),
        max_length=500,
        error_messages={"required": _("Please say why: buyer and seller will read it.")},
    )
