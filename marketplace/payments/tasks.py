"""Reading bank statements that sellers sent; sending refunds to cards that could not be sent before."""

import datetime

from django.utils.translation import gettext_lazy as _

from marketplace.core.tasks import recurring_task, retrying_task
from marketplace.payments.domain import money_files, stripe_refunds
from marketplace.payments.models import MoneyFile


@retrying_task(title=_("Read a bank statement"))
def read_statement(file_id: int) -> None:
    """Note the incoming transfers of a file; run again, it counts none twice."""
    file = MoneyFile.objects.select_related("seller").get(pk=file_id)
    money_files.read(file, money_files.write_statement)


@recurring_task(every=datetime.timedelta(hours=1), title=_("Cards: send again what could not be sent back"))
def send_waiting_refunds() -> int:
    """Gives how many; for when Stripe was out of reach for longer than a task is tried again."""
    waiting = stripe_refunds.waiting()
    for pk in waiting:
        stripe_refunds.send_one.enqueue(pk)
    return len(waiting)
