from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from search.synonyms import parse


def validate_synonyms(text: str) -> None:
    """Refuse lines that cannot be understood."""
    _synonyms, problems = parse(text)
    if problems:
        raise ValidationError(problems)


class SynonymList(models.Model):
    """Words that mean the same, as the programme office has edited them; the newest row is in force.

    Rows are kept as history. Without any, the list that comes with the site is in force.
    """

    text = models.TextField(
        _("Words"),
        validators=[validate_synonyms],
        help_text=_(
            "One group a line, commas between: mật ong, honey. With > only the left side finds the right: "
            "noodles > miến, bún, phở. What follows # is a remark."
        ),
    )
    edited_at = models.DateTimeField(_("Edited"), auto_now_add=True)
    edited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("Edited by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    class Meta:
        verbose_name = _("List of synonyms")
        verbose_name_plural = _("Lists of synonyms")
        ordering = ["-id"]
        get_latest_by = "id"

    def __str__(self):
        return f"{self.edited_at:%Y-%m-%d %H:%M}"
