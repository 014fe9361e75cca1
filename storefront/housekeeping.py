"""Recurring tasks of the storefront: what visitors have left behind is removed."""

import datetime

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from oscar.apps.basket.models import Basket

from marketplace.core import clock
from marketplace.core.tasks import recurring_task

BATCH = 500


@recurring_task(every=datetime.timedelta(days=1), title=_("Remove baskets that visitors left long ago"))
def remove_left_baskets() -> int:
    """Remove open baskets without an account that nobody can reach any more; gives how many.

    A basket is reached by its cookie, which is set once; they go when twice its life is over.
    """
    age = 2 * datetime.timedelta(seconds=settings.OSCAR_BASKET_COOKIE_LIFETIME)
    left = Basket.objects.filter(
        owner=None, status=Basket.OPEN, order=None, date_created__lt=clock.now() - age
    )
    removed = 0
    while ids := list(left.order_by("pk").values_list("pk", flat=True)[:BATCH]):
        Basket.objects.filter(pk__in=ids).delete()
        removed += len(ids)
    return removed
