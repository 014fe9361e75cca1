"""The one clock: dates are those of Asia/Ho_Chi_Minh, moments are UTC."""

import datetime

from django.utils import timezone

SATURDAY = 5
FIRST_YEAR, LAST_YEAR = 2000, 2099
HA_NOI = datetime.timezone(datetime.timedelta(hours=7), "Asia/Ho_Chi_Minh")


def now() -> datetime.datetime:
    """This moment, aware, in UTC."""
    return timezone.now()


def today() -> datetime.date:
    """Today's date in Hà Nội, the day by which certifications and acts are in force or not."""
    return now().astimezone(HA_NOI).date()


def is_reckonable(day: datetime.date) -> bool:
    """Whether records can be of this day: one far off was mistyped, and the days around it may not exist."""
    return FIRST_YEAR <= day.year <= LAST_YEAR


def working_days_after(day: datetime.date, number: int) -> datetime.date:
    """The last of a number of working days after a day: Monday to Friday, public holidays count as others."""
    while number:
        day += datetime.timedelta(days=1)
        number -= day.weekday() < SATURDAY
    return day


def end_of_day() -> datetime.datetime:
    """The moment at which today ends in Hà Nội: what is cached must not outlive it."""
    return end_of(today())


def begin_of(day: datetime.date) -> datetime.datetime:
    """The moment at which a day begins in Hà Nội."""
    return datetime.datetime.combine(day, datetime.time.min, tzinfo=HA_NOI)


def end_of(day: datetime.date) -> datetime.datetime:
    """The moment at which a day ends in Hà Nội."""
    return begin_of(day + datetime.timedelta(days=1))
