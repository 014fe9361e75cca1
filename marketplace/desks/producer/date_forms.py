"""The forms of the dates on which a host receives guests."""

import datetime

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from marketplace.core import clock
from marketplace.core.fields import DayField, NumberField, TextField
from producers.domain.departures import Series
from producers.models import BookingTerms
from producers.models.departures import MOST_NOTICE, MOST_PLACES

WEEKDAYS = (
    (0, pgettext_lazy("weekday", "Monday")),
    (1, pgettext_lazy("weekday", "Tuesday")),
    (2, pgettext_lazy("weekday", "Wednesday")),
    (3, pgettext_lazy("weekday", "Thursday")),
    (4, pgettext_lazy("weekday", "Friday")),
    (5, pgettext_lazy("weekday", "Saturday")),
    (6, pgettext_lazy("weekday", "Sunday")),
)
MOST_DAYS = 366
"""Days from the first to the last of a series."""


class SeriesForm(forms.Form):
    """One date, or those of some weekdays from one day to another, all alike."""

    first = DayField(label=gettext_lazy("Day"))
    last = DayField(
        label=gettext_lazy("Until"),
        required=False,
        help_text=gettext_lazy("Empty: only this one day."),
    )
    weekdays = forms.TypedMultipleChoiceField(
        label=gettext_lazy("On these weekdays"),
        choices=WEEKDAYS,
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("None ticked: every day."),
    )
    starts = forms.TimeField(
        label=gettext_lazy("Starts at"),
        required=False,
        widget=forms.TimeInput({"type": "time"}, format="%H:%M"),
        help_text=gettext_lazy("Empty: the whole day."),
    )
    capacity = NumberField(label=gettext_lazy("Places"), least=1, most=MOST_PLACES)

    use_required_attribute = False

    def clean(self) -> dict:
        cleaned = super().clean()
        first, last = cleaned.get("first"), cleaned.get("last")
        if first and first < clock.today():
            self.add_error("first", _("%(day)s has passed.") % {"day": _written(first)})
        if first and last and last < first:
            self.add_error("last", _("The last day is before the first."))
        elif first and last and (last - first).days >= MOST_DAYS:
            self.add_error("last", _("A series is at most a year long."))
        return cleaned

    def days(self) -> list[datetime.date]:
        """The days that are asked for; only of a valid form."""
        cleaned = self.cleaned_data
        if cleaned["last"] is None:
            return [cleaned["first"]]
        weekdays = frozenset(cleaned["weekdays"]) or frozenset(range(len(WEEKDAYS)))
        return Series(cleaned["first"], cleaned["last"], weekdays).days


class BookingTermsForm(forms.Form):
    """How the product is booked."""

    counted_in = forms.ChoiceField(label=gettext_lazy("Places are"), choices=BookingTerms.CountedIn.choices)
    least = NumberField(label=gettext_lazy("Fewest places in one booking"), least=1, most=MOST_PLACES)
    most = NumberField(label=gettext_lazy("Most places in one booking"), least=1, most=MOST_PLACES)
    notice_hours = NumberField(
        label=gettext_lazy("Book at least so many hours before"),
        most=MOST_NOTICE,
        help_text=gettext_lazy("24 are one day. A date without a time begins at 0:00."),
    )

    use_required_attribute = False

    def clean(self) -> dict:
        cleaned = super().clean()
        least, most = cleaned.get("least"), cleaned.get("most")
        if least and most and least > most:
            self.add_error("most", _("The most cannot be less than the fewest."))
        return cleaned


class CapacityForm(forms.Form):
    """How many places one date has."""

    capacity = NumberField(label=gettext_lazy("Places"), least=1, most=MOST_PLACES)

    use_required_attribute = False


class ClosingForm(forms.Form):
    """Why a date is closed; who had booked it reads that. ``seen`` is how many places were booked then."""

    reason = TextField(
        label=gettext_lazy("Reason"),
        max_length=300,
        error_messages={"required": gettext_lazy("Please say why: who has booked will read it.")},
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    use_required_attribute = False


def _written(day: datetime.date) -> str:
    return date_format(day, "SHORT_DATE_FORMAT")
