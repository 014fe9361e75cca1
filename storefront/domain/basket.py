"""Changing a basket: what a buyer asks for is checked against what is for sale and in stock."""

from collections.abc import Mapping

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from oscar.apps.basket.models import Basket, Line

from catalog.models import Product
from marketplace.core.exceptions import Refused
from marketplace.core.money import format_number
from marketplace.sales.domain import discounts, promotions
from marketplace.sales.domain.discounts import Person
from marketplace.sales.domain.quote import booking_terms, breach, title_of
from marketplace.sales.models import Promotion
from producers.models import Departure, StockRecord

MOST_CODES = 5


class NotSold(Refused):
    """The product cannot be bought here now, or not booked for this date."""

    def __init__(self, product: Product, departure: Departure | None = None):
        if product.is_sold_out and departure is not None and departure.free > 0:
            words = _("%(title)s can no longer be booked for this date.")
        elif product.is_sold_out:
            words = _("%(title)s is sold out.")
        elif product.is_paused:
            words = _("%(title)s cannot be ordered now: its stall takes a break.")
        else:
            words = _("%(title)s is not sold online at present.")
        super().__init__(words % {"title": title_of(product, departure)})


class NoDate(Refused):
    """The product is booked for a date, and none of its own was chosen."""

    def __init__(self):
        super().__init__(_("Please choose a date."))


class TooMany(Refused):
    """More is wanted than there is; `in_basket` of it lie in the basket already."""

    def __init__(self, product: Product, in_basket: int, departure: Departure | None = None):
        words = (
            _("Only %(count)s of %(title)s are left, and your basket holds %(in_basket)s already.")
            if in_basket
            else _("Only %(count)s of %(title)s are left.")
        )
        super().__init__(
            words
            % {
                "count": product.available,
                "title": title_of(product, departure),
                "in_basket": in_basket,
            }
        )


class BasketFull(Refused):
    """One order has an upper limit, so that nobody orders what no seller could pack."""

    def __init__(self):
        most = format_number(settings.OSCAR_MAX_BASKET_QUANTITY_THRESHOLD)
        super().__init__(_("One order can hold at most %(most)s items.") % {"most": most})


def add(
    basket: Basket,
    product: Product,
    quantity: int,
    departure: Departure | None = None,
    shelf: StockRecord | None = None,
) -> None:
    """Put a quantity of a product into the basket, of a point's shelf, or places of one of its dates.

    Needs the basket's strategy. Raises ``NoDate``, ``NotSold``, ``TooMany``, ``BasketFull`` or, for more or
    fewer places than one booking has, ``Refused``; then nothing changed.
    """
    if product.is_booked != (departure is not None):
        raise NoDate
    # A line of a basket keeps the stock record that it was made with: the date's, or that of the point.
    if departure is not None:
        product.stock_record = departure.stock_record
    if shelf is not None:
        product.stock_record = shelf
    if not _can_take(product, shelf):
        raise NotSold(product, departure)
    in_basket = 0
    if basket.pk is not None:
        rows = basket.lines.filter(stockrecord=product.stock_record).values_list("quantity", flat=True)
        in_basket = sum(rows)
    if in_basket + quantity > product.available:
        raise TooMany(product, in_basket, departure)
    if departure is not None:
        _check_terms(product, departure, in_basket + quantity)
    _check_limit(basket, quantity)
    basket.add_product(product, quantity)


@transaction.atomic
def change(basket: Basket, quantities: Mapping[int, int], *, remove: int | None = None) -> None:
    """Set quantities by basket line and take one line out; checked by the form that they come from.

    Raises ``BasketFull``; then nothing changed. A basket that was ordered meanwhile has nothing to change.
    """
    if basket.pk is None:
        return
    lines = {line.pk: line for line in basket.lines.filter(pk__in=quantities)}
    _check_limit(basket, sum(quantities[pk] - line.quantity for pk, line in lines.items()))
    for pk, line in lines.items():
        line.quantity = quantities[pk]
    Line.objects.bulk_update(lines.values(), ["quantity"])
    if remove is not None:
        basket.lines.filter(pk=remove).delete()
    basket.reset_offer_applications()


class NoSuchCode(Refused):
    """Nobody has given out this code; nothing changed."""

    def __init__(self):
        super().__init__(_("This code is not known. Please check how it is written."))


def enter_code(basket: Basket, text: str, person: Person) -> None:
    """Keep the code of a promotion in the basket; it counts as soon as its minimum is reached.

    Raises ``NoSuchCode``, or ``Refused`` with the reason why it cannot count; then nothing changed.
    """
    promotion = promotions.find_code(text)
    if promotion is None:
        raise NoSuchCode
    reason = discounts.why_never(promotion, basket, person)
    if reason:
        raise Refused(reason)
    if basket.vouchers.exclude(pk=promotion.voucher_id).count() >= MOST_CODES:
        raise Refused(_("Your basket holds %(most)s codes already.") % {"most": MOST_CODES})
    basket.vouchers.add(promotion.voucher)


def drop_code(basket: Basket, code: str) -> None:
    """Take a code out of the basket; one that is not in it changes nothing."""
    if basket.pk is not None:
        basket.vouchers.remove(*basket.vouchers.filter(code=promotions.tidy_code(code)))


def codes_in(basket: Basket, person: Person) -> list[tuple[Promotion, str]]:
    """The promotions whose codes a priced basket holds, each with why it makes nothing cheaper now."""
    if basket.pk is None:
        return []
    found = Promotion.objects.for_rows().filter(voucher__basket=basket).order_by("pk")
    return [(promotion, discounts.why_not(promotion, basket, person)) for promotion in found]


def _can_take(product: Product, shelf: StockRecord | None) -> bool:
    """Whether there is one to buy now. A point sells and rests at its own times, not at the stall's."""
    if shelf is None:
        return product.can_buy
    is_sold = product.is_for_sale and not product.is_booked and shelf.partner.point.keeps_for_buyers
    return is_sold and shelf.can_be_taken and not shelf.partner.is_paused


def _check_terms(product: Product, departure: Departure, wanted: int) -> None:
    title = title_of(product, departure)
    problem = breach(booking_terms(product), title, wanted, departure.free)
    if problem is not None:
        raise Refused(str(problem))


def _check_limit(basket: Basket, more: int) -> None:
    if more > 0 and basket.num_items + more > settings.OSCAR_MAX_BASKET_QUANTITY_THRESHOLD:
        raise BasketFull
