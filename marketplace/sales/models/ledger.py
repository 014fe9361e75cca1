from django.db import models
from django.db.models import BigIntegerField, F, Q, Sum
from django.db.models.functions import Cast, Coalesce
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from producers.models import Partner

from .seller_orders import SellerOrder


class LedgerAccount(models.TextChoices):
    """The accounts of a seller's book; a debit raises what the seller has or has spent, a credit the rest."""

    RECEIVABLE = "receivable", _("Owed by buyers")
    BANK = "bank", _("Received by bank transfer")
    CASH = "cash", _("Received in cash")
    CARRIER = "carrier", _("Collected by carriers")
    CARD = "card", _("Received by card")
    CARRIER_OUT = "carrier_out", _("Settled with carriers")
    HANDED_OVER = "handed_over", _("Handed over by carriers")
    DIFFERENCE = "difference", _("Differences with carriers")
    CLAIM = "claim", _("Claimed from the marketplace for its discounts")
    SALES = "sales", _("Goods sold")
    DELIVERY = "delivery", _("Delivery charged")
    DISCOUNT = "discount", _("Discounts given by the seller")
    RETURNS = "returns", _("Given back for goods")
    REFUNDS_OWED = "refunds_owed", _("To be given back to buyers")
    FEE = "fee", pgettext_lazy("account", "Marketplace fee")
    FEE_OWED = "fee_owed", _("Fee owed to the marketplace")


#: Where buyers' money comes in. What carriers collect goes on to the seller, and goes back from there; it is
#: set off on an account of its own, so that the first one says what was collected and nothing else.
RECEIVING_ACCOUNTS = (LedgerAccount.BANK, LedgerAccount.CASH, LedgerAccount.CARRIER, LedgerAccount.CARD)
REFUNDING_ACCOUNTS = (LedgerAccount.BANK, LedgerAccount.CASH, LedgerAccount.HANDED_OVER, LedgerAccount.CARD)
CARRIERS_ACCOUNTS = (LedgerAccount.CARRIER, LedgerAccount.CARRIER_OUT)
MONEY_ACCOUNTS = (*RECEIVING_ACCOUNTS, LedgerAccount.CARRIER_OUT, LedgerAccount.HANDED_OVER)


class LedgerCause(models.TextChoices):
    """What a transaction was posted for."""

    PLACED = "placed", _("Order placed")
    ORDER_STEP = "order_step", _("Step of the order")
    PAYMENT_STEP = "payment_step", _("Step of the payment")
    PAYOUT = "payout", _("Handed over by a carrier")
    BROUGHT_IN = "brought_in", _("Brought in or corrected")


class LedgerTransaction(models.Model):
    """What one act did to a seller's book: entries that balance, posted once and never changed.

    ``cause_key`` names the act, such as ``payment_step:17``; being unique it makes posting twice impossible.
    ``day`` is that of the posting in Hà Nội: what comes late belongs to the month in which it came.
    """

    Cause = LedgerCause

    seller = models.ForeignKey(Partner, verbose_name=_("Seller"), on_delete=models.PROTECT, related_name="+")
    seller_order = models.ForeignKey(
        SellerOrder,
        verbose_name=_("Seller order"),
        on_delete=models.PROTECT,
        related_name="ledger_transactions",
    )
    cause = models.CharField(_("Cause"), max_length=12, choices=LedgerCause)
    cause_key = models.CharField(_("Key of the cause"), max_length=60, unique=True)
    posted_at = models.DateTimeField(_("Posted"))
    day = models.DateField(_("Day"))

    class Meta:
        verbose_name = _("Ledger transaction")
        verbose_name_plural = _("Ledger transactions")
        ordering = ["id"]
        indexes = [
            models.Index(fields=["seller", "day", "id"], name="ledger_by_seller_and_day"),
            models.Index(fields=["day", "seller"], name="ledger_by_day"),
        ]

    def __str__(self):
        return self.cause_key


class LedgerEntryQuerySet(models.QuerySet):
    def balances(self, *groups: str) -> models.QuerySet:
        """By these fields and account, the sums of ``debited`` and ``credited`` and their ``balance``."""
        debited, credited = (
            Coalesce(Cast(Sum(side), BigIntegerField()), 0, output_field=BigIntegerField())
            for side in ("debit", "credit")
        )
        sums = self.order_by().values(*groups, "account").annotate(debited=debited, credited=credited)
        return sums.annotate(balance=F("debited") - F("credited"))


class LedgerEntry(models.Model):
    """One side of a transaction: so much, in whole VND, on the debit or the credit of an account."""

    Account = LedgerAccount

    transaction = models.ForeignKey(
        LedgerTransaction, verbose_name=_("Transaction"), on_delete=models.PROTECT, related_name="entries"
    )
    account = models.CharField(_("Account"), max_length=12, choices=LedgerAccount)
    debit = models.PositiveBigIntegerField(_("Debit (VND)"), default=0)
    credit = models.PositiveBigIntegerField(_("Credit (VND)"), default=0)

    objects = LedgerEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("Ledger entry")
        verbose_name_plural = _("Ledger entries")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(debit=0, credit__gt=0) | Q(debit__gt=0, credit=0),
                name="ledger_entry_has_one_side",
            ),
            models.UniqueConstraint(
                fields=["transaction", "account"], name="ledger_account_once_per_transaction"
            ),
        ]

    def __str__(self):
        return f"{self.get_account_display()}: {self.debit} | {self.credit}"


class LedgerMonthQuerySet(models.QuerySet):
    def sums(self, *groups: str) -> models.QuerySet:
        """By these fields and account, what was debited and credited, as rows of these."""
        sums = self.order_by().values(*groups, "account")
        debited, credited = (Cast(Sum(side), BigIntegerField()) for side in ("debited", "credited"))
        return sums.values_list(*groups, "account", debited, credited)


class LedgerMonth(models.Model):
    """What a month that has ended came to on one account of a seller: the sums of its entries, kept.

    Written by `marketplace.sales.domain.months.keep_ended` alone, of a month for all sellers at once. It is
    no other truth than the entries: `manage.py ledger verify` holds it against them.
    """

    Account = LedgerAccount

    seller = models.ForeignKey(
        Partner, verbose_name=_("Seller"), on_delete=models.PROTECT, related_name="+", db_index=False
    )
    month = models.DateField(_("Month"), help_text=_("Its first day."))
    account = models.CharField(_("Account"), max_length=12, choices=LedgerAccount)
    debited = models.PositiveBigIntegerField(_("Debited (VND)"))
    credited = models.PositiveBigIntegerField(_("Credited (VND)"))

    objects = LedgerMonthQuerySet.as_manager()

    class Meta:
        verbose_name = _("Month of the ledger")
        verbose_name_plural = _("Months of the ledger")
        ordering = ["month", "seller", "account"]
        constraints = [
            models.UniqueConstraint(fields=["seller", "month", "account"], name="ledger_month_kept_once")
        ]
        indexes = [models.Index(fields=["month", "seller"], name="ledger_months_by_month")]

    def __str__(self):
        return f"{self.seller_id}, {self.month}, {self.get_account_display()}"
