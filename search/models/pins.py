from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from catalog.models import Product
from marketplace.core.text import fold


class Pin(models.Model):
    """A product that the programme office puts first when somebody searches for these words."""

    words = models.CharField(
        _("Search words"),
        max_length=100,
        help_text=_("The whole of what is typed; marks, capitals and punctuation do not count."),
    )
    folded = models.CharField(_("Folded words"), max_length=100, editable=False, db_index=True)
    product = models.ForeignKey(
        Product, verbose_name=_("Product"), on_delete=models.CASCADE, related_name="pins"
    )
    place = models.PositiveSmallIntegerField(
        _("Rank among pins"), default=1, help_text=_("Of several products for the same words, 1 comes first.")
    )

    class Meta:
        verbose_name = _("Pinned product")
        verbose_name_plural = _("Pinned products")
        ordering = ["folded", "place", "id"]
        constraints = [
            models.UniqueConstraint(fields=["folded", "product"], name="search_pin_once"),
        ]

    def __str__(self):
        return f"{self.words}: {self.product}"

    def save(self, *args, **kwargs):
        self.folded = fold(self.words)
        super().save(*args, **kwargs)

    def clean(self):
        self.folded = fold(self.words)
        if not self.folded:
            raise ValidationError({"words": _("At least one word is needed.")})

    def validate_constraints(self, exclude=None):
        # The folded words are no field of a form, which would leave them out.
        super().validate_constraints(exclude=set(exclude or ()) - {"folded"})
