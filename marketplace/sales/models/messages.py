from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from marketplace.core.roles import Right
from producers.models import Partner

from .seller_orders import SellerOrder

#: Characters of one message.
LONGEST_MESSAGE = 2000


class Side(models.TextChoices):
    """Who of the two writes or reads."""

    BUYER = "buyer", _("Buyer")
    SELLER = "seller", _("Seller")


class ThreadQuerySet(models.QuerySet):
    def answerable_by(self, user):
        """Threads of sellers in whose team this person may answer buyers."""
        return self.filter(seller__in=Partner.objects.with_right(user, Right.ANSWER_BUYERS))


class Thread(models.Model):
    """The messages of one seller order: when the last came and how many each side has not read.

    Begun with the first message. The seller is repeated so that a team's list, unread first, is read along
    an index.
    """

    seller_order = models.OneToOneField(
        SellerOrder, verbose_name=_("Seller order"), on_delete=models.CASCADE, related_name="thread"
    )
    seller = models.ForeignKey(
        Partner, verbose_name=_("Seller"), on_delete=models.PROTECT, related_name="threads", db_index=False
    )
    last_at = models.DateTimeField(_("Last message"))
    waits_for_seller = models.BooleanField(_("Unread by the seller"), default=False)
    unread_by_seller = models.PositiveIntegerField(_("Unread by the seller, number"), default=0)
    unread_by_buyer = models.PositiveIntegerField(_("Unread by the buyer, number"), default=0)

    objects = ThreadQuerySet.as_manager()

    class Meta:
        verbose_name = _("Thread")
        verbose_name_plural = _("Threads")
        ordering = ["-waits_for_seller", "-last_at", "-id"]
        indexes = [
            models.Index(
                fields=["seller", "-waits_for_seller", "-last_at", "-id"], name="sales_thread_of_seller"
            )
        ]

    def __str__(self):
        return str(self.seller_order)


class Message(models.Model):
    """What one side wrote to the other about a seller order; never changed afterwards."""

    Side = Side

    seller_order = models.ForeignKey(
        SellerOrder, verbose_name=_("Seller order"), on_delete=models.CASCADE, related_name="messages"
    )
    side = models.CharField(_("Side"), max_length=6, choices=Side)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("Author"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("Empty for a buyer who came by the link of the order."),
    )
    body = models.TextField(_("Text"), max_length=LONGEST_MESSAGE, blank=True)
    at = models.DateTimeField(_("At"))
    read_at = models.DateTimeField(_("Read by the other side"), null=True, blank=True)

    class Meta:
        verbose_name = _("Message")
        verbose_name_plural = _("Messages")
        ordering = ["id"]

    def __str__(self):
        return f"{self.get_side_display()}, {self.at}"

    @property
    def is_from_buyer(self) -> bool:
        return self.side == Side.BUYER
