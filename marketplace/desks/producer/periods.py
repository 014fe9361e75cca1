"""The days that a list or a chart of the desk covers."""

import datetime
from dataclasses import dataclass

from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.core import clock
from marketplace.core.fields import DayField

USUAL_DAYS = 30
MOST_DAYS = 1100
"""Three years, as long as anybody compares."""


@dataclass(frozen=True)
class Period:
    """Days in Hà Nội, both included."""

    first: datetime.date
    last: datetime.date

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def moments(self) -> tuple[datetime.datetime, datetime.datetime]:
        """From the first moment of the first day to that of the day after the last."""
        after = self.last + datetime.timedelta(days=1)
        return tuple(
            datetime.datetime.combine(day, datetime.time.min, tzinfo=clock.HA_NOI)
            for day in (self.first, after)
        )


def last_days(days: int = USUAL_DAYS) -> Period:
    """So many days, of which today is the last."""
    today = clock.today()
    return Period(today - datetime.timedelta(days=days - 1), today)


class PeriodForm(forms.Form):
    """From which day to which; what is not said is that of the last thirty days."""

    first = DayField(label=_("From"), required=False)
    last = DayField(label=_("To"), required=False)

    def __init__(self, data, **kwargs):
        usual = last_days()
        given = {name: data.get(name) for name in data}
        for name in ("first", "last"):
            given[name] = given.get(name) or getattr(usual, name).isoformat()
        super().__init__(given, **kwargs)

    def clean(self) -> dict:
        cleaned = super().clean()
        first, last = cleaned.get("first"), cleaned.get("last")
        if first and last:
            if first > last:
                self.add_error("last", forms.ValidationError(_("The last day is before the first."), "order"))
            elif (last - first).days >= MOST_DAYS:
                self.add_error("first", forms.ValidationError(_("At most three years at once."), "long"))
        return cleaned

    @property
    def period(self) -> Period:
        """What was asked for, or the last thirty days where that makes no sense."""
        if not self.is_valid():
            return last_days()
        return Period(self.cleaned_data["first"], self.cleaned_data["last"])
