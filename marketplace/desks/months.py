"""Months in the addresses of the desks."""

from django.http import Http404
from django.utils.translation import gettext as _

from marketplace.core import clock
from marketplace.sales.domain.months import Month


def month_of(year: int, number: int) -> Month:
    """The month that an address names; 404 for one that there is not, or that has not begun."""
    try:
        wanted = Month(year, number)
    except (ValueError, OverflowError) as error:
        raise Http404 from error
    if wanted.first > clock.today():
        raise Http404(_("This month has not begun."))
    return wanted
