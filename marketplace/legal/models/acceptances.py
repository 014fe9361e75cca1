from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .versions import Fixed, FixedQuerySet, Version


class Acceptance(Fixed):
    """Somebody agreed to a version: a person with an account, or whoever placed an order as a guest."""

    class Way(models.TextChoices):
        CHECKOUT = "checkout", _("Order")
        REGISTRATION = "registration", _("Registering an account")
        SELLING = "selling", _("Becoming a seller")

    version = models.ForeignKey(
        Version, verbose_name=_("Version"), on_delete=models.PROTECT, related_name="acceptances"
    )
    language = models.CharField(_("Language"), max_length=5, help_text=_("The language of the page."))
    way = models.CharField(_("By way of"), max_length=12, choices=Way)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("Account"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    order_number = models.CharField(_("Order"), max_length=40, blank=True, db_index=True)
    email = models.EmailField(_("E-mail"), blank=True, db_index=True)
    accepted_at = models.DateTimeField(_("Accepted"), auto_now_add=True, db_index=True)

    objects = FixedQuerySet.as_manager()

    class Meta:
        verbose_name = _("Acceptance")
        verbose_name_plural = _("Acceptances")
        ordering = ["-accepted_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(user__isnull=False) | ~Q(order_number=""), name="acceptance_is_by_somebody"
            ),
            models.UniqueConstraint(
                fields=["version", "order_number"],
                condition=~Q(order_number=""),
                name="one_acceptance_per_version_and_order",
            ),
        ]

    def __str__(self):
        return f"{self.version}: {self.order_number or self.email or self.user_id}"
