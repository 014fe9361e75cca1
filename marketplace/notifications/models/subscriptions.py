import secrets

from django.db import models
from django.utils.translation import gettext_lazy as _

from marketplace.core import clock


def _new_key() -> str:
    return secrets.token_urlsafe(24)


class Subscription(models.Model):
    """An address that asked for the newsletter; it gets it only once its owner has confirmed that."""

    class State(models.TextChoices):
        PENDING = "pending", _("Waiting for confirmation")
        CONFIRMED = "confirmed", _("Confirmed by its owner")
        ENDED = "ended", _("Unsubscribed")

    class Way(models.TextChoices):
        PAGE = "page", _("Page of the newsletter")
        CHECKOUT = "checkout", _("Order")
        REGISTRATION = "registration", _("Registering an account")

    email = models.EmailField(_("E-mail"), unique=True, help_text=_("In lower case."))
    language = models.CharField(_("Language"), max_length=5, default="vi")
    state = models.CharField(_("State"), max_length=10, choices=State, default=State.PENDING, db_index=True)
    way = models.CharField(_("By way of"), max_length=12, choices=Way, default=Way.PAGE)
    key = models.CharField(
        _("Key"),
        max_length=43,
        unique=True,
        default=_new_key,
        editable=False,
        help_text=_("The secret of the links in mails to this address."),
    )
    asked_at = models.DateTimeField(_("Asked for"), default=clock.now)
    confirmed_at = models.DateTimeField(_("Confirmed by its owner"), null=True, blank=True)
    ended_at = models.DateTimeField(_("Unsubscribed"), null=True, blank=True)

    class Meta:
        verbose_name = _("Subscription")
        verbose_name_plural = _("Subscriptions")
        ordering = ["-asked_at", "-pk"]

    def __str__(self):
        return self.email
