"""Invitations to a seller's team, and the history of who belonged to it with which role."""

import secrets

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from marketplace.core import clock
from marketplace.core.models.steps import Step
from marketplace.core.roles import TeamRole

from .sellers import Partner

NONCE_BYTES = 12


def new_nonce() -> str:
    return secrets.token_urlsafe(NONCE_BYTES)


class InvitationQuerySet(models.QuerySet):
    def open(self):
        """Those that can still be accepted."""
        return self.filter(accepted_at=None, withdrawn_at=None, expires_at__gt=clock.now())


class Invitation(models.Model):
    """A place in a team that is offered to whoever opens the link; used once, and only for a time."""

    seller = models.ForeignKey(
        Partner, verbose_name=_("Seller"), on_delete=models.CASCADE, related_name="invitations"
    )
    role = models.CharField(_("Role"), max_length=10, choices=TeamRole)
    email = models.EmailField(_("E-mail"), blank=True, help_text=_("Empty where the link is sent by phone."))
    name = models.CharField(_("For whom"), max_length=120, blank=True)
    nonce = models.CharField(max_length=32, default=new_nonce, editable=False)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("Invited by"), on_delete=models.PROTECT, related_name="+"
    )
    invited_at = models.DateTimeField(_("Invited"), auto_now_add=True)
    expires_at = models.DateTimeField(_("Ends"))
    accepted_at = models.DateTimeField(_("Accepted"), null=True, blank=True)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("Accepted by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    withdrawn_at = models.DateTimeField(_("Withdrawn"), null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("Invitation")
        verbose_name_plural = _("Invitations")
        ordering = ["-id"]

    def __str__(self):
        return f"{self.seller}: {self.whom}, {self.get_role_display()}"

    @property
    def whom(self) -> str:
        return self.name or self.email

    @property
    def is_open(self) -> bool:
        return self.accepted_at is None and self.withdrawn_at is None and self.expires_at > clock.now()


class TeamStep(Step):
    """One change of a team: who came, got another role or left, and who did it."""

    class State(models.TextChoices):
        INVITED = "invited", _("Invited")
        WITHDRAWN = "withdrawn", _("Invitation withdrawn")
        JOINED = "joined", _("Joined")
        CHANGED = "changed", _("Another role")
        REMOVED = "removed", _("Removed")
        LEFT = "left", _("Left")

    seller = models.ForeignKey(
        Partner, verbose_name=_("Seller"), on_delete=models.CASCADE, related_name="team_steps"
    )
    state = models.CharField(_("What happened"), max_length=10, choices=State)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("Person"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    role = models.CharField(_("Role"), max_length=10, choices=TeamRole)

    class Meta(Step.Meta):
        verbose_name = _("Change of a team")
        verbose_name_plural = _("Changes of teams")
