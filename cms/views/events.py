"""Events and livestreams: the list, a month, one event, calendars and feeds."""

import calendar
import datetime
from urllib.parse import urlencode

from dateutil.relativedelta import relativedelta
from django.conf import settings
from django.db.models import Max, Min
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed, Rss201rev2Feed, SyndicationFeed
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from catalog.models import Product
from cms import event_list
from cms.embeds import embed
from cms.event_participants import participants_of
from cms.event_schema import described
from cms.models import EventIndex
from cms.pictures import address
from marketplace.core import clock
from marketplace.core.pages import public_page
from marketplace.events import dates
from marketplace.events.calendar import CONTENT_TYPE, calendar_of, has_a_day
from marketplace.events.models import Event, Livestream
from search.scope import Tree
from storefront.cards import cards
from storefront.sharing import Share

IN_FEED = 40
#: What a calendar that somebody subscribes to keeps of the past: three Tết seasons to compare with.
IN_CALENDAR = relativedelta(years=3)
LIVESTREAMS = 30
LIVE_PRODUCTS = 24


@require_safe
@public_page
def index(request: HttpRequest) -> HttpResponse:
    """What is coming, and what has been by year; narrowed by kind and place."""
    context = event_list.context(request)
    context["texts"] = _texts()
    return render(request, "cms/events/index.html", context)


@require_safe
@public_page
def month(request: HttpRequest, beginning: datetime.date) -> HttpResponse:
    """One month: a calendar on a desk, a list on a phone."""
    weeks = calendar.Calendar().monthdatescalendar(beginning.year, beginning.month)
    first, last = weeks[0][0], weeks[-1][-1]
    shown = list(
        Event.objects.public()
        .for_cards()
        .filter(starts_on__lte=last, last_day__gte=first)
        .exclude(precision=Event.Precision.YEAR)
        .order_by("starts_on", "last_day", "pk")
    )
    end = beginning.replace(day=calendar.monthrange(beginning.year, beginning.month)[1])
    events = [event for event in shown if event.starts_on <= end and event.last_day >= beginning]
    before, after = _neighbours(beginning)
    label = dates.month_in_words(beginning)
    context = {
        "label": label,
        "weeks": event_list.weeks_of(first, last, beginning.month, shown),
        "weekdays": weeks[0],
        "events": events,
        "without_day": [event for event in events if not has_a_day(event)],
        "before": before,
        "after": after,
        "today": clock.today(),
        "noindex": not events,
        "crumbs": [{"title": _("Events"), "url": reverse("events:index")}, {"title": label}],
    }
    return render(request, "cms/events/month.html", context)


@require_safe
@public_page
def detail(request: HttpRequest, slug: str) -> HttpResponse:
    """One event; a cancelled one keeps its page, which says so."""
    event = _public_event(slug)
    tree = Tree.load()
    programme = _programme(event)
    may_register = event.takes_registrations and not event.is_cancelled and not event.is_over
    context = {
        "nav_groups": tree.groups,
        "event": event,
        "programme": programme,
        "may_register_some_day": may_register,
        "has_texts": bool(event.display_intro or event.display_body or programme or may_register),
        "participants": participants_of(event, tree),
        "has_calendar": has_a_day(event),
        "schema": described(event, request.build_absolute_uri),
        "share": _share(event),
        "crumbs": [{"title": _("Events"), "url": reverse("events:index")}, {"title": event.display_title}],
    }
    return render(request, "cms/events/detail.html", context)


def _share(event: Event) -> Share:
    """The preview of a link to the event: with its own picture, or else the shop's."""
    words = ", ".join(filter(None, (event.when, event.place)))
    if event.picture is None:
        return Share(event.display_title, words)
    shown = address(event.picture, "wide")
    return Share(event.display_title, words, shown.url, event.picture.description, shown.width, shown.height)


@require_safe
@public_page
def all_calendar(request: HttpRequest) -> HttpResponse:
    """The calendar to subscribe to: all that is coming and was within three years, where days are known."""
    since = clock.today() - IN_CALENDAR
    dated = Event.objects.public().filter(precision=Event.Precision.DAY, last_day__gte=since)
    events = dated.for_cards().order_by("starts_on", "pk")
    return _calendar(request, events, "ocop-su-kien.ics", _("OCOP events"))


@require_safe
@public_page
def event_calendar(request: HttpRequest, slug: str) -> HttpResponse:
    """One event for a calendar; 404 for one whose day is not known."""
    event = _public_event(slug)
    if not has_a_day(event):
        raise Http404
    return _calendar(request, [event], f"{event.slug}.ics", event.display_title)


@require_safe
@public_page
def rss(request: HttpRequest) -> HttpResponse:
    """The events that were announced last, as RSS."""
    return _feed(request, Rss201rev2Feed)


@require_safe
@public_page
def atom(request: HttpRequest) -> HttpResponse:
    """The events that were announced last, as Atom."""
    return _feed(request, Atom1Feed)


@require_safe
@public_page
def livestreams(request: HttpRequest) -> HttpResponse:
    """What is live now, planned, and has been shown last."""
    public = Livestream.objects.public().for_cards()
    context = {
        "live": list(public.live_now()[:LIVESTREAMS]),
        "coming": list(public.coming()[:LIVESTREAMS]),
        "past": list(public.past()[:LIVESTREAMS]),
        "crumbs": [{"title": _("Events"), "url": reverse("events:index")}, {"title": _("Livestreams")}],
    }
    return render(request, "cms/events/livestreams.html", context)


@require_safe
@public_page
def livestream(request: HttpRequest, pk: int) -> HttpResponse:
    """One livestream with its host and the products that it shows."""
    shown = get_object_or_404(Livestream.objects.public().for_cards(), pk=pk)
    tree = Tree.load()
    goods = Product.objects.listed().filter(livestreams=shown).order_by("title", "pk")
    context = {
        "nav_groups": tree.groups,
        "livestream": shown,
        "video": embed(shown.url, title=shown.display_title) if shown.is_live else "",
        "complaint_url": _complaint_url(shown),
        "products": cards(list(goods.values_list("pk", flat=True)[:LIVE_PRODUCTS]), tree),
        "crumbs": [
            {"title": _("Events"), "url": reverse("events:index")},
            {"title": _("Livestreams"), "url": reverse("events:livestreams")},
            {"title": shown.display_title},
        ],
    }
    return render(request, "cms/events/livestream.html", context)


def _complaint_url(livestream: Livestream) -> str:
    """The form for complaints, with the livestream named."""
    named = f"{livestream.title}, {livestream.seller.name} ({livestream.get_absolute_url()})"
    return f"{reverse('contact:form')}?{urlencode({'topic': 'livestream', 'about': named})}"


def _texts() -> EventIndex:
    """What editors wrote above the list; where they have not, a title."""
    written = EventIndex.objects.live().filter(locale__language_code=get_language() or "vi")
    return written.order_by("path").first() or EventIndex(title=_("Events"))


def _public_event(slug: str) -> Event:
    public = Event.objects.public().for_cards().select_related("picture")
    return get_object_or_404(public, slug=slug)


def _programme(event: Event) -> list[tuple[datetime.date | None, list]]:
    """The items by day; those without a day come first."""
    items = sorted(
        event.programme.all(),
        key=lambda item: (item.on or datetime.date.min, item.starts_at or datetime.time.min, item.pk),
    )
    by_day: dict[datetime.date | None, list] = {}
    for item in items:
        by_day.setdefault(item.on, []).append(item)
    return list(by_day.items())


def _neighbours(beginning: datetime.date) -> tuple[datetime.date | None, datetime.date | None]:
    """The months before and after, as far as there are events: nobody walks into empty centuries."""
    span = Event.objects.public().aggregate(first=Min("starts_on"), last=Max("last_day"))
    today = clock.today()
    before = (beginning - datetime.timedelta(days=1)).replace(day=1)
    after = (beginning + datetime.timedelta(days=32)).replace(day=1)
    first = min(span["first"] or today, today).replace(day=1)
    last = max(span["last"] or today, today)
    return (before if first <= before else None), (after if after <= last else None)


def _calendar(request: HttpRequest, events, filename: str, name: str) -> HttpResponse:
    body = calendar_of(events, name=name, absolute=request.build_absolute_uri)
    response = HttpResponse(body, content_type=CONTENT_TYPE)
    response.headers["Content-Disposition"] = f'inline; filename="{filename}"'
    return response


def _feed(request: HttpRequest, kind: type[SyndicationFeed]) -> HttpResponse:
    texts = _texts()
    feed = kind(
        title=f"{texts.title} | {settings.OSCAR_SHOP_NAME}",
        link=request.build_absolute_uri(reverse("events:index")),
        description=texts.intro or texts.title,
        language=get_language(),
        feed_url=request.build_absolute_uri(request.path),
    )
    for event in Event.objects.public().for_cards().order_by("-published_at", "-pk")[:IN_FEED]:
        url = request.build_absolute_uri(event.get_absolute_url())
        feed.add_item(
            title=event.display_title,
            link=url,
            description=_in_feed(event),
            pubdate=event.published_at,
            updateddate=event.updated_at,
            unique_id=f"urn:uuid:{event.uid}",
            unique_id_is_permalink=False,
            categories=[str(event.get_kind_display())],
        )
    return HttpResponse(feed.writeString("utf-8"), content_type=feed.content_type)


def _in_feed(event: Event) -> str:
    lines = [_("Cancelled"), event.cancelled_because] if event.is_cancelled else []
    return ". ".join(line for line in (*lines, event.when, event.place, event.display_intro) if line)
