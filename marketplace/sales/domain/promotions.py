"""Making, changing and ending promotions; who may is the desks' question (``Right.EDIT_STALL``)."""

import datetime
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from oscar.apps.offer.models import Benefit, Condition, ConditionalOffer
from oscar.apps.voucher.models import Voucher

from catalog.domain import banned
from catalog.models import BannedWord, Product
from marketplace.core import activity, clock
from marketplace.core.codes import random_code
from marketplace.core.dated import Dated, read
from marketplace.core.exceptions import Refused
from marketplace.core.models import User
from marketplace.core.money import format_vnd
from marketplace.core.text import nfc, without_controls
from marketplace.sales.models import Promotion
from marketplace.sales.models.promotions import PromotionBenefit, PromotionCondition
from producers.models import Partner

RULES = Path(__file__).resolve().parent.parent / "data" / "promotion_rules.json"

LONGEST_DAYS = 366
HIGHEST = 100_000_000
"""VND that one promotion can take off one order, and that its minimum can be."""

_CODE = re.compile(r"[A-Z0-9]{4,20}")
_BENEFITS = {
    Promotion.Kind.PERCENT: Benefit.PERCENTAGE,
    Promotion.Kind.SUM: Benefit.FIXED,
    Promotion.Kind.DELIVERY: Benefit.SHIPPING_ABSOLUTE,
}


@dataclass(frozen=True)
class PromotionRule(Dated):
    """By how many percent an act lets goods be made cheaper at most."""

    most_percent: int
    act: str


class WrongPromotion(Refused):
    """The promotion would break a rule or contradict itself; nothing was saved.

    ``name`` is that of the field of `Terms` that has to change.
    """

    def __init__(self, name: str, words: str):
        self.name = name
        super().__init__(words)


class PromotionUsed(Refused):
    """It stands in orders already, so what it gives stays; nothing was saved."""

    def __init__(self):
        super().__init__(
            _("It has been used, so only its name, its last day and how often it can be used can change.")
        )


@dataclass(frozen=True)
class Terms:
    """What a promotion gives to whom. ``value`` is percent or VND, 0 for free delivery.

    ``code`` empty: it counts by itself. No ``products``: all goods; no ``sellers``: all stalls.
    """

    title: str
    kind: str
    value: int
    first_day: datetime.date
    last_day: datetime.date
    minimum: int = 0
    most: int | None = None
    code: str = ""
    limit: int | None = None
    per_person: int | None = None
    is_for_first_order: bool = False
    is_borne_by_marketplace: bool = False
    event_id: int | None = None
    products: tuple[Product, ...] = field(default=())
    sellers: tuple[Partner, ...] = field(default=())


@transaction.atomic
def make(seller: Partner | None, terms: Terms, *, actor: User) -> Promotion:
    """Begin a promotion of a seller, or with None of the marketplace; raises `WrongPromotion`."""
    _check(seller, terms)
    if terms.first_day < clock.today():
        raise WrongPromotion("first_day", _("A promotion begins today at the earliest."))
    if seller is not None and terms.code:
        _refuse("code", banned.words_of_code(terms.code))
    # Names are unique on oscar's side, and two stalls may call theirs alike.
    name = f"{terms.title} {random_code(8)}"
    offer = ConditionalOffer(
        name=name,
        offer_type=ConditionalOffer.VOUCHER if terms.code else ConditionalOffer.SITE,
        exclusive=True,
        max_basket_applications=1,
        condition=Condition(type=Condition.VALUE, proxy_class=_path(PromotionCondition)),
        benefit=Benefit(proxy_class=_path(PromotionBenefit)),
    )
    promotion = Promotion(offer=offer, seller=seller, made_by=activity.person(actor))
    _write(promotion, terms)
    if terms.code:
        promotion.voucher = _voucher(name, offer, terms)
        promotion.save(update_fields=["voucher"])
    activity.record("promotion.made", promotion, actor=actor, title=promotion.title, code=terms.code)
    return promotion


@transaction.atomic
def change(promotion: Promotion, terms: Terms, *, actor: User) -> None:
    """Set its terms anew; once used, only name, last day and limit. The code never changes.

    Raises `WrongPromotion` and `PromotionUsed`.
    """
    offer = ConditionalOffer.objects.select_for_update(no_key=True).get(pk=promotion.offer_id)
    promotion = Promotion.objects.for_rows().get(pk=promotion.pk)
    if promotion.ended_at is not None:
        raise Refused(_("This promotion has ended. Please make another."))
    _check(promotion.seller, terms)
    if promotion.uses.exists() and not _gives_the_same(promotion, terms):
        raise PromotionUsed
    if terms.limit is not None and terms.limit < offer.num_applications:
        raise WrongPromotion("limit", _("It has been used more often than that."))
    _write(promotion, terms)
    if promotion.voucher is not None:
        begin, end = _moments(terms)
        Voucher.objects.filter(pk=promotion.voucher_id).update(start_datetime=begin, end_datetime=end)
    activity.record("promotion.changed", promotion, actor=actor, title=promotion.title)


@transaction.atomic
def end(promotion: Promotion, *, actor: User) -> None:
    """Nobody can use it from now on; orders that have it keep it. Ending it twice changes nothing."""
    if not Promotion.objects.filter(pk=promotion.pk, ended_at=None).update(ended_at=clock.now()):
        return
    ConditionalOffer.objects.filter(pk=promotion.offer_id).update(status=ConditionalOffer.SUSPENDED)
    activity.record("promotion.ended", promotion, actor=actor, title=promotion.title)


def terms_of(promotion: Promotion) -> Terms:
    """What it gives now, to fill a form with."""
    return Terms(
        title=promotion.title,
        kind=promotion.kind,
        value=promotion.value,
        first_day=promotion.starts_at.astimezone(clock.HA_NOI).date(),
        last_day=promotion.ends_at.astimezone(clock.HA_NOI).date(),
        minimum=promotion.minimum,
        most=promotion.most,
        code=promotion.code,
        limit=promotion.limit,
        per_person=promotion.per_person,
        is_for_first_order=promotion.is_for_first_order,
        is_borne_by_marketplace=promotion.is_borne_by_marketplace,
        event_id=promotion.event_id,
        products=tuple(sorted(promotion.products.all(), key=lambda each: each.pk)),
        sellers=tuple(sorted(promotion.sellers.all(), key=lambda each: each.pk)),
    )


@cache
def _rules() -> tuple[PromotionRule, ...]:
    return read(RULES, "rules", PromotionRule)


def most_percent(day: datetime.date) -> int:
    """By how many percent goods may be made cheaper at most on a day."""
    return next((rule.most_percent for rule in _rules() if rule.holds_on(day)), 100)


def find_code(text: str) -> Promotion | None:
    """The promotion of a code as somebody typed it; case and spaces do not count."""
    code = tidy_code(text)
    return Promotion.objects.for_rows().filter(voucher__code=code).first() if code else None


def tidy_code(text: str) -> str:
    """A code as it is kept: capitals, without spaces, hyphens and characters that nobody sees."""
    return re.sub(r"[\s\-]", "", nfc(without_controls(text))).upper()


def _path(proxy: type) -> str:
    return f"{proxy.__module__}.{proxy.__name__}"


def _moments(terms: Terms) -> tuple[datetime.datetime, datetime.datetime]:
    """The first and the last moment of its days."""
    begin = datetime.datetime.combine(terms.first_day, datetime.time.min, tzinfo=clock.HA_NOI)
    return begin, datetime.datetime.combine(terms.last_day, datetime.time.max, tzinfo=clock.HA_NOI)


def _write(promotion: Promotion, terms: Terms) -> None:
    offer, condition, benefit = promotion.offer, promotion.offer.condition, promotion.offer.benefit
    condition.value, benefit.value = terms.minimum, terms.value
    benefit.type = _BENEFITS[Promotion.Kind(terms.kind)]
    condition.save()
    benefit.save()
    offer.condition, offer.benefit = condition, benefit
    offer.start_datetime, offer.end_datetime = _moments(terms)
    offer.max_global_applications = terms.limit
    _save_offer(offer)
    promotion.offer = offer
    for name in ("kind", "most", "per_person", "is_for_first_order", "is_borne_by_marketplace", "event_id"):
        setattr(promotion, name, getattr(terms, name))
    promotion.title = nfc(terms.title)
    if terms.limit is None or terms.limit > offer.num_applications:
        promotion.used_up_at = None
    promotion.save()
    promotion.products.set(terms.products)
    promotion.sellers.set(terms.sellers)


def _save_offer(offer: ConditionalOffer) -> None:
    """Write what terms set and nothing else: orders count its uses at the same time."""
    if offer.pk is None:
        offer.save()
        return
    ConditionalOffer.objects.filter(pk=offer.pk).update(
        start_datetime=offer.start_datetime,
        end_datetime=offer.end_datetime,
        max_global_applications=offer.max_global_applications,
    )


def _voucher(name: str, offer: ConditionalOffer, terms: Terms) -> Voucher:
    begin, end = _moments(terms)
    try:
        with transaction.atomic():
            voucher = Voucher.objects.create(
                name=name,
                code=tidy_code(terms.code),
                usage=Voucher.MULTI_USE,
                start_datetime=begin,
                end_datetime=end,
            )
    except IntegrityError as error:
        raise WrongPromotion("code", _("This code is taken. Please choose another.")) from error
    voucher.offers.add(offer)
    return voucher


def _gives_the_same(promotion: Promotion, terms: Terms) -> bool:
    """Whether nothing changes but what may change after it was used."""
    free = ("title", "last_day", "limit", "code")
    now = terms_of(promotion)
    same = (name for name in Terms.__dataclass_fields__ if name not in (*free, "products", "sellers"))
    # Stalls may join an event's promotion, none that counted on it leaves.
    return (
        all(getattr(now, name) == getattr(terms, name) for name in same)
        and _keys(now.products) == _keys(terms.products)
        and _keys(now.sellers) <= _keys(terms.sellers)
        and bool(now.sellers) == bool(terms.sellers)
    )


def _keys(rows: Iterable) -> set[int]:
    return {row.pk for row in rows}


def _check(seller: Partner | None, terms: Terms) -> None:
    if not nfc(terms.title):
        raise WrongPromotion("title", _("Please give it a name."))
    if terms.code and not _CODE.fullmatch(tidy_code(terms.code)):
        raise WrongPromotion("code", _("A code has 4 to 20 letters and digits, without marks."))
    _check_days(terms)
    _check_gift(terms)
    if seller is not None:
        _check_seller(seller, terms)


def _check_days(terms: Terms) -> None:
    if terms.last_day < terms.first_day:
        raise WrongPromotion("last_day", _("The last day comes before the first."))
    if terms.last_day < clock.today():
        raise WrongPromotion("last_day", _("The last day is over."))
    if (terms.last_day - terms.first_day).days > LONGEST_DAYS:
        raise WrongPromotion("last_day", _("A promotion lasts a year at most."))


def _check_gift(terms: Terms) -> None:
    """No goods may become cheaper than the law lets them, whichever of them a basket holds."""
    most = most_percent(terms.first_day)
    if terms.kind == Promotion.Kind.PERCENT and not 1 <= terms.value <= most:
        raise WrongPromotion("value", _("Between 1 and %(most)s percent.") % {"most": most})
    if terms.kind != Promotion.Kind.PERCENT and terms.most is not None:
        raise WrongPromotion("most", _("Only a percentage has a highest sum."))
    if terms.kind == Promotion.Kind.SUM:
        if terms.value < 1:
            raise WrongPromotion("value", _("Please say how much is taken off."))
        least = -(-terms.value * 100 // most)
        if terms.minimum < least:
            raise WrongPromotion(
                "minimum",
                _("An order must hold goods for %(least)s at least: no more than %(most)s%% off.")
                % {"least": format_vnd(least), "most": most},
            )


def _check_seller(seller: Partner, terms: Terms) -> None:
    """Own goods at its own cost, under a name that shows at once: the office must need no look at it."""
    _refuse("title", banned.words_in([terms.title]))
    if terms.is_borne_by_marketplace or terms.event_id is not None or terms.sellers:
        raise WrongPromotion("title", _("A seller's promotion is for its own goods and at its own cost."))
    ids = [product.pk for product in terms.products]
    own = Product.objects.filter(pk__in=ids, stockrecords__partner=seller).distinct().count()
    if own != len(set(ids)):
        raise WrongPromotion("products", _("Please choose products of your own stall."))


def _refuse(name: str, found: list[BannedWord]) -> None:
    if found:
        raise WrongPromotion(name, str(banned.BannedWords(found)))
