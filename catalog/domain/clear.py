"""Clearances: which sellers may sell sets whose goods need a licence, from which day to which.

Which papers are needed is the law's business; here it is recorded that the office has seen them.
"""

import datetime

from django.db import transaction
from django.db.models import Max
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from catalog.models import Category, Clearance, Product
from marketplace.core import activity, clock
from marketplace.core.exceptions import Refused
from marketplace.core.models import User
from marketplace.core.text import nfc
from producers.models import Partner


class ClearanceRefused(Refused):
    """A rule forbids this clearance or its withdrawal; the message says which."""


@transaction.atomic
def clear(
    seller: Partner, category: Category, *, ends_on: datetime.date, paper: str, actor: User | None = None
) -> Clearance:
    """Let a seller sell a set online from today to a day, because its papers were seen."""
    if category.sale_rule != Category.SaleRule.CLEARANCE:
        raise ClearanceRefused(_("Goods of this set need no clearance."))
    if ends_on < clock.today():
        raise ClearanceRefused(_("The last day has passed already."))
    if not nfc(paper):
        raise ClearanceRefused(_("Name the paper that was seen."))
    made = Clearance.objects.create(
        seller=seller,
        category=category,
        starts_on=clock.today(),
        ends_on=ends_on,
        paper=nfc(paper),
        actor=actor,
    )
    refresh(seller, category)
    activity.record(
        "seller.cleared", seller, actor=actor, set=category.set_number, until=ends_on.isoformat(), paper=paper
    )
    return made


@transaction.atomic
def withdraw(clearance: Clearance, *, reason: str, actor: User | None = None) -> None:
    """End a clearance today; the goods are not sold any more at once."""
    if not nfc(reason):
        raise ClearanceRefused(_("Say why: the seller will read it."))
    today = clock.today()
    changed = Clearance.objects.filter(pk=clearance.pk, withdrawn_on=None).update(
        withdrawn_on=today, reason=nfc(reason)
    )
    if not changed:
        clearance.refresh_from_db()
        raise ClearanceRefused(
            _("It was withdrawn on %(day)s.") % {"day": date_format(clearance.withdrawn_on)}
        )
    refresh(clearance.seller, clearance.category)
    activity.record("seller.clearance_withdrawn", clearance.seller, actor=actor, reason=nfc(reason))


def cleared_until(seller: Partner, category: Category | None) -> datetime.date | None:
    """The last day on which the seller may sell this set; None if it may not, or needs no clearance."""
    if category is None or category.sale_rule != Category.SaleRule.CLEARANCE:
        return None
    counting = Clearance.objects.in_force().filter(seller=seller, category=category)
    return counting.aggregate(last=Max("ends_on"))["last"]


def refresh(seller: Partner, category: Category) -> None:
    """Write on the seller's products of the set until when they may be sold."""
    products = Product.objects.filter(producer=seller, categories=category)
    products.update(cleared_until=cleared_until(seller, category))
