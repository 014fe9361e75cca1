from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from marketplace.core import clock
from marketplace.payments.deadlines import deadline_now
from marketplace.payments.domain import transfers
from marketplace.payments.methods.base import PaymentMethod
from marketplace.payments.models import Payment, Transfer, TransferRequest
from marketplace.payments.transfer_codes import new_code
from producers.models import Partner

_ATTEMPTS = 5


def has_account(seller: Partner) -> bool:
    """Whether buyers can transfer to the seller."""
    # Through the relation, so that a page with several sellers can fetch the accounts of all at once.
    return any(account.replaced_at is None for account in seller.bank_accounts.all())


class VietQR(PaymentMethod):
    """The buyer transfers to the seller's own account, by a code that bank apps scan; no one in between."""

    code = "vietqr"
    label = gettext_lazy("Bank transfer (VietQR)")
    is_settled_on_receipt = False

    @property
    def explanation(self) -> str:
        """How it goes and until when, by the deadline of today."""
        deadline = deadline_now()
        return _(
            "You pay the seller by your bank's app, with a code that you get after ordering, within "
            "%(hours)s hours. After %(reminder)s hours we remind you; without the money the order is then "
            "cancelled."
        ) % {"hours": deadline.pay_within_hours, "reminder": deadline.remind_after_hours}

    def is_available(self, seller: Partner, language: str) -> bool:
        return has_account(seller)

    @transaction.atomic
    def start(self, reference: str, amount: int, seller: Partner) -> Payment:
        payment = super().start(reference, amount, seller)
        deadline, now = deadline_now(), clock.now()
        for _attempt in range(_ATTEMPTS):
            code = new_code()
            try:
                with transaction.atomic():
                    TransferRequest.objects.create(
                        payment=payment,
                        seller=seller,
                        code=code,
                        due_at=deadline.due_at(now),
                        remind_at=deadline.remind_at(now),
                    )
            except IntegrityError:
                if not TransferRequest.objects.filter(code=code).exists():
                    raise
            else:
                return payment
        raise RuntimeError(f"no free transfer code in {_ATTEMPTS} attempts")

    def notified(self, seller: Partner, told: transfers.Told) -> Transfer:
        return transfers.note(seller, told, Transfer.Source.NOTIFICATION).transfer
