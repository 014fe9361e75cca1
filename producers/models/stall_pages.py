from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .sellers import Partner
from .stories import StoryPicture


class Accent(models.TextChoices):
    """The colours that a stall can have; each keeps its contrast in light and dark (tokens.css)."""

    INDIGO = "indigo", _("Indigo")
    LEAF = "leaf", _("Leaf green")
    TURMERIC = "turmeric", _("Turmeric")
    PLUM = "plum", _("Plum")
    CLAY = "clay", _("Clay")
    CHARCOAL = "charcoal", _("Charcoal")


class BlockKind(models.TextChoices):
    """What a stall's page can be made of."""

    TEXT = "text", _("Text")
    PICTURE = "picture", _("Picture")
    VIDEO = "video", _("Video")
    MILESTONES = "milestones", _("Milestones")


class StallText(models.Model):
    """What a producer says of its stall and how it looks.

    ``blocks`` are dicts in their order, each with its ``kind`` (`BlockKind`): text has ``heading`` and
    ``body``, picture a ``picture`` (as a story's) and ``caption``, video ``url`` and ``title``, milestones
    ``heading`` and ``rows``, pairs of a year or date and what happened. `producers.domain.stall_pages`
    checks them.
    """

    accent = models.CharField(_("Colour"), max_length=10, choices=Accent, default=Accent.INDIGO)
    banner = models.JSONField(_("Banner"), null=True, blank=True)
    logo = models.JSONField(_("Logo"), null=True, blank=True)
    village = models.CharField(_("Craft village"), max_length=120, blank=True)
    opening_hours = models.CharField(_("Opening hours"), max_length=200, blank=True)
    blocks = models.JSONField(_("Story"), default=list, blank=True)

    CONTENT = ("accent", "banner", "logo", "village", "opening_hours", "blocks")

    class Meta:
        abstract = True

    @property
    def banner_picture(self) -> StoryPicture | None:
        return _picture(self.banner)

    @property
    def logo_picture(self) -> StoryPicture | None:
        return _picture(self.logo)

    @property
    def shown_blocks(self) -> list[dict]:
        """The blocks as templates show them."""
        return [
            {**block, "picture": _picture(block["picture"])} if block["kind"] == BlockKind.PICTURE else block
            for block in self.blocks
        ]


class StallPage(StallText):
    """What the public sees of a stall: the draft that was published last."""

    seller = models.OneToOneField(
        Partner, verbose_name=_("Seller"), on_delete=models.CASCADE, related_name="stall_page"
    )
    published_at = models.DateTimeField(_("Published"))

    class Meta:
        verbose_name = _("Page of a stall")
        verbose_name_plural = _("Pages of stalls")

    def __str__(self):
        return str(self.seller)


class StallDraft(StallText):
    """What is written for a stall and not yet published; ``revision`` moves on with each saving."""

    seller = models.OneToOneField(
        Partner, verbose_name=_("Seller"), on_delete=models.CASCADE, related_name="stall_draft"
    )
    revision = models.PositiveIntegerField(_("Revision"), default=1)
    saved_at = models.DateTimeField(_("Saved"), auto_now=True)

    class Meta:
        verbose_name = _("Draft of a stall's page")
        verbose_name_plural = _("Drafts of stalls' pages")

    def __str__(self):
        return str(self.seller)


class StallCheckQuerySet(models.QuerySet):
    def waiting(self):
        """What the office has to decide, the longest waiting first."""
        return self.filter(state=StallCheck.State.WAITING).order_by("sent_at", "pk")


class StallCheck(StallText):
    """A stall's page as it was sent to the office, which buyers see once it is approved.

    What was sent never changes; it is kept as the record of what was decided on.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waits for approval")
        APPROVED = "approved", _("Approved")
        SENT_BACK = "sent back", _("Sent back")
        TAKEN_BACK = "taken back", _("Taken back")

    seller = models.ForeignKey(
        Partner, verbose_name=_("Seller"), on_delete=models.CASCADE, related_name="stall_checks"
    )
    state = models.CharField(_("State"), max_length=10, choices=State, default=State.WAITING)
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

    objects = StallCheckQuerySet.as_manager()

    class Meta:
        verbose_name = _("Check of a stall's page")
        verbose_name_plural = _("Checks of stalls' pages")
        ordering = ["-id"]
        indexes = [models.Index(fields=["state", "sent_at"], name="stall_checks_by_state")]
        constraints = [
            models.UniqueConstraint(
                fields=["seller"], condition=Q(state="waiting"), name="one_waiting_check_per_stall"
            )
        ]

    def __str__(self):
        return f"{self.seller}: {self.get_state_display()}"


def _picture(row: dict | None) -> StoryPicture | None:
    if not row:
        return None
    return StoryPicture(**{**row, "widths": tuple(row["widths"])})
