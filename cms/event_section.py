"""Events among the results of a search: those whose title or place has the words, what is coming first."""

from urllib.parse import urlencode

from django.db.models import Case, IntegerField, QuerySet, Value, When
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from marketplace.core.prepared import Prepared
from marketplace.events.models import Event
from search import sections
from search.names import called


def register() -> None:
    section = sections.Section(
        "events", _("Events"), _keys, _show, "cms/events/result.html", all_url, place=2
    )
    sections.register(section)


def _keys(asked: sections.Asked) -> QuerySet:
    """Public events by the words of title, venue and place; what is coming stands first."""
    is_over = Case(
        When(last_day__gte=asked.today, then=Value(0)), default=Value(1), output_field=IntegerField()
    )
    found = called(Event.objects.public(), "folded", asked.patterns)
    return found.order_by(is_over, "-starts_on", "pk").values_list("pk")[: sections.ENTRIES + 1]


_CARDS = Prepared(lambda pks: Event.objects.filter(pk__in=pks).for_cards(), pks=[int])


def _show(pks: list[int]) -> list[Event]:
    found = {event.pk: event for event in _CARDS.objects(pks=pks)}
    return [found[pk] for pk in pks if pk in found]


def all_url(text: str) -> str:
    """All events with these words."""
    return f"{reverse('events:index')}?{urlencode({'q': text})}"
