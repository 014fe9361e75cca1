from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from marketplace.core.money import format_number
from marketplace.sales.domain import ledger, months
from marketplace.sales.models import LedgerAccount, SellerOrder

MOST_SHOWN = 50


class Command(BaseCommand):
    help = (
        "The sellers' ledger: `verify` compares it with orders and payments and fails where they differ, "
        "`bring_in` posts what it lacks, such as orders of a release that had no ledger."
    )

    def add_arguments(self, parser):
        parser.add_argument("act", choices=["verify", "bring_in"])

    def handle(self, *args, act, **options):
        getattr(self, f"_{act}")()

    def _verify(self):
        wrong = [*self._differences(), *self._unbalanced(), *self._wrongly_kept()]
        for line in wrong[:MOST_SHOWN]:
            self.stdout.write(line)
        if wrong:
            raise CommandError(
                ngettext(
                    "The ledger is wrong in %(count)s place.",
                    "The ledger is wrong in %(count)s places.",
                    len(wrong),
                )
                % {"count": len(wrong)}
            )
        self.stdout.write(_("The ledger is right: every account stands where orders and payments say."))

    def _bring_in(self):
        number = ledger.bring_in(SellerOrder.objects.all())
        self.stdout.write(
            ngettext(
                "%(count)s seller order was brought into the ledger.",
                "%(count)s seller orders were brought into the ledger.",
                number,
            )
            % {"count": number}
        )

    def _differences(self) -> list[str]:
        return [
            _("%(number)s, %(account)s: %(stands)s, but orders and payments say %(should)s")
            % {
                "number": each.number,
                "account": LedgerAccount(each.account).label,
                "stands": format_number(each.stands_at),
                "should": format_number(each.should_be),
            }
            for each in ledger.differences(SellerOrder.objects.all())
        ]

    def _unbalanced(self) -> list[str]:
        return [_("%(cause)s does not balance") % {"cause": cause} for cause in ledger.unbalanced()]

    def _wrongly_kept(self) -> list[str]:
        return [
            _("%(month)s, %(seller)s: the sums that are kept are not those of the entries")
            % {"month": month, "seller": seller.name}
            for month, seller in months.wrongly_kept()
        ]
