from django.db import models, transaction
from django.db.models import Sum
from django.utils.translation import gettext_lazy as _


class PublicChangeManager(models.Manager):
    def version(self) -> int:
        """How many changes of what everybody may see were committed so far; it only ever grows."""
        return self.aggregate(all=Sum("amount"))["all"] or 0

    def note(self) -> None:
        """Count one change of something public that lies in none of the watched tables."""
        self.create()

    @transaction.atomic
    def compact(self) -> int:
        """Replace the rows by one with their sum, so that the sum stays; gives how many there were."""
        rows = dict(self.select_for_update(skip_locked=True).values_list("pk", "amount"))
        if len(rows) > 1:
            self.filter(pk__in=rows).delete()
            self.create(amount=sum(rows.values()))
        return len(rows)


class PublicChange(models.Model):
    """Changes of what everybody may see; cached pages hold as long as the sum of all rows stays the same.

    Rows are written by triggers of the database (`marketplace.core.triggers`), in the transaction of the
    change: a change and its row are seen at the same moment, whoever made it and however it ended. PostgreSQL
    adds a row for each statement, so that writers never wait for each other; SQLite, which has one writer at
    a time, counts in a single row.
    """

    amount = models.BigIntegerField(_("Number of changes"), default=1, db_default=1)

    objects = PublicChangeManager()

    class Meta:
        verbose_name = _("Public change")
        verbose_name_plural = _("Public changes")

    def __str__(self):
        return str(self.amount)
