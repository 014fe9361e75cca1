"""Form fields that shop and desks share: plain text, numbers and prices, days, telephone numbers."""

import phonenumbers
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from phonenumbers import PhoneNumberFormat, PhoneNumberType, ValidationResult

from marketplace.core import clock
from marketplace.core.money import format_number, parse_number, parse_vnd
from marketplace.core.text import nfc

COUNTRY = "VN"
CALLABLE = frozenset(
    {PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE, PhoneNumberType.FIXED_LINE_OR_MOBILE}
)


class TextField(forms.CharField):
    """One line of text in NFC, with single spaces."""

    def to_python(self, value):
        return nfc(super().to_python(value) or "")


class NumberField(forms.CharField):
    """A whole number in any usual spelling (``1.200``), or None; never a decimal."""

    widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"})
    parse = staticmethod(parse_number)
    default_error_messages = {
        "invalid": _("Please write a whole number, such as 25."),
        "too_low": _("This must be at least %(least)s."),
        "too_high": _("This must be at most %(most)s."),
    }

    def __init__(self, *, least: int = 0, most: int = 1_000_000, **kwargs):
        self.least, self.most = least, most
        super().__init__(**kwargs)

    def to_python(self, value) -> int | None:
        text = super().to_python(value)
        if text in self.empty_values:
            return None
        try:
            number = self.parse(text)
        except ValueError as error:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from error
        if number < self.least:
            raise ValidationError(
                self.error_messages["too_low"], code="too_low", params={"least": format_number(self.least)}
            )
        if number > self.most:
            raise ValidationError(
                self.error_messages["too_high"], code="too_high", params={"most": format_number(self.most)}
            )
        return number

    def prepare_value(self, value):
        return format_number(value) if isinstance(value, int) else value


class PriceField(NumberField):
    """A price in whole VND, or None for no price."""

    parse = staticmethod(parse_vnd)
    default_error_messages = {
        "invalid": _("Please write the price in whole dong, without decimals, such as 120.000."),
        "too_low": _("A price of 0 is none. Leave it empty if it is not for sale."),
    }

    def __init__(self, **kwargs):
        super().__init__(least=1, most=999_999_999, **kwargs)


class DayField(forms.DateField):
    """A day of this century: days so far off that reckoning with them leaves the calendar are refused."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    default_error_messages = {"far": _("Please give a day between the years %(first)s and %(last)s.")}

    def to_python(self, value):
        day = super().to_python(value)
        if day is not None and not clock.is_reckonable(day):
            years = {"first": clock.FIRST_YEAR, "last": clock.LAST_YEAR}
            raise ValidationError(self.error_messages["far"], code="far", params=years)
        return day


class PhoneField(forms.CharField):
    """A mobile or landline number of Viet Nam in any usual spelling; its value is E.164 (`+84912345678`)."""

    widget = forms.TextInput(attrs={"type": "tel", "inputmode": "tel", "autocomplete": "tel"})
    default_error_messages = {
        "short": _("This number lacks digits. Mobile numbers have 10 digits."),
        "long": _("This number has too many digits. Mobile numbers have 10 digits."),
        "unknown": _("Please give a mobile or landline number in Viet Nam, such as 0912 345 678."),
    }

    def __init__(self, **kwargs):
        super().__init__(max_length=30, **kwargs)

    def to_python(self, value):
        text = super().to_python(value)
        if text in self.empty_values:
            return self.empty_value
        try:
            number = phonenumbers.parse(text, COUNTRY)
        except phonenumbers.NumberParseException as error:
            raise ValidationError(self.error_messages["unknown"], code="unknown") from error
        self._check(number)
        return phonenumbers.format_number(number, PhoneNumberFormat.E164)

    def _check(self, number):
        reason = phonenumbers.is_possible_number_with_reason(number)
        # With its area code left out a landline number is "local only": it lacks digits all the same.
        short = {ValidationResult.TOO_SHORT, ValidationResult.IS_POSSIBLE_LOCAL_ONLY}
        if number.country_code != phonenumbers.country_code_for_region(COUNTRY):
            code = "unknown"
        elif reason in short:
            code = "short"
        elif reason == ValidationResult.TOO_LONG:
            code = "long"
        elif not phonenumbers.is_valid_number(number) or phonenumbers.number_type(number) not in CALLABLE:
            code = "unknown"
        else:
            return
        raise ValidationError(self.error_messages[code], code=code)

    def prepare_value(self, value):
        """A stored number as people in the country write it; what was typed stays as it is."""
        return national(value) if isinstance(value, str) and value.startswith("+84") else value


def national(number: str) -> str:
    """A stored number as people in the country write it: `0912 345 678`."""
    try:
        parsed = phonenumbers.parse(number, COUNTRY)
    except phonenumbers.NumberParseException:
        return number
    return phonenumbers.format_number(parsed, PhoneNumberFormat.NATIONAL)
