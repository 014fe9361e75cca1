"""How often stalls and products are opened, counted without cookies and without knowing who.

Pages come from caches, so the page does not count: the private fragment that each page asks for when it is
opened does, and says with it from which page (htmx's ``HX-Current-URL``). Not counted are browsers without
JavaScript, robots that name themselves, and the stall's own team. What is waiting in a process is written
every few seconds; a process that is killed loses those.
"""

import atexit
import datetime
import threading
import time
from collections import Counter
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.db import DatabaseError
from django.http import HttpRequest
from django.urls import Resolver404, resolve

from catalog.models import Product
from marketplace.core import clock
from producers.domain import visits
from producers.models import Partner, TeamMember

SECONDS = 5
MOST_WAITING = 100
ROBOTS = ("bot", "crawl", "spider", "preview", "headless")

STALL, PRODUCT = "stalls:detail", "catalogue:detail"


@dataclass(frozen=True)
class Visit:
    """A page that was opened; ``person`` is only to leave out the stall's own team, and kept nowhere."""

    page: str
    key: str
    day: datetime.date
    person: int | None


class Waiting:
    """Visits of this process that are not written yet."""

    def __init__(self):
        self._lock = threading.Lock()
        self._visits: Counter[Visit] = Counter()
        self._written_at = time.monotonic()

    def add(self, visit: Visit) -> bool:
        """Keep a visit; says whether it is time to write."""
        with self._lock:
            self._visits[visit] += 1
            is_late = time.monotonic() - self._written_at >= SECONDS
            return is_late or len(self._visits) >= MOST_WAITING

    def take(self) -> Counter[Visit]:
        with self._lock:
            taken, self._visits = self._visits, Counter()
            self._written_at = time.monotonic()
            return taken


_waiting = Waiting()


def note(request: HttpRequest) -> None:
    """Count the page from which the fragment is asked for, if it is a stall's or a product's."""
    agent = request.headers.get("User-Agent", "").lower()
    if any(word in agent for word in ROBOTS):
        return
    page = _page_of(request)
    if page is None:
        return
    person = request.user.pk if request.user.is_authenticated else None
    if _waiting.add(Visit(*page, clock.today(), person)):
        write()


def write() -> None:
    """Write what is waiting in this process; numbers are not worth failing for."""
    taken = _waiting.take()
    if not taken:
        return
    try:
        visits.add(_by_place(taken))
    except DatabaseError:
        return


atexit.register(write)


def _page_of(request: HttpRequest) -> tuple[str, str] | None:
    """The name of the page and which stall or product it shows; None for all other pages."""
    try:
        # ValueError: what stands there is no address.
        url = request.htmx.current_url_abs_path or ""
        match = resolve(urlsplit(url).path)
    except (Resolver404, ValueError):
        return None
    if match.view_name == STALL:
        return STALL, match.kwargs["slug"]
    return (PRODUCT, match.kwargs["pk"]) if match.view_name == PRODUCT else None


def _by_place(taken: Counter[Visit]) -> Counter[visits.Place]:
    """The visits by what they are counted for; three queries at the most."""
    slugs = {visit.key for visit in taken if visit.page == STALL}
    pks = {int(visit.key) for visit in taken if visit.page == PRODUCT}
    stalls = dict(Partner.objects.public().filter(slug__in=slugs).values_list("slug", "pk")) if slugs else {}
    goods = Product.objects.reachable().filter(pk__in=pks, producer__isnull=False)
    sellers = dict(goods.values_list("pk", "producer")) if pks else {}
    people = {visit.person for visit in taken if visit.person}
    members = TeamMember.objects.filter(user__in=people).values_list("seller", "user")
    team = set(members) if people else set()
    counted: Counter[visits.Place] = Counter()
    for visit, number in taken.items():
        product = int(visit.key) if visit.page == PRODUCT else None
        seller = sellers.get(product) if product else stalls.get(visit.key)
        if seller is not None and (seller, visit.person) not in team:
            counted[seller, product, visit.day] += number
    return counted
