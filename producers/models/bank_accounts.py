from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from producers.banks import LONGEST_HOLDER, LONGEST_NUMBER, Bank, bank_of

from .sellers import Partner


class BankAccountQuerySet(models.QuerySet):
    def current(self):
        """The accounts to which buyers transfer now."""
        return self.filter(replaced_at=None)


class BankAccount(models.Model):
    """Where a seller is paid by transfer, from a moment on; shown only to buyers who owe the seller.

    A change is a new row, so that the rows of a seller are the history of its account.
    """

    seller = models.ForeignKey(
        Partner, verbose_name=_("Seller"), on_delete=models.CASCADE, related_name="bank_accounts"
    )
    bank_code = models.CharField(_("Bank"), max_length=6, help_text=_("Its six digits (BIN)."))
    number = models.CharField(_("Account number"), max_length=LONGEST_NUMBER)
    holder = models.CharField(_("Account holder"), max_length=LONGEST_HOLDER)
    is_other_name = models.BooleanField(
        _("In another name"),
        default=False,
        help_text=_(
            "The holder is neither the seller nor its representative; whoever set it confirmed that."
        ),
    )
    valid_from = models.DateTimeField(_("Valid from"), auto_now_add=True)
    replaced_at = models.DateTimeField(_("Replaced"), null=True, blank=True)
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("Set by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )

    objects = BankAccountQuerySet.as_manager()

    class Meta:
        verbose_name = _("Bank account")
        verbose_name_plural = _("Bank accounts")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["seller"], condition=Q(replaced_at=None), name="one_current_bank_account_per_seller"
            )
        ]

    def __str__(self):
        return f"{self.bank or self.bank_code}, {self.number}, {self.holder}"

    @property
    def bank(self) -> Bank | None:
        return bank_of(self.bank_code)

    @property
    def masked_number(self) -> str:
        """The number for a history: only its last four characters."""
        return f"…{self.number[-4:]}"
