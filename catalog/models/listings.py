"""What the office checks before buyers see it: new listings, changed names, pictures and origins."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from marketplace.core.text import fold, nfc

from .products import Product


class Listing(models.Model):
    """Whether buyers may see a product, and why not; `catalog.domain.listings` keeps ``is_public`` by it.

    A product without one was brought by the office's own import and counts as approved.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        WAITING = "waiting", _("Waits for approval")
        APPROVED = "approved", _("Approved")
        SENT_BACK = "sent back", _("Sent back")
        HIDDEN = "hidden", _("Hidden")
        TAKEN_DOWN = "taken down", _("Taken down")

    product = models.OneToOneField(
        Product, verbose_name=_("Product"), on_delete=models.PROTECT, related_name="listing"
    )
    state = models.CharField(_("State"), max_length=10, choices=State, default=State.DRAFT, db_index=True)
    approved_at = models.DateTimeField(_("First approved"), null=True, blank=True)

    class Meta:
        verbose_name = _("Listing")
        verbose_name_plural = _("Listings")

    def __str__(self):
        return f"{self.product}: {self.get_state_display()}"


class ListingCheckQuerySet(models.QuerySet):
    def waiting(self):
        """What the office has to decide, the longest waiting first."""
        return self.filter(state=ListingCheck.State.WAITING).order_by("sent_at", "pk")


class ListingCheck(models.Model):
    """One thing sent to the office: a new listing as it stood, or the changes of one that buyers see.

    What was sent never changes; it is kept as the record of what was decided on.
    """

    class Kind(models.TextChoices):
        NEW = "new", _("New listing")
        CHANGE = "change", _("Changed listing")

    class State(models.TextChoices):
        WAITING = "waiting", _("Waits for approval")
        APPROVED = "approved", _("Approved")
        SENT_BACK = "sent back", _("Sent back")
        TAKEN_BACK = "taken back", _("Taken back")

    product = models.ForeignKey(
        Product, verbose_name=_("Product"), on_delete=models.PROTECT, related_name="listing_checks"
    )
    kind = models.CharField(_("Kind"), max_length=6, choices=Kind)
    state = models.CharField(_("State"), max_length=10, choices=State, default=State.WAITING)
    changes = models.JSONField(_("What was sent"), default=dict)
    before = models.JSONField(_("What it was before"), default=dict)
    marks = models.JSONField(
        _("Words to look at"), default=list, help_text=_("Of the office's list, found in the texts.")
    )
    sent_at = models.DateTimeField(_("Sent"), auto_now_add=True)
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("Sent by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    decided_at = models.DateTimeField(_("Decided"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("Decided by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    reason = models.CharField(_("Reason"), max_length=500, blank=True, help_text=_("The seller reads it."))

    objects = ListingCheckQuerySet.as_manager()

    class Meta:
        verbose_name = _("Check of a listing")
        verbose_name_plural = _("Checks of listings")
        ordering = ["-id"]
        indexes = [models.Index(fields=["state", "sent_at"])]
        constraints = [
            models.UniqueConstraint(
                fields=["product"], condition=Q(state="waiting"), name="one_waiting_check_per_product"
            )
        ]

    def __str__(self):
        return f"{self.product}: {self.get_kind_display()}, {self.get_state_display()}"


class BannedWord(models.Model):
    """A word or phrase that a listing must not have, or that the office wants to see before it shows."""

    class Rule(models.TextChoices):
        REFUSED = "refused", _("Refused: the seller is told at once")
        MARKED = "marked", _("Marked: the office looks at it by itself")

    word = models.CharField(_("Word or phrase"), max_length=80, unique=True)
    folded = models.CharField(_("Folded"), max_length=80, editable=False)
    rule = models.CharField(_("What happens"), max_length=8, choices=Rule, default=Rule.MARKED)
    note = models.CharField(
        _("Why"), max_length=200, blank=True, help_text=_("Such as the rule that forbids it.")
    )

    class Meta:
        verbose_name = _("Banned word")
        verbose_name_plural = _("Banned words")
        ordering = ["folded", "pk"]

    def __str__(self):
        return self.word

    def save(self, *args, **kwargs):
        self.word = nfc(self.word).casefold()
        self.folded = fold(self.word)
        super().save(*args, **kwargs)
