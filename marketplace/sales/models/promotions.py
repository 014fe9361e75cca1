"""Promotions: what makes goods or delivery cheaper for a time, on oscar's offers and vouchers.

Oscar's rows hold what its engine reads: name, dates, how often it can be used and was, condition, benefit and
the code. A `Promotion` beside them says who gives it, for which goods and who bears it.
"""

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _
from oscar.apps.offer.models import Benefit, Condition, ConditionalOffer
from oscar.apps.offer.results import SHIPPING_DISCOUNT, ZERO_DISCOUNT, BasketDiscount

from marketplace.core import clock
from marketplace.core.money import format_vnd
from marketplace.core.roles import Right
from producers.models import Partner


class PromotionKind(models.TextChoices):
    PERCENT = "percent", _("Percent off the goods")
    SUM = "sum", _("A sum off the goods")
    DELIVERY = "delivery", _("Cheaper or free delivery")


class PromotionState(models.TextChoices):
    COMING = "coming", _("Not yet running")
    RUNNING = "running", _("Running")
    USED_UP = "used_up", _("Used up")
    OVER = "over", _("Over")


class PromotionQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Promotions of sellers in whose team this person may edit the stall."""
        return self.filter(seller__in=Partner.objects.with_right(user, Right.EDIT_STALL))

    def of_marketplace(self):
        """What the marketplace gives itself."""
        return self.filter(seller=None)

    def on_offer(self):
        """Those that can be used now."""
        now = clock.now()
        return self.filter(
            Q(offer__max_global_applications=None)
            | Q(offer__num_applications__lt=F("offer__max_global_applications")),
            ended_at=None,
            offer__start_datetime__lte=now,
            offer__end_datetime__gte=now,
        )

    def for_rows(self):
        """With everything that a row of a list shows, in a fixed number of queries."""
        return self.select_related(
            "offer__benefit", "offer__condition", "voucher", "seller", "made_by"
        ).prefetch_related("sellers", "products")


class Promotion(models.Model):
    """What a seller gives on its own goods, or the marketplace on those of the sellers that it names.

    It is never changed in what it gives once somebody has used it; ended, it stays for the orders that it is
    in. Of a marketplace's promotion without ``sellers`` all goods are meant, of any without ``products`` all
    goods of its sellers. Goods sold from an age on never are.
    """

    Kind = PromotionKind
    State = PromotionState

    offer = models.OneToOneField(
        ConditionalOffer, verbose_name=_("Offer"), on_delete=models.PROTECT, related_name="promotion"
    )
    voucher = models.OneToOneField(
        "voucher.Voucher",
        verbose_name=_("Code"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="promotion",
    )
    title = models.CharField(_("Name"), max_length=80, help_text=_("Buyers read it."))
    seller = models.ForeignKey(
        Partner,
        verbose_name=_("Given by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="promotions",
        help_text=_("Empty: the marketplace."),
    )
    is_borne_by_marketplace = models.BooleanField(_("The marketplace bears the cost"), default=False)
    kind = models.CharField(_("Kind"), max_length=10, choices=PromotionKind)
    most = models.PositiveBigIntegerField(
        _("At most (VND)"), null=True, blank=True, help_text=_("Of a percentage, for one order.")
    )
    is_for_first_order = models.BooleanField(_("Only for a person's first order"), default=False)
    per_person = models.PositiveSmallIntegerField(_("Uses per person"), null=True, blank=True)
    event = models.ForeignKey(
        "events.Event",
        verbose_name=_("Event"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="promotions",
    )
    sellers = models.ManyToManyField(
        Partner, verbose_name=_("Stalls"), blank=True, related_name="joined_promotions"
    )
    products = models.ManyToManyField(
        "catalogue.Product", verbose_name=_("Products"), blank=True, related_name="promotions"
    )
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("Made by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    made_at = models.DateTimeField(_("Made"), auto_now_add=True)
    ended_at = models.DateTimeField(_("Ended early"), null=True, blank=True)
    used_up_at = models.DateTimeField(_("Last use taken"), null=True, blank=True)

    objects = PromotionQuerySet.as_manager()

    class Meta:
        verbose_name = _("Promotion")
        verbose_name_plural = _("Promotions")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(seller=None) | Q(is_borne_by_marketplace=False, event=None),
                name="promotion_of_seller_is_borne_by_it",
            ),
            models.CheckConstraint(
                condition=Q(most=None) | Q(kind="percent", most__gt=0), name="promotion_most_of_percent"
            ),
        ]

    def __str__(self):
        return self.title

    @property
    def code(self) -> str:
        """What the buyer enters; empty where it counts by itself."""
        return self.voucher.code if self.voucher is not None else ""

    @property
    def value(self) -> int:
        """Percent, or VND; 0 for delivery that is free."""
        return int(self.offer.benefit.value or 0)

    @property
    def minimum(self) -> int:
        """For how much of its goods, before discounts, one order must hold; in VND."""
        return int(self.offer.condition.value or 0)

    @property
    def limit(self) -> int | None:
        """In how many orders it can be used; None for as many as come."""
        return self.offer.max_global_applications

    @property
    def left(self) -> int | None:
        """In how many more; None for as many as come."""
        return None if self.limit is None else max(self.limit - self.offer.num_applications, 0)

    @property
    def starts_at(self):
        return self.offer.start_datetime

    @property
    def ends_at(self):
        return self.offer.end_datetime

    @property
    def state(self) -> PromotionState:
        now = clock.now()
        if self.ended_at is not None or self.ends_at < now:
            return PromotionState.OVER
        if self.starts_at > now:
            return PromotionState.COMING
        return PromotionState.USED_UP if self.left == 0 else PromotionState.RUNNING

    @property
    def is_delivery(self) -> bool:
        return self.kind == PromotionKind.DELIVERY

    @property
    def gift(self) -> str:
        """What it gives, in a few words."""
        words = {"value": self.value, "sum": format_vnd(self.value)}
        if self.kind == PromotionKind.SUM:
            return str(_("%(sum)s off") % words)
        if self.is_delivery:
            return str(_("%(sum)s off delivery") % words if self.value else _("Free delivery"))
        if self.most is not None:
            return str(_("%(value)s%% off, at most %(most)s") % {**words, "most": format_vnd(self.most)})
        return str(_("%(value)s%% off") % words)

    @property
    def in_short(self) -> str:
        """What it gives to whom until when, in the reader's language."""
        words = [self.gift]
        if self.minimum:
            words.append(_("from %(sum)s of goods") % {"sum": format_vnd(self.minimum)})
        if self.is_for_first_order:
            words.append(str(_("on a first order")))
        day = date_format(localtime(self.ends_at), "SHORT_DATE_FORMAT")
        return ", ".join([*words, _("until %(day)s") % {"day": day}])

    def covers_seller(self, seller_id: int) -> bool:
        """Whether it counts for goods of this seller, as far as it goes by the seller."""
        if self.seller_id is not None:
            return seller_id == self.seller_id
        named = {seller.pk for seller in self.sellers.all()}
        return not named or seller_id in named

    def covers(self, product, seller_id: int) -> bool:
        """Whether it counts for a product that this seller sells; no query after `for_rows`.

        Law 44/2019/QH14, Art. 5 forbids promotions with spirits; how strong a drink is nobody records, so all
        goods that are sold from an age on are left out.
        """
        if not self.covers_seller(seller_id) or not product.is_discountable:
            return False
        if product.category is not None and product.category.minimum_age:
            return False
        named = {each.pk for each in self.products.all()}
        return not named or product.pk in named or product.parent_id in named

    def discount_on(self, goods: int) -> int:
        """By how much goods of this worth become cheaper, in whole VND; never by more than they cost."""
        if self.kind == PromotionKind.PERCENT:
            return min(goods * self.value // 100, self.most or goods)
        return min(self.value, goods) if self.kind == PromotionKind.SUM else 0

    def discount_on_delivery(self, charge: int) -> int:
        """By how much delivery that costs ``charge`` VND becomes cheaper."""
        return min(charge, self.value or charge) if self.is_delivery else 0


class PromotionUse(models.Model):
    """One order in which a promotion was used; given back, it can be used once more.

    Whose it was is known by account, phone or e-mail: whichever is the same makes the same person.
    """

    promotion = models.ForeignKey(
        Promotion, verbose_name=_("Promotion"), on_delete=models.PROTECT, related_name="uses"
    )
    order = models.ForeignKey(
        "order.Order", verbose_name=_("Order"), on_delete=models.PROTECT, related_name="promotion_uses"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("Person"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    phone = models.CharField(_("Phone"), max_length=20, blank=True)
    email = models.EmailField(_("E-mail"), blank=True)
    used_at = models.DateTimeField(_("Used"), auto_now_add=True)
    given_back_at = models.DateTimeField(_("Given back"), null=True, blank=True)

    class Meta:
        verbose_name = _("Use of a promotion")
        verbose_name_plural = _("Uses of promotions")
        constraints = [
            models.UniqueConstraint(fields=["promotion", "order"], name="promotion_once_in_an_order")
        ]

    def __str__(self):
        return f"{self.promotion}: {self.order}"


def spread(amount: int, worths: list[int]) -> list[int]:
    """An amount in whole VND shared out in proportion, no part more than its worth; the sum is exact.

    ``amount`` is at most the sum of the worths.
    """
    whole, parts, before, given = sum(worths), [], 0, 0
    for worth in worths:
        before += worth
        until = amount * before // whole if whole else 0
        parts.append(until - given)
        given = until
    return parts


class PromotionCondition(Condition):
    """Oscar's condition of a promotion: enough of its goods are in the basket, and no better one has them."""

    class Meta:
        proxy = True
        app_label = "sales"

    @property
    def name(self) -> str:
        return _("Goods for %(sum)s or more") % {"sum": format_vnd(self.value or 0)}

    def is_satisfied(self, offer, basket) -> bool:
        worth = sum(worth for worth, _line in promoted_lines(offer, basket))
        return worth > 0 and worth >= (self.value or 0)


class PromotionBenefit(Benefit):
    """Oscar's benefit of a promotion: one sum in whole dong for all goods, shared out to the lines."""

    class Meta:
        proxy = True
        app_label = "sales"

    @property
    def name(self) -> str:
        return str(PromotionKind(self.offers.get().promotion.kind).label)

    def apply(self, basket, condition, offer, **kwargs):
        promotion = offer.promotion
        if promotion.is_delivery:
            return SHIPPING_DISCOUNT
        lines = promoted_lines(offer, basket)
        worths = [worth for worth, _line in lines]
        amount = promotion.discount_on(sum(worths))
        if not amount:
            return ZERO_DISCOUNT
        for part, (_worth, line) in zip(spread(amount, worths), lines, strict=True):
            line.discount(Decimal(part), line.quantity, offer=offer)
        return BasketDiscount(Decimal(amount))


def promoted_lines(offer: ConditionalOffer, basket) -> list[tuple[int, object]]:
    """The basket's lines that an offer counts for, each with what it costs before discounts, in VND.

    A line has one discount on goods: what another promotion has made cheaper is left out.
    """
    promotion = offer.promotion
    found = []
    for line in basket.all_lines():
        if not promotion.covers(line.product, line.stockrecord.partner_id):
            continue
        price = line.purchase_info.price
        is_free = promotion.is_delivery or line.quantity_without_offer_discount(offer) == line.quantity
        if price.exists and is_free:
            found.append((int(price.incl_tax) * line.quantity, line))
    return found
