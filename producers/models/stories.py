from dataclasses import dataclass

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from marketplace.core.languages import in_readers_language, language_of
from marketplace.core.roles import Right, Role, has_role
from marketplace.core.text import fold

from .sellers import Partner

#: Who may write for any seller and decides what is published.
MODERATORS = (Role.EDITOR, Role.CHIEF_EDITOR, Role.OFFICE)


@dataclass(frozen=True, slots=True)
class StoryPicture:
    """A picture of a story; its files are WebP, ``name`` is that of the widest in the storage."""

    name: str
    width: int
    height: int
    alt: str
    widths: tuple[int, ...]

    @property
    def urls(self) -> dict[int, str]:
        """Addresses by width in pixels."""
        widest = default_storage.url(self.name)
        end = f"-{self.widths[-1]}.webp"
        return {width: f"{widest.removesuffix(end)}-{width}.webp" for width in self.widths}

    @property
    def src(self) -> str:
        return self.urls[self.widths[len(self.widths) // 2]]

    @property
    def srcset(self) -> str:
        return ", ".join(f"{url} {width}w" for width, url in self.urls.items())

    @property
    def largest(self) -> str:
        return self.urls[self.widths[-1]]


class StoryText(models.Model):
    """What is written and what stands beside it: facts, sources and pictures."""

    title = models.CharField(_("Title"), max_length=120)
    title_en = models.CharField(_("Title in English"), max_length=120, blank=True)
    slogan = models.CharField(_("Slogan"), max_length=160, blank=True)
    slogan_en = models.CharField(_("Slogan in English"), max_length=160, blank=True)
    body = models.TextField(_("Text"))
    body_en = models.TextField(_("Text in English"), blank=True)
    facts = models.JSONField(_("Facts"), default=list, blank=True, help_text=_("Pairs of name and value."))
    sources = models.JSONField(
        _("Sources"), default=list, blank=True, help_text=_("Title and address of each.")
    )
    pictures = models.JSONField(_("Pictures"), default=list, blank=True)

    #: All that a version has and the story shows once it is published.
    CONTENT = (
        "title",
        "title_en",
        "slogan",
        "slogan_en",
        "body",
        "body_en",
        "facts",
        "sources",
        "pictures",
    )

    class Meta:
        abstract = True

    def __str__(self):
        return self.title

    def words(self) -> str:
        """The folded words by which a story is found; `Story.save` keeps them, bulk writes must."""
        texts = (self.title, self.title_en, self.slogan, self.slogan_en, self.body, self.body_en)
        return fold(" ".join(texts))

    @property
    def text_language(self) -> str:
        """The language of the text as this reader gets it: English only where there is an English text."""
        return language_of(self.body_en)

    @property
    def title_language(self) -> str:
        return language_of(self.title_en)

    @property
    def display_title(self) -> str:
        return in_readers_language(self.title, self.title_en)

    @property
    def display_slogan(self) -> str:
        return in_readers_language(self.slogan, self.slogan_en)

    @property
    def slogan_language(self) -> str:
        return language_of(self.slogan_en)

    @property
    def display_body(self) -> str:
        return in_readers_language(self.body, self.body_en)

    @property
    def shown_pictures(self) -> list[StoryPicture]:
        return self.pictures_of(self.pictures)

    @staticmethod
    def pictures_of(rows: list[dict]) -> list[StoryPicture]:
        """Pictures as templates show them, of rows as ``pictures`` keeps them."""
        return [StoryPicture(**{**each, "widths": tuple(each["widths"])}) for each in rows]


class StoryQuerySet(models.QuerySet):
    def public(self):
        """Stories that anyone may read: published, of an open stall or of none."""
        is_open = Q(seller=None) | Q(seller__state=Partner.State.OPEN)
        return self.filter(is_open, published_at__isnull=False)

    def writable_by(self, user):
        """Stories that this person may write: those of the own stalls, for editors all."""
        if has_role(user, *MODERATORS):
            return self
        return self.filter(seller__in=Partner.objects.with_right(user, Right.WRITE_STORIES))


class Story(StoryText):
    """The story of a stall or of one of its products, as the public reads it.

    It shows the text that was published last; a new text is a `StoryVersion` until it is published too.
    One that was never published, or was taken down, has no ``published_at``.
    """

    seller = models.ForeignKey(
        Partner,
        verbose_name=_("Seller"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="stories",
    )
    product = models.ForeignKey(
        "catalogue.Product",
        verbose_name=_("Product"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="stories",
    )
    slug = models.SlugField(_("Slug"), max_length=140, default="cau-chuyen")
    published_at = models.DateTimeField(_("Published"), null=True, blank=True, db_index=True)
    created_at = models.DateTimeField(_("Begun"), auto_now_add=True)
    folded = models.TextField(
        _("Folded words"), blank=True, editable=False, help_text=_("The text without marks, for finding it.")
    )

    objects = StoryQuerySet.as_manager()

    class Meta:
        verbose_name = _("Story")
        verbose_name_plural = _("Stories")
        ordering = ["id"]

    def save(self, *args, **kwargs):
        self.folded = self.words()
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return reverse("stories:detail", args=[self.slug, self.pk])

    @property
    def is_published(self) -> bool:
        return self.published_at is not None


class StoryVersionQuerySet(models.QuerySet):
    def open(self):
        """Versions that are being written or wait for a decision."""
        return self.filter(state__in=(StoryVersion.State.DRAFT, StoryVersion.State.SENT))

    def waiting(self):
        """What the moderators have to decide, the longest waiting first."""
        return self.filter(state=StoryVersion.State.SENT).order_by("sent_at", "pk")


class StoryVersion(StoryText):
    """One text of a story on its way: written, sent, and published or sent back with a reason.

    The text of a decided version never changes; whoever goes on writing begins the next one from it.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        SENT = "sent", _("Waits for approval")
        PUBLISHED = "published", _("Published")
        SENT_BACK = "sent back", _("Sent back")

    story = models.ForeignKey(
        Story, verbose_name=_("Story"), on_delete=models.CASCADE, related_name="versions"
    )
    state = models.CharField(_("State"), max_length=10, choices=State, default=State.DRAFT)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("Writer"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    created_at = models.DateTimeField(_("Begun"), auto_now_add=True)
    saved_at = models.DateTimeField(_("Saved"), auto_now=True)
    sent_at = models.DateTimeField(_("Sent"), null=True, blank=True)
    decided_at = models.DateTimeField(_("Decided"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("Decided by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    reason = models.TextField(_("Reason"), blank=True, help_text=_("The writer reads it."))

    objects = StoryVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("Version of a story")
        verbose_name_plural = _("Versions of stories")
        ordering = ["-id"]
        indexes = [models.Index(fields=["state", "sent_at"])]
        constraints = [
            models.UniqueConstraint(
                fields=["story"],
                condition=Q(state__in=("draft", "sent")),
                name="one_open_version_per_story",
            )
        ]
