from django.db import models

from marketplace.core.roles import Right
from producers.models import Partner


class MoneyQuerySet(models.QuerySet):
    """Rows of a seller's money."""

    def visible_to(self, user):
        """Those of sellers in whose team this person may see money."""
        return self.filter(seller__in=Partner.objects.with_right(user, Right.SEE_MONEY))
