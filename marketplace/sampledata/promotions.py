"""The demo's promotions, plainly illustrative: one of a stall, one for an event and one with a code."""

import datetime

from marketplace.core import clock
from marketplace.core.text import slugify
from marketplace.events.domain import booths
from marketplace.events.models import BoothRegistration, Event
from marketplace.sales.domain import promotions
from marketplace.sales.domain.promotions import Terms
from marketplace.sales.models import Promotion
from marketplace.sampledata.accounts import account, stall_of
from marketplace.sampledata.events import ILLUSTRATIVE
from marketplace.sampledata.made_up import MARK

OF_STALL = f"Mừng vụ mới {MARK}"
FOR_EVENT = f"Chào phiên chợ {MARK}"
WITH_CODE = f"Chào bạn mới {MARK}"
CODE = "CHAOBAN"
LASTS = datetime.timedelta(days=90)
BOOTH_CONTACT = {"contact_name": "Người liên hệ minh hoạ", "contact_phone": "+84912345678"}


def load_promotions() -> int:
    """Make those that are missing, from today on; returns how many are new.

    The demo's accounts are there before. What has run out or was changed stays as it is.
    """
    return _of_stall() + _for_event() + _with_code()


def _of_stall() -> int:
    owner = account("chu-the")
    stall = stall_of(owner)
    if stall is None or stall.promotions.exists():
        return 0
    promotions.make(stall, _terms(OF_STALL, Promotion.Kind.PERCENT, 10), actor=owner)
    return 1


def _for_event() -> int:
    """For goods of the second stall, which takes part; the first is left to try registering with."""
    event = Event.objects.filter(slug=slugify(ILLUSTRATIVE)).first()
    if event is None or not event.is_open_for_registration or event.registrations.exists():
        return 0
    owner, office = account("chu-the-2"), account("van-phong")
    stall = stall_of(owner)
    products = list(booths.accepted_products(event, stall)) if stall is not None else []
    if not products:
        return 0
    registration = booths.register(event, stall, products=products, actor=owner, **BOOTH_CONTACT)
    if registration.state == BoothRegistration.State.HELD:
        booths.confirm(registration, actor=office)
    terms = _terms(
        FOR_EVENT,
        Promotion.Kind.PERCENT,
        15,
        last_day=event.last_day,
        most=100_000,
        event_id=event.pk,
        sellers=(stall,),
        is_borne_by_marketplace=True,
    )
    promotions.make(None, terms, actor=office)
    return 1


def _with_code() -> int:
    if promotions.find_code(CODE) is not None:
        return 0
    terms = _terms(
        WITH_CODE,
        Promotion.Kind.SUM,
        30_000,
        minimum=150_000,
        code=CODE,
        limit=1000,
        per_person=1,
        is_for_first_order=True,
        is_borne_by_marketplace=True,
    )
    promotions.make(None, terms, actor=account("van-phong"))
    return 1


def _terms(title: str, kind: str, value: int, **fields) -> Terms:
    today = clock.today()
    days = {"first_day": today, "last_day": today + LASTS}
    return Terms(title=title, kind=kind, value=value, **{**days, **fields})
