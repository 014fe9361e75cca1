"""Events among the results of a search: those whose title or place has the words, what is coming first."""

from urllib.parse import urlencode

from django.db.models import Case, IntegerField, Value, When
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from marketplace.core import clock
from marketplace.events.models import Event
from search import sections
from search.names import called, patterns


def register() -> None:
    section = sections.Section("events", _("Events"), find, "cms/events/result.html", all_url, place=2)
    sections.register(section)


def find(text: str, number: int) -> list[Event]:
    """Public events by the words of title, venue and place, in one query; what is coming stands first."""
    wanted = patterns(text)
    if not wanted:
        return []
    is_over = Case(
        When(last_day__gte=clock.today(), then=Value(0)), default=Value(1), output_field=IntegerField()
    )
    found = called(Event.objects.public(), "folded", wanted.values()).for_cards()
    return list(found.annotate(is_past=is_over).order_by("is_past", "-starts_on", "pk")[:number])


def all_url(text: str) -> str:
    """All events with these words."""
    return f"{reverse('events:index')}?{urlencode({'q': text})}"
