"""What time brings to seller orders, and carriers' lists that sellers sent."""

import datetime

from django.utils.translation import gettext_lazy as _

from marketplace.core.tasks import recurring_task, retrying_task
from marketplace.payments.domain import money_files
from marketplace.payments.models import MoneyFile
from marketplace.sales.domain import months, payouts, unpaid

OFTEN = datetime.timedelta(minutes=5)
DAILY = datetime.timedelta(days=1)


@recurring_task(every=OFTEN, title=_("Remind buyers of payments that are soon due"))
def remind_of_transfers() -> int:
    """Gives how many were reminded."""
    return unpaid.remind_due()


@recurring_task(every=OFTEN, title=_("Cancel orders that were not paid in time"))
def release_unpaid_orders() -> int:
    """Gives how many were cancelled."""
    return unpaid.release_overdue()


@recurring_task(every=DAILY, title=_("Keep the sums of months that have ended"))
def keep_ended_months() -> int:
    """Gives how many months those were; their statements stay as they are and read far less."""
    return months.keep_ended()


@retrying_task(title=_("Read a carrier's list of collected money"))
def read_carrier_list(file_id: int) -> None:
    """Note the payouts of a file; run again, it counts none twice."""
    file = MoneyFile.objects.select_related("seller").get(pk=file_id)
    money_files.read(file, payouts.write_list)
