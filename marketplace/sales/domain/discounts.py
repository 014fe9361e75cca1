"""What promotions make of a basket, and their uses: taken with the order, given back when it is cancelled.

Oscar's engine applies them. Of several for the same goods the one that saves the buyer most counts, so that a
line has one discount at most and nobody loses by entering a code; so it is with delivery.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Count, F, Q, Sum
from django.utils.translation import gettext as _
from oscar.apps.basket.models import Basket
from oscar.apps.offer.applicator import Applicator
from oscar.apps.offer.models import ConditionalOffer
from oscar.apps.order.models import Order

from marketplace.core import clock
from marketplace.core.exceptions import Refused
from marketplace.core.models import User
from marketplace.core.money import format_vnd
from marketplace.sales.domain.quote import lines_of
from marketplace.sales.models import Promotion, PromotionUse, SellerOrder, SellerOrderLine
from marketplace.sales.models.promotions import promoted_lines

State = SellerOrder.State


@dataclass(frozen=True)
class Person:
    """Who buys, as far as it is known: whichever of the three is the same makes the same person."""

    user: User | None = None
    phone: str = ""
    email: str = ""

    @property
    def account(self) -> User | None:
        return self.user if self.user is not None and self.user.is_authenticated else None

    @property
    def is_known(self) -> bool:
        return bool(self.account or self.phone or self.email)

    def owns(self, user: str, phone: str, email: str) -> Q:
        """The condition by the names of fields that rows are this person's; only for one that is known."""
        found = Q()
        if self.account is not None:
            found |= Q(**{user: self.account})
        if self.phone:
            found |= Q(**{phone: self.phone})
        if self.email:
            found |= Q(**{email: self.email})
        return found


class PromotionGone(Refused):
    """Somebody else took the last use, or this person has none left; nothing was ordered."""

    def __init__(self, promotion: Promotion):
        self.promotion = promotion
        super().__init__(
            _("“%(title)s” has just been used up. Please check your order and confirm again.")
            % {"title": promotion.title}
        )


class PromotionLost(Refused):
    """What a buyer would leave is less than a promotion asks for; nothing changed.

    ``others`` are the parts of other sellers that would stand and have it.
    """

    def __init__(self, promotion: Promotion, others: Collection[SellerOrder]):
        self.promotion, self.others = promotion, others
        words = {
            "title": promotion.title,
            "sum": format_vnd(promotion.minimum),
            "sellers": ", ".join(each.seller_name for each in others),
        }
        text = (
            _(
                "“%(title)s” needs goods for %(sum)s. Please cancel the whole part, that of %(sellers)s as "
                "well, and order anew."
            )
            if others
            else _("“%(title)s” needs goods for %(sum)s. Please cancel the whole part and order anew.")
        )
        super().__init__(text % words)


class PromotionApplicator(Applicator):
    """Oscar's applicator with the promotions that this person can use, the one that saves most first."""

    def __init__(self, person: Person):
        self.person = person

    def get_offers(self, basket, user=None, request=None):
        sellers = {line.stockrecord.partner_id for line in basket.all_lines()}
        found = usable(running(sellers, basket), self.person)
        own = [promotion.offer for promotion in found]
        own.sort(key=lambda offer: (-_saving(offer, basket), offer.pk))
        return [*own, *super().get_offers(basket, user, request)]

    def get_site_offers(self):
        """Offers that were made on oscar's dashboard."""
        return super().get_site_offers().filter(promotion=None)

    def get_basket_offers(self, basket, user):
        if not basket.vouchers.filter(promotion=None).exists():
            return []
        return [offer for offer in super().get_basket_offers(basket, user) if not is_promotion(offer)]


def is_promotion(offer: ConditionalOffer) -> bool:
    return getattr(offer, "promotion", None) is not None


def running(sellers: Collection[int], basket: Basket | None = None) -> list[Promotion]:
    """What runs for goods of these sellers: promotions without a code and those that a basket holds."""
    counted = Q(voucher=None)
    if basket is not None:
        counted |= Q(voucher__basket=basket)
    found = Promotion.objects.on_offer().for_rows().filter(counted)
    found = found.filter(Q(seller=None) | Q(seller__in=sellers)).order_by("pk").distinct()
    return [each for each in found if any(map(each.covers_seller, sellers))]


def usable(promotions: Iterable[Promotion], person: Person) -> list[Promotion]:
    """Those that this person can use still; of who is not known yet, all."""
    found = list(promotions)
    if not person.is_known:
        return found
    uses = _uses_of(person, [each.pk for each in found if each.per_person])
    bought = _bought_from(person) if any(each.is_for_first_order for each in found) else set()
    return [
        each
        for each in found
        if not (each.per_person and uses.get(each.pk, 0) >= each.per_person)
        and not (each.is_for_first_order and _is_buyer_of(each, bought))
    ]


def reduce_prices(basket: Basket, person: Person) -> None:
    """Apply what runs to the basket as the database has it; the lines get their discounts."""
    basket.reset_offer_applications()
    if basket.pk is not None and ConditionalOffer.active.exists():
        lines_of(basket)
        PromotionApplicator(person).apply(basket, person.user)


def why_never(promotion: Promotion, basket: Basket, person: Person) -> str:
    """Why this person's code makes nothing cheaper, however much of the same goods they buy; empty else."""
    if promotion.state != Promotion.State.RUNNING:
        return why_not_now(promotion)
    if not usable([promotion], person):
        if promotion.is_for_first_order:
            return _("This code is for a first order.")
        return _("You have used this code already.")
    if not _worth(promotion, basket):
        return _("This code is not for what your basket holds.")
    return ""


def why_not(promotion: Promotion, basket: Basket, person: Person) -> str:
    """Why a code that a basket holds makes nothing cheaper now, in the buyer's words; empty where it does."""
    never = why_never(promotion, basket, person)
    if never:
        return never
    worth = _worth(promotion, basket)
    if worth < promotion.minimum:
        missing = {"sum": format_vnd(promotion.minimum - worth)}
        return _("Add goods for %(sum)s, and this code counts.") % missing
    if promotion.offer_id in basket.offer_applications.applications:
        return ""
    return _("Another promotion saves you more on the same goods. You keep the code for another order.")


def why_not_now(promotion: Promotion) -> str:
    """Why nobody can use a promotion today; empty while it runs."""
    return {
        Promotion.State.COMING: _("This code cannot be used yet."),
        Promotion.State.OVER: _("This code has ended."),
        Promotion.State.USED_UP: _("This code has been used up."),
        Promotion.State.RUNNING: "",
    }[promotion.state]


def take(order: Order, promotions: Iterable[Promotion], person: Person) -> None:
    """Count one use of each in this order, in the transaction that writes it; raises ``PromotionGone``.

    The rows that limit them are locked in one order, so that two buyers never wait for each other.
    """
    for promotion in sorted(set(promotions), key=lambda each: each.offer_id):
        if promotion.limit is not None and not _take_one(promotion):
            raise PromotionGone(promotion)
        if promotion.per_person or promotion.is_for_first_order:
            ConditionalOffer.objects.select_for_update(no_key=True).get(pk=promotion.offer_id)
            if not usable([promotion], person):
                raise PromotionGone(promotion)
        PromotionUse.objects.create(
            promotion=promotion, order=order, user=person.account, phone=person.phone, email=person.email
        )


def give_back(order_id: int) -> None:
    """Give the uses back that an order took, as far as all that they made cheaper was cancelled.

    Belongs into the transaction that cancels.
    """
    taken = PromotionUse.objects.filter(order=order_id, given_back_at=None).select_related("promotion")
    for use in taken.order_by("promotion__offer_id"):
        with_it = Q(delivery_promotion=use.promotion_id) | Q(lines__promotion=use.promotion_id)
        standing = SellerOrder.objects.filter(order=order_id).exclude(state=State.CANCELLED)
        if standing.filter(with_it).exists():
            continue
        free = PromotionUse.objects.filter(pk=use.pk, given_back_at=None).update(given_back_at=clock.now())
        if free:
            _give_one_back(use.promotion)


def hold_parts(order_id: int) -> dict[int, str]:
    """Lock all seller orders of an order; gives their states by key.

    So of two acts on two of its parts the second one sees what the first one left. Belongs before their
    stock, as in every act of a seller order.
    """
    parts = SellerOrder.objects.select_for_update(no_key=True).filter(order=order_id)
    return dict(parts.order_by("pk").values_list("pk", "state"))


def check_left(order_id: int, cancelled: Mapping[int, int]) -> None:
    """What a buyer leaves of an order must be worth what the promotions that it keeps ask for.

    ``cancelled`` is how many of which line, by the lines' keys. What others cancelled before is not the
    buyer's doing: a promotion that lacks its goods already holds nobody back. Raises ``PromotionLost``.
    """
    promotions = list(Promotion.objects.for_rows().filter(uses__order=order_id).order_by("pk"))
    if not promotions:
        return
    lines = SellerOrderLine.objects.filter(seller_order__order=order_id, quantity__gt=0)
    lines = lines.exclude(seller_order__state=State.CANCELLED).order_by("pk")
    lines = lines.select_related("seller_order", "order_line__product")
    found = list(lines.prefetch_related("order_line__product__categories"))
    for promotion in promotions:
        _check_kept(promotion, found, cancelled)


def _check_kept(
    promotion: Promotion, lines: Collection[SellerOrderLine], cancelled: Mapping[int, int]
) -> None:
    left = {line: line.quantity - cancelled.get(line.pk, 0) for line in lines}
    earning = [line for line in lines if _earns(line, promotion)]
    before = sum(line.unit_price * line.quantity for line in earning)
    after = sum(line.unit_price * left[line] for line in earning)
    keeping = {line.seller_order for line in lines if left[line] and _is_cheaper_by(line, promotion)}
    if keeping and after < promotion.minimum <= before:
        touched = {line.seller_order_id for line in lines if cancelled.get(line.pk)}
        others = [part for part in keeping if part.pk not in touched]
        raise PromotionLost(promotion, sorted(others, key=lambda part: part.pk))


def _earns(line: SellerOrderLine, promotion: Promotion) -> bool:
    """Whether a line counts towards what a promotion asks for."""
    if not promotion.is_delivery:
        return line.promotion_id == promotion.pk
    product = line.order_line.product
    return product is not None and promotion.covers(product, line.seller_order.seller_id)


def _is_cheaper_by(line: SellerOrderLine, promotion: Promotion) -> bool:
    """Whether a promotion makes a line cheaper, or the delivery of the part that it is in."""
    return promotion.pk in (line.promotion_id, line.seller_order.delivery_promotion_id)


def _take_one(promotion: Promotion) -> bool:
    offers = ConditionalOffer.objects.filter(pk=promotion.offer_id)
    taken = offers.filter(num_applications__lt=F("max_global_applications")).update(
        num_applications=F("num_applications") + 1
    )
    if taken and offers.filter(num_applications=F("max_global_applications")).exists():
        # Also tells public pages that it is no longer on offer.
        Promotion.objects.filter(pk=promotion.pk).update(used_up_at=clock.now())
    return bool(taken)


def _give_one_back(promotion: Promotion) -> None:
    ConditionalOffer.objects.filter(pk=promotion.offer_id, num_applications__gt=0).update(
        num_applications=F("num_applications") - 1
    )
    Promotion.objects.filter(pk=promotion.pk).exclude(used_up_at=None).update(used_up_at=None)


def _uses_of(person: Person, promotions: list[int]) -> dict[int, int]:
    if not promotions:
        return {}
    uses = PromotionUse.objects.filter(person.owns("user", "phone", "email"), given_back_at=None)
    return dict(uses.filter(promotion__in=promotions).values_list("promotion").annotate(Count("pk")))


def _bought_from(person: Person) -> set[int]:
    """The sellers from whom this person has ordered before and not cancelled."""
    names = ("order__user", "order__placement__buyer_phone", "order__placement__buyer_email")
    earlier = SellerOrder.objects.filter(person.owns(*names)).exclude(
        state__in=(State.CANCELLED, State.REFUSED)
    )
    return set(earlier.order_by().values_list("seller", flat=True).distinct())


def _is_buyer_of(promotion: Promotion, bought: set[int]) -> bool:
    return bool(bought) if promotion.seller_id is None else promotion.seller_id in bought


def _worth(promotion: Promotion, basket: Basket) -> int:
    """What the goods of a basket that a promotion is for cost before discounts, in VND."""
    lines = [
        line for line in basket.all_lines() if promotion.covers(line.product, line.stockrecord.partner_id)
    ]
    prices = [(line.purchase_info.price, line.quantity) for line in lines]
    return sum(int(price.incl_tax) * quantity for price, quantity in prices if price.exists)


def _saving(offer: ConditionalOffer, basket: Basket) -> int:
    """What an offer saves on goods if it were the only one, in VND."""
    worth = sum(worth for worth, _line in promoted_lines(offer, basket))
    return offer.promotion.discount_on(worth) if worth >= offer.promotion.minimum else 0


def cost_of(promotions: Collection[int]) -> dict[int, int]:
    """By promotion, what it has taken off goods and delivery that were not cancelled, in VND."""
    lost = (State.CANCELLED, State.REFUSED)
    goods = SellerOrderLine.objects.filter(promotion__in=promotions).exclude(seller_order__state__in=lost)
    delivery = SellerOrder.objects.filter(delivery_promotion__in=promotions).exclude(state__in=lost)
    costs: dict[int, int] = {}
    rows = [
        *goods.order_by().values_list("promotion").annotate(Sum("discount")),
        *delivery.order_by().values_list("delivery_promotion").annotate(Sum("delivery_discount")),
    ]
    for promotion, amount in rows:
        costs[promotion] = costs.get(promotion, 0) + int(amount)
    return costs
