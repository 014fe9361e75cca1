import datetime

from django.urls import path, register_converter

from cms.views import events


class MonthConverter:
    """A month of this century, as ``2026-11``."""

    regex = r"20[0-9]{2}-(?:0[1-9]|1[0-2])"

    def to_python(self, value: str) -> datetime.date:
        return datetime.date.fromisoformat(f"{value}-01")

    def to_url(self, value: datetime.date) -> str:
        return f"{value:%Y-%m}"


register_converter(MonthConverter, "month")

app_name = "events"
urlpatterns = [
    path("", events.index, name="index"),
    path("thang/<month:beginning>/", events.month, name="month"),
    path("lich.ics", events.all_calendar, name="calendar"),
    path("rss.xml", events.rss, name="rss"),
    path("atom.xml", events.atom, name="atom"),
    path("truc-tiep/", events.livestreams, name="livestreams"),
    path("truc-tiep/<int:pk>/", events.livestream, name="livestream"),
    path("<slug:slug>/", events.detail, name="detail"),
    path("<slug:slug>/lich.ics", events.event_calendar, name="event-calendar"),
]
