"""Quantities as buyers write them: for one product, and for all lines of a basket."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from marketplace.core.fields import TextField
from marketplace.sales.domain.quote import ProblemCode, Quote, QuoteLine, breach

WRONG_NUMBER = (ProblemCode.TOO_MANY, ProblemCode.TOO_FEW_PLACES, ProblemCode.TOO_MANY_PLACES)


class QuantityField(forms.IntegerField):
    """How many of a product: a whole number from 1 up; what is in stock is the basket's question."""

    default_error_messages = {
        "required": _("Please write how many you want."),
        "invalid": _("Please write the quantity as a whole number."),
        "min_value": _("The quantity must be at least 1."),
    }

    def __init__(self, **kwargs):
        super().__init__(min_value=1, label=_("Quantity"), **kwargs)
        self.validators[0].message = self.error_messages["min_value"]


class QuantityForm(forms.Form):
    """How many of one product go into the basket."""

    quantity = QuantityField()


class CodeForm(forms.Form):
    """The code of a promotion, as it was read out or copied."""

    code = TextField(
        label=_("Code"),
        max_length=40,
        widget=forms.TextInput(
            {"autocapitalize": "characters", "autocomplete": "off", "spellcheck": "false"}
        ),
        error_messages={"required": _("Please enter a code.")},
    )


class BasketForm(forms.Form):
    """The quantities of a basket's lines, those only that were sent; also `remove` or `take` of one line.

    `remove` carries the line to take out, `take` the line to lower to what is left. Lines that are not for
    sale can only be removed; a quantity that did not change is left alone even if less is in stock by now.
    """

    remove = forms.IntegerField(required=False)
    take = forms.IntegerField(required=False)

    def __init__(self, data, *, quote: Quote):
        super().__init__(data)
        self.lines = {line.basket_line_id: line for line in quote.lines}
        for pk, line in self.lines.items():
            name = field_name(pk)
            if name in self.data and can_change(line) and str(pk) not in self._named_lines():
                self.fields[name] = QuantityField()

    def _named_lines(self) -> set[str]:
        return {self.data.get("remove", ""), self.data.get("take", "")}

    def clean(self):
        for pk, line in self.lines.items():
            quantity = self.cleaned_data.get(field_name(pk))
            if quantity is not None and quantity != line.quantity and not line.least <= quantity <= line.most:
                self.add_error(field_name(pk), _out_of_range(line, quantity))
        return self.cleaned_data

    @property
    def removed(self) -> int | None:
        """The line to take out, if it is one of this basket."""
        pk = self.cleaned_data.get("remove")
        return pk if pk in self.lines else None

    @property
    def quantities(self) -> dict[int, int]:
        """The quantities that change, by basket line."""
        changed = {pk: self.cleaned_data.get(field_name(pk)) for pk in self.lines}
        taken = self.lines.get(self.cleaned_data.get("take"))
        if taken is not None and can_change(taken):
            changed[taken.basket_line_id] = possible(taken)
        return {
            pk: quantity
            for pk, quantity in changed.items()
            if quantity is not None and quantity != self.lines[pk].quantity
        }


def field_name(line_pk: int) -> str:
    """Name of the input that holds the quantity of a basket line."""
    return f"quantity-{line_pk}"


def can_change(line: QuoteLine) -> bool:
    """Whether another quantity of this line could be bought."""
    return line.problem is None or line.problem.code in WRONG_NUMBER


def possible(line: QuoteLine) -> int:
    """The nearest quantity to the wanted one that could be bought."""
    return min(max(line.quantity, line.least), line.most)


def _out_of_range(line: QuoteLine, quantity: int) -> ValidationError:
    if line.terms is not None and quantity <= line.available:
        return ValidationError(str(breach(line.terms, line.title, quantity, line.available)))
    return ValidationError(
        _("Only %(count)s of %(title)s are left."), params={"count": line.available, "title": line.title}
    )
