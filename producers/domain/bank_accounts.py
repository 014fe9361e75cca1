"""Where a seller is paid by transfer: a change is a new row, and the owners are told of it."""

from django.db import transaction
from django.utils.translation import gettext as _

from marketplace.core import activity, clock
from marketplace.core.exceptions import Refused
from marketplace.core.models import User
from producers.banks import bank_of, is_holder
from producers.models import BankAccount, Partner, PointOfSale
from producers.signals import bank_account_set


class AccountRefused(Refused):
    """The account cannot be set as it stands; nothing changed."""


@transaction.atomic
def set_account(
    seller: Partner, *, actor: User, bank_code: str, number: str, holder: str, is_other_name: bool = False
) -> BankAccount:
    """Make this the account to which buyers transfer from now on; the same again changes nothing.

    ``number`` and ``holder`` are as `producers.banks` cleans them. A holder who is neither the seller nor its
    representative nor, of a point of sale, its operator has to be confirmed by ``is_other_name``. Raises
    ``AccountRefused``.
    """
    if bank_of(bank_code) is None:
        raise AccountRefused(_("Please choose a bank of the list."))
    # Of two who change it at once the later one replaces the account of the earlier.
    seller = Partner.objects.select_for_update().get(pk=seller.pk)
    is_own = is_holder(holder, *_names_of(seller))
    if not is_own and not is_other_name:
        raise AccountRefused(_("The account is in another name than the seller's. Please confirm that."))
    wanted = {"bank_code": bank_code, "number": number, "holder": holder, "is_other_name": not is_own}
    current = account_of(seller)
    if current is not None and all(getattr(current, name) == value for name, value in wanted.items()):
        return current
    BankAccount.objects.filter(seller=seller).current().update(replaced_at=clock.now())
    account = BankAccount.objects.create(seller=seller, set_by=actor, **wanted)
    activity.record(
        "bank_account.set", seller, actor=actor, bank=account.bank_code, number=account.masked_number
    )
    bank_account_set.send(Partner, account=account, actor=actor)
    return account


@transaction.atomic
def remove_account(seller: Partner, *, actor: User) -> None:
    """Take no transfers any more; the history stays."""
    if BankAccount.objects.filter(seller=seller).current().update(replaced_at=clock.now()):
        activity.record("bank_account.removed", seller, actor=actor)


def _names_of(seller: Partner) -> tuple[str, ...]:
    """In whose names an account is the seller's own; of a point of sale also in that of who runs it."""
    operators = PointOfSale.objects.filter(seller=seller).values_list("operator", flat=True)
    return (seller.name, seller.registered_name, seller.representative, *operators)


def account_of(seller: Partner) -> BankAccount | None:
    """The account to which the seller's buyers transfer now."""
    return BankAccount.objects.filter(seller=seller).current().first()
