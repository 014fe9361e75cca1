from django.db import models
from django.utils.translation import gettext_lazy as _


class Story(models.Model):
    """The story of a stall or of one of its products, with the source of its facts."""

    seller = models.ForeignKey(
        "partner.Partner",
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
    title = models.CharField(_("Title"), max_length=200, blank=True)
    body = models.TextField(_("Text"))
    body_en = models.TextField(_("Text in English"), blank=True)
    source_url = models.URLField(_("Source"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("Story")
        verbose_name_plural = _("Stories")
        ordering = ["id"]

    def __str__(self):
        return self.title or self.body[:60]
