from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from marketplace.core import clock
from producers.models import Partner


class NoticeQuerySet(models.QuerySet):
    def of(self, user):
        """This person's own; those to a team only while the person is in it."""
        return self.filter(Q(seller=None) | Q(seller__team__user=user), recipient=user)

    def listed_for(self, user):
        """What this person finds in the site, the newest first."""
        return self.of(user).filter(is_listed=True).order_by("-pk")

    def unread_by(self, user):
        return self.listed_for(user).filter(read_at=None)


class Notice(models.Model):
    """One piece of news for one person, told once by each way that the person wants.

    Holds the facts and not the words: these are written when it is read, in the reader's language.
    """

    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("Recipient"),
        on_delete=models.CASCADE,
        related_name="notices",
    )
    seller = models.ForeignKey(
        Partner,
        verbose_name=_("Seller"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="+",
        help_text=_("Whose team is told; empty for news to the person."),
    )
    kind = models.CharField(_("Kind"), max_length=30)
    key = models.CharField(_("Key"), max_length=120, help_text=_("Of what it tells; once for each person."))
    facts = models.JSONField(_("Facts"), default=dict)
    is_listed = models.BooleanField(_("Shown in the site"), default=False)
    created_at = models.DateTimeField(_("At"), default=clock.now)
    read_at = models.DateTimeField(_("Read"), null=True, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("Notice")
        verbose_name_plural = _("Notices")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["recipient", "kind", "key"], name="one_notice_per_person_and_news"
            ),
        ]
        indexes = [
            models.Index(fields=["recipient", "-id"], name="notices_of_person"),
            models.Index(fields=["recipient"], condition=Q(read_at=None), name="unread_notices_of_person"),
        ]

    def __str__(self):
        return f"{self.kind} {self.key}"


class ChannelChoice(models.Model):
    """That a person wants news of one kind by one way, or not; without a row the kind's own habit counts."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("Person"),
        on_delete=models.CASCADE,
        related_name="channel_choices",
    )
    kind = models.CharField(_("Kind"), max_length=30)
    channel = models.CharField(_("Way"), max_length=10)
    is_wanted = models.BooleanField(_("Wanted"))

    class Meta:
        verbose_name = _("Choice of a way")
        verbose_name_plural = _("Choices of ways")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "kind", "channel"], name="one_choice_per_kind_and_channel"
            ),
        ]

    def __str__(self):
        return f"{self.kind} {self.channel}: {self.is_wanted}"
