"""The marketplace's fee: dated rates, and what is owed by them for orders that were delivered."""

import datetime
from collections.abc import Iterable

from django.db import IntegrityError, transaction
from django.db.models import BigIntegerField, Case, Expression, F, Q, Value, When
from django.db.models.functions import Cast, Greatest
from django.utils.translation import gettext as _

from marketplace.core import activity, clock
from marketplace.core.exceptions import Refused
from marketplace.core.models import User
from marketplace.sales.domain.fulfil import ENDED_WELL
from marketplace.sales.models import FeeRate, SellerOrder
from marketplace.sales.models.fees import WHOLE

State = SellerOrder.State

CHARGED = ENDED_WELL
"""Only what the buyer has and keeps owes a fee: an order that was returned owes none, and of one of which
something was given back only the rest of the goods does."""


class RateRefused(Refused):
    """The rate cannot begin on this day; nothing changed."""


def set_rate(*, hundredths: int, valid_from: datetime.date, source: str, actor: User) -> FeeRate:
    """Charge this rate (hundredths of a percent) for orders placed from a day to come on.

    Raises ``RateRefused`` for a day that has begun, because sellers know what they owe, and for one that
    has a rate already.
    """
    if valid_from <= clock.today():
        raise RateRefused(
            _("A rate begins tomorrow at the earliest, so that no order is charged afterwards.")
        )
    try:
        with transaction.atomic():
            rate = FeeRate.objects.create(
                hundredths=hundredths, valid_from=valid_from, source=source, set_by=actor
            )
            activity.record("fee_rate.set", rate, actor=actor, hundredths=hundredths, source=source)
    except IntegrityError as error:
        raise RateRefused(_("There is a rate from this day on already.")) from error
    return rate


def all_rates() -> list[FeeRate]:
    """Every rate that was set, the newest first; one query."""
    return list(FeeRate.objects.order_by("-valid_from"))


def fee_owed(rates: Iterable[FeeRate], goods: Expression | None = None) -> Expression:
    """The fee of a seller order by `all_rates`, in whole VND, half a dong upwards, for annotations.

    ``goods`` is what of the goods is charged, in whole VND, all of them without it; see `goods_kept`.
    """
    goods = goods_charged() if goods is None else goods
    charged = Q(state__in=CHARGED)
    # The newest first: of the rates that had begun the last one counts.
    cases = [
        When(charged & Q(placed_at__gte=clock.begin_of(rate.valid_from)), then=_share(rate, goods))
        for rate in rates
    ]
    nothing = Value(0, BigIntegerField())
    return Case(*cases, default=nothing, output_field=BigIntegerField()) if cases else nothing


def goods_charged() -> Expression:
    """What the seller gets for the goods, in whole VND, which the fee is a share of.

    A discount that the seller gives lowers it; one that the marketplace bears does not, nor does one on
    delivery, which owes no fee.
    """
    given_by_seller = F("discount") - F("delivery_discount") - F("discount_by_marketplace")
    return F("goods_total") - given_by_seller - F("delivery_discount_by_marketplace")


def goods_kept(refunded: Expression) -> Expression:
    """What of the goods is left after ``refunded`` VND went back; a refund counts against the goods first.

    What the marketplace bears of their discount falls with them in proportion.
    """
    paid = F("goods_total") - F("discount") + F("delivery_discount")
    borne = F("discount_by_marketplace") - F("delivery_discount_by_marketplace")
    nothing = Value(0, BigIntegerField())
    # PostgreSQL sums whole numbers into decimals, which would not be divided as whole ones.
    left = Greatest(paid - Cast(refunded, BigIntegerField()), nothing, output_field=BigIntegerField())
    return left + borne * left / Greatest(paid, Value(1, BigIntegerField()), output_field=BigIntegerField())


def _share(rate: FeeRate, goods: Expression) -> Expression:
    """In whole numbers, which both databases divide alike."""
    return (goods * Value(rate.hundredths, BigIntegerField()) + Value(WHOLE // 2)) / Value(WHOLE)
