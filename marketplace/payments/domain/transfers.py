"""Money that came into a seller's account: written down once, then matched with what a buyer owes.

A transfer is written first and matched afterwards, in one transaction: whoever tells us of it may take a
normal end as a receipt. What cannot be matched stays in the seller's list until a person decides.
"""

import datetime
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from marketplace.core import activity
from marketplace.core.exceptions import Refused
from marketplace.core.models import User
from marketplace.core.money import format_vnd
from marketplace.core.text import fold, nfc
from marketplace.payments.domain import books
from marketplace.payments.models import MoneyFile, Payment, Transfer, TransferRequest, TransferStep
from marketplace.payments.transfer_codes import codes_in
from producers.models import Partner

State = Transfer.State
Source = Transfer.Source

AGAIN = "again"
"""Hint: perhaps the same money as a transfer that another source told of."""

SAME_WITHIN = datetime.timedelta(days=3)
"""Days between which a person, a bank's message and its statement may book the same transfer."""

ALLOWED: dict[str, tuple[str, ...]] = {
    State.UNMATCHED: (State.MATCHED, State.TO_REFUND, State.SET_ASIDE),
    State.MATCHED: (State.UNMATCHED,),
    State.TO_REFUND: (State.REFUNDED, State.UNMATCHED),
    State.SET_ASIDE: (State.UNMATCHED,),
}


class TransferMoved(Refused):
    """The transfer is not where this step starts, often because somebody was faster; nothing changed."""

    def __init__(self, transfer: Transfer):
        super().__init__(
            _("This transfer is now in the state “%(state)s”, so this step is not possible.")
            % {"state": transfer.get_state_display()}
        )


class PaidMeanwhile(Refused):
    """Money for this payment came in since the seller looked at it; nothing was noted."""

    def __init__(self, payment: Payment):
        super().__init__(
            _("%(amount)s have come in for %(reference)s in the meantime. Please look again.")
            % {"amount": format_vnd(payment.received), "reference": payment.reference}
        )


class NotThisSeller(Refused):
    """The payment is owed to somebody else; nothing changed."""

    def __init__(self):
        super().__init__(_("This order is not one of this stall."))


@dataclass(frozen=True)
class Told:
    """What somebody told of money that came in. ``amount`` is whole VND, ``booked_on`` a day in Hà Nội.

    ``balance`` is what the account holds afterwards, as it was written; it only tells lines apart.
    """

    amount: int
    booked_on: datetime.date
    content: str = ""
    bank_reference: str = ""
    balance: str = ""

    @property
    def fingerprint(self) -> str:
        """The same for the same transfer, however often and by whomever it is told.

        The bank's number names a transfer; where there is none, everything else that was told has to do.
        """
        named = (
            ("number", fold(self.bank_reference))
            if self.bank_reference
            else (
                self.booked_on.isoformat(),
                fold(self.content),
                fold(self.balance),
            )
        )
        return hashlib.sha256("\0".join((str(self.amount), *named)).encode()).hexdigest()


@dataclass(frozen=True)
class Noted:
    """A transfer, and whether it was news."""

    transfer: Transfer
    is_new: bool


@transaction.atomic
def note(
    seller: Partner,
    told: Told,
    source: str,
    *,
    file: MoneyFile | None = None,
    actor: User | None = None,
) -> Noted:
    """Write a transfer down, and match it if its words name a payment; the same again changes nothing."""
    transfer, is_new = Transfer.objects.get_or_create(
        seller=seller, fingerprint=told.fingerprint, defaults=_written(told, source, file)
    )
    if is_new:
        TransferStep.objects.create(transfer=transfer, state=transfer.state, actor=activity.person(actor))
        find_payment([transfer], actor=actor)
    return Noted(transfer, is_new)


@transaction.atomic
def note_many(seller: Partner, told: Iterable[Told], *, file: MoneyFile) -> tuple[int, int]:
    """Write down the lines of a statement; gives how many were new, and how many of those were matched."""
    by_print = {each.fingerprint: each for each in told}
    # Of two who read lines of the same seller at once the later one sees the earlier one's.
    Partner.objects.select_for_update(no_key=True).get(pk=seller.pk)
    known = Transfer.objects.filter(seller=seller, fingerprint__in=by_print)
    for fingerprint in known.values_list("fingerprint", flat=True):
        del by_print[fingerprint]
    made = Transfer.objects.bulk_create(
        Transfer(seller=seller, fingerprint=fingerprint, **_written(each, Source.FILE, file))
        for fingerprint, each in by_print.items()
    )
    TransferStep.objects.bulk_create(TransferStep(transfer=each, state=each.state) for each in made)
    return len(made), find_payment(made, actor=None)


def find_payment(made: list[Transfer], *, actor: User | None) -> int:
    """Match the transfers whose words name a payment of their seller; gives how many were matched.

    One that may be money which another source has told of already is left to a person, with a hint.
    """
    codes = {transfer.pk: codes_in(transfer.content) for transfer in made}
    wanted = {code for found in codes.values() for code in found}
    requests = TransferRequest.objects.filter(code__in=wanted).select_related("payment")
    by_code = {request.code: request for request in requests}
    matched = 0
    for transfer in made:
        named = (by_code[code] for code in codes[transfer.pk] if code in by_code)
        request = next((each for each in named if each.seller_id == transfer.seller_id), None)
        if request is None:
            continue
        if _was_told(transfer, request.payment):
            Transfer.objects.filter(pk=transfer.pk).update(hint=AGAIN)
            continue
        match(transfer, request.payment, actor=actor)
        matched += 1
    return matched


@transaction.atomic
def match(transfer: Transfer, payment: Payment, *, actor: User | None, note: str = "") -> TransferStep:
    """The transfer is for this payment, all of it: short, exact, too much, again or too late as it is.

    Raises ``TransferMoved`` and ``NotThisSeller``.
    """
    request = TransferRequest.objects.filter(payment=payment).first()
    if request is not None and request.seller_id != transfer.seller_id:
        raise NotThisSeller
    step = _move(transfer, State.MATCHED, actor, note, payment=payment)
    words = transfer.bank_reference or transfer.content
    books.take_in(payment, transfer.amount, actor=actor, note=words[:255])
    return step


@transaction.atomic
def unmatch(transfer: Transfer, *, actor: User, note: str = "") -> TransferStep:
    """The transfer was matched by mistake; raises ``TransferMoved``, or ``AlreadyGivenBack``."""
    payment = transfer.payment
    step = _move(transfer, State.UNMATCHED, actor, note, payment=None)
    books.take_out(payment, transfer.amount, actor=actor, note=note[:255])
    return step


@transaction.atomic
def mark_to_refund(transfer: Transfer, *, actor: User, note: str = "") -> TransferStep:
    """The money is for nothing that the seller sells and goes back. Raises ``TransferMoved``."""
    return _move(transfer, State.TO_REFUND, actor, note)


@transaction.atomic
def note_refund(transfer: Transfer, *, actor: User, note: str) -> TransferStep:
    """The money has gone back; ``note`` is such as the bank's number. Raises ``TransferMoved``."""
    return _move(transfer, State.REFUNDED, actor, note)


@transaction.atomic
def set_aside(transfer: Transfer, *, actor: User, note: str = "") -> TransferStep:
    """The money is the seller's and not for an order, or it was counted already."""
    return _move(transfer, State.SET_ASIDE, actor, note)


@transaction.atomic
def look_again(transfer: Transfer, *, actor: User, note: str = "") -> TransferStep:
    """Back to what nobody has decided. Raises ``TransferMoved``."""
    if transfer.state == State.MATCHED:
        return unmatch(transfer, actor=actor, note=note)
    return _move(transfer, State.UNMATCHED, actor, note)


@transaction.atomic
def note_by_hand(
    seller: Partner,
    payment: Payment,
    *,
    amount: int,
    booked_on: datetime.date,
    bank_reference: str = "",
    seen_received: int,
    actor: User,
) -> Transfer:
    """The seller has seen the money in the account. ``seen_received`` is what the page showed as received.

    So of two who note the same money only one does. Raises ``PaidMeanwhile`` and ``NotThisSeller``.
    """
    books.lock(payment)
    if payment.received != seen_received:
        raise PaidMeanwhile(payment)
    told = Told(amount, booked_on, payment.reference, nfc(bank_reference), balance=str(payment.received))
    transfer, is_new = Transfer.objects.get_or_create(
        seller=seller, fingerprint=told.fingerprint, defaults=_written(told, Source.HAND, None)
    )
    if not is_new:
        raise TransferMoved(transfer)
    TransferStep.objects.create(transfer=transfer, state=transfer.state, actor=actor)
    match(transfer, payment, actor=actor)
    return transfer


def _written(told: Told, source: str, file: MoneyFile | None) -> dict:
    longest = {name: Transfer._meta.get_field(name).max_length for name in ("content", "bank_reference")}
    return {
        "source": source,
        "amount": told.amount,
        "booked_on": told.booked_on,
        "bank_reference": nfc(told.bank_reference)[: longest["bank_reference"]],
        "content": nfc(told.content)[: longest["content"]],
        "file": file,
    }


def _was_told(transfer: Transfer, payment: Payment) -> bool:
    """Whether another source told of money like this for this payment."""
    others = payment.transfers.filter(
        amount=transfer.amount,
        booked_on__gte=transfer.booked_on - SAME_WITHIN,
        booked_on__lte=transfer.booked_on + SAME_WITHIN,
    )
    return others.exclude(source=transfer.source).exists()


def _move(transfer: Transfer, after: str, actor: User | None, note: str, **fields) -> TransferStep:
    starts = [state for state, ends in ALLOWED.items() if after in ends]
    moved = Transfer.objects.filter(pk=transfer.pk, state__in=starts).update(state=after, hint="", **fields)
    transfer.refresh_from_db(fields=["state", "hint", "payment"])
    if not moved:
        raise TransferMoved(transfer)
    activity.record(f"transfer.{after}", transfer, actor=actor, amount=transfer.amount, note=note)
    return TransferStep.objects.create(
        transfer=transfer, state=after, actor=activity.person(actor), note=nfc(note)
    )
