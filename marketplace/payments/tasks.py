"""Reading bank statements that sellers sent."""

from django.utils.translation import gettext_lazy as _

from marketplace.core.tasks import retrying_task
from marketplace.payments.domain import money_files
from marketplace.payments.models import MoneyFile


@retrying_task(title=_("Read a bank statement"))
def read_statement(file_id: int) -> None:
    """Note the incoming transfers of a file; run again, it counts none twice."""
    file = MoneyFile.objects.select_related("seller").get(pk=file_id)
    money_files.read(file, money_files.write_statement)
