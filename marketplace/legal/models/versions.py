"""The texts that bind buyers and the marketplace, version by version, as they were published."""

import datetime

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from marketplace.core import clock

MAIN_LANGUAGE = "vi"
"""The language that every version has, and that is read where a version lacks the reader's own."""


class Kind(models.TextChoices):
    """What a legal text is about; the first three are what buyers are pointed to when they agree."""

    TERMS = "terms", _("Terms of purchase")
    PRIVACY = "privacy", _("Personal data")
    COMPLAINTS = "complaints", _("Complaints")
    PRICES = "prices", _("Prices")
    PAYMENT = "payment", _("Payment and refunds")
    DELIVERY = "delivery", _("Delivery and returns")
    RANKING = "ranking", _("Ranking of products")
    LIVESTREAM = "livestream", _("Rules for livestreams")
    SELLING = "selling", _("Terms for sellers")


class FixedQuerySet(models.QuerySet):
    """Rows that are written once: whoever accepted a text must find it as it was."""

    def update(self, **kwargs):
        raise TypeError("What was published stays as it is.")

    def delete(self):
        raise TypeError("What was published stays.")


class Fixed(models.Model):
    """A row that is written once and then neither changed nor removed."""

    class Meta:
        abstract = True

    def save(self, *args, **kwargs):
        if not self._state.adding:
            raise TypeError("What was published stays as it is.")
        super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        raise TypeError("What was published stays.")


class VersionQuerySet(FixedQuerySet):
    def in_force(self, kind: str, on: datetime.date | None = None) -> "Version | None":
        """The version of a kind that holds on a day, today without one; None where nothing holds yet."""
        begun = self.filter(kind=kind, effective_from__lte=on or clock.today())
        return begun.order_by("-effective_from", "-pk").first()

    def edition_in_force(self, kind: str) -> str:
        """What is agreed to today; empty where nothing holds yet."""
        version = self.in_force(kind)
        return version.edition if version is not None else ""


class Version(Fixed):
    """One edition of a legal text; it holds from its day until that of the next one."""

    kind = models.CharField(_("Kind"), max_length=12, choices=Kind)
    edition = models.CharField(_("Edition"), max_length=20)
    effective_from = models.DateField(_("In force from"))
    published_at = models.DateTimeField(_("Published"), auto_now_add=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("Published by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )

    objects = VersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("Version of a legal text")
        verbose_name_plural = _("Versions of legal texts")
        ordering = ["kind", "-effective_from", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "edition"], name="one_version_per_kind_and_edition"),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} {self.edition}"

    def text_in(self, language: str) -> "VersionText | None":
        """The text in a language, else in Vietnamese; reads ``texts``, which lists fetch before."""
        by_language = {text.language: text for text in self.texts.all()}
        return by_language.get(language) or by_language.get(MAIN_LANGUAGE)


class VersionText(Fixed):
    """What a version says in one language: rich text as the editors' pages store it."""

    version = models.ForeignKey(
        Version, verbose_name=_("Version"), on_delete=models.PROTECT, related_name="texts"
    )
    language = models.CharField(_("Language"), max_length=5)
    title = models.CharField(_("Title"), max_length=255)
    intro = models.TextField(_("Introduction"), blank=True)
    text = models.TextField(_("Text"))
    changes = models.TextField(_("What has changed"), blank=True)
    published_at = models.DateTimeField(_("Published"), auto_now_add=True)

    objects = FixedQuerySet.as_manager()

    class Meta:
        verbose_name = _("Text of a version")
        verbose_name_plural = _("Texts of versions")
        constraints = [
            models.UniqueConstraint(fields=["version", "language"], name="one_text_per_version_and_language"),
        ]

    def __str__(self):
        return f"{self.title} ({self.language})"

    def says_the_same(self, other: "VersionText") -> bool:
        """Whether both say the same, word for word."""
        own, others = ((each.title, each.intro, each.text) for each in (self, other))
        return own == others
