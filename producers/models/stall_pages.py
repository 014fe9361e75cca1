from django.db import models
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


def _picture(row: dict | None) -> StoryPicture | None:
    if not row:
        return None
    return StoryPicture(**{**row, "widths": tuple(row["widths"])})
