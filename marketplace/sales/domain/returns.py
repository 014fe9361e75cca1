"""Returns: a buyer asks to give goods back, the seller answers, takes the goods and gives the money back.

Every step is one UPDATE on the condition that the return still is where the step starts, in the transaction
that also moves stock and money, writes the history and the activity log and tells other packages. Who of
the team may answer is the desk's question (``Right.ANSWER_BUYERS``).
"""

import datetime
from collections.abc import Mapping, Sequence

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from marketplace.core import activity, clock
from marketplace.core.exceptions import Refused
from marketplace.core.models import User
from marketplace.core.money import format_vnd
from marketplace.core.text import nfc, nfc_lines
from marketplace.payments import methods
from marketplace.payments.models import Payment
from marketplace.sales.domain import fulfil
from marketplace.sales.domain import pictures as sent_pictures
from marketplace.sales.domain.periods import ReturnPeriod, period_for
from marketplace.sales.models import (
    ReturnLine,
    ReturnRequest,
    ReturnStep,
    SellerOrder,
    SellerOrderEvent,
    SellerOrderLine,
)
from marketplace.sales.signals import return_moved
from producers.domain import stock

State = ReturnRequest.State

ALLOWED: dict[str, tuple[str, ...]] = {
    State.ASKED: (State.ACCEPTED, State.REFUSED, State.WITHDRAWN, State.DECIDED),
    State.ACCEPTED: (State.RECEIVED, State.REFUNDED, State.WITHDRAWN, State.DECIDED),
    State.REFUSED: (State.DECIDED,),
    State.RECEIVED: (State.REFUNDED, State.DECIDED),
    State.DECIDED: (State.RECEIVED, State.REFUNDED),
}
#: Goods in these have come back, or the money for them has or will.
SETTLED = (State.RECEIVED, State.DECIDED, State.REFUNDED)


class NotReturnable(Refused):
    """The goods have not been received, the time is over, or nothing is left to give back."""


class LessThanDecided(Refused):
    """The office decided that the seller gives back more; nothing changed."""

    def __init__(self, request: ReturnRequest):
        super().__init__(
            _("The office decided that %(amount)s go back to the buyer.")
            % {"amount": format_vnd(request.decided)}
        )


class ReturnMoved(Refused):
    """The return is not where this step starts, often because somebody was faster; nothing changed."""

    def __init__(self, request: ReturnRequest, state: str):
        self.request, self.state = request, state
        super().__init__(
            _("This return is now in the state “%(state)s”, so this step is not possible.")
            % {"state": request.get_state_display()}
        )

    @property
    def is_done_already(self) -> bool:
        """Whether the return already is where the step was to bring it."""
        return self.request.state == self.state


def received_on(seller_order: SellerOrder) -> datetime.date | None:
    """The day on which the buyer got the goods, in Hà Nội; None as long as that has not happened."""
    if seller_order.state not in fulfil.RECEIVED:
        return None
    moves = [event for event in seller_order.events.all() if event.kind == SellerOrderEvent.Kind.MOVED]
    moments = [event.at for event in moves if event.state == seller_order.state]
    return max(moments).astimezone(clock.HA_NOI).date() if moments else None


def open_reasons(seller_order: SellerOrder) -> dict[str, datetime.date]:
    """For which reasons a return can be asked for today, each with the last day for it."""
    received = received_on(seller_order)
    if received is None:
        return {}
    periods = [period_for(reason, received) for reason in ReturnRequest.Reason.values]
    days = {period.reason: period.last_day(received) for period in periods if period is not None}
    return {reason: day for reason, day in days.items() if day >= clock.today()}


def answer_by(seller_order: SellerOrder) -> datetime.date | None:
    """By when a return that is asked for today is answered, whatever its reason; None where none can be."""
    received = received_on(seller_order)
    periods = [period_for(reason, received) for reason in open_reasons(seller_order)]
    return max((period.answer_by(clock.today()) for period in periods), default=None)


def is_way_back_paid_by_seller(request: ReturnRequest) -> bool | None:
    """Whether the seller pays for sending the goods back; None where no rule for the reason holds."""
    period = _period_of(request)
    return None if period is None else period.return_delivery_by == "seller"


def returnable(seller_order: SellerOrder) -> list[tuple[SellerOrderLine, int]]:
    """The lines of which something can still be given back, and how much.

    Of a date for guests places, until the day has come.
    """
    earlier = ReturnLine.objects.filter(
        return_request__seller_order=seller_order, return_request__state__in=SETTLED
    )
    settled = dict(earlier.order_by().values_list("line").annotate(number=Sum("quantity")))
    lines = [line for line in seller_order.lines.all() if line.day is None or line.day > clock.today()]
    left = [(line, line.quantity - settled.get(line.pk, 0)) for line in lines]
    return [(line, number) for line, number in left if number > 0]


@transaction.atomic
def ask(
    seller_order: SellerOrder,
    *,
    reason: str,
    quantities: Mapping[int, int],
    words: str = "",
    pictures: Sequence[UploadedFile] = (),
    actor: User | None = None,
) -> ReturnRequest:
    """The buyer asks to give goods back: quantities by the keys of the lines of the seller order.

    Raises `NotReturnable` if the time for this reason is over, if more is asked for than was bought, or while
    another return of the same seller order is open.
    """
    SellerOrder.objects.select_for_update(no_key=True).get(pk=seller_order.pk)
    seller_order.refresh_from_db(fields=["state"])
    left = {line.pk: number for line, number in returnable(seller_order)}
    wanted = {pk: number for pk, number in quantities.items() if number}
    if not wanted:
        raise NotReturnable(_("Please choose what you want to give back."))
    if any(number < 0 or number > left.get(pk, 0) for pk, number in wanted.items()):
        raise NotReturnable(_("You cannot give back more than you have received."))
    if reason not in open_reasons(seller_order):
        raise NotReturnable(_("The time for a return for this reason is over."))
    request = _begin(seller_order, reason, nfc_lines(words))
    ReturnLine.objects.bulk_create(
        ReturnLine(return_request=request, line_id=pk, quantity=number) for pk, number in wanted.items()
    )
    sent_pictures.keep(pictures, seller_order, return_request=request)
    _write_step(request, actor, "", by_buyer=True)
    return request


@transaction.atomic
def withdraw(request: ReturnRequest, *, actor: User | None = None) -> ReturnStep:
    """The buyer keeps the goods after all; possible until the seller has them. Raises `ReturnMoved`."""
    return _move(request, State.WITHDRAWN, actor, by_buyer=True)


@transaction.atomic
def accept(request: ReturnRequest, *, actor: User, note: str = "") -> ReturnStep:
    """The seller takes the goods back; ``note`` tells the buyer where to. Raises `ReturnMoved`."""
    return _move(request, State.ACCEPTED, actor, note)


@transaction.atomic
def refuse(request: ReturnRequest, *, actor: User, note: str) -> ReturnStep:
    """The seller does not take the goods back and says why. Raises `ReturnMoved`."""
    if not nfc(note):
        raise Refused(_("Please say why: the buyer will read it."))
    return _move(request, State.REFUSED, actor, note)


@transaction.atomic
def receive(
    request: ReturnRequest, *, restocked: Mapping[int, int], actor: User, note: str = ""
) -> ReturnStep:
    """The goods are back. ``restocked`` says by line how many can be sold again; those go onto the shelf.

    The refund is due within the time of an answer, and not later than the office has decided. When everything
    that the buyer got has come back, the seller order is returned. Raises `ReturnMoved`.
    """
    _lock(request)
    by = _refund_by(request)
    if request.state == State.DECIDED:
        by = min(by, request.answer_by)
    step = _move(request, State.RECEIVED, actor, note, answer_by=by)
    seller_order = request.seller_order
    shelf: dict[int, int] = {}
    for line in request.lines.select_related("line__order_line"):
        number = min(restocked.get(line.pk, 0), line.quantity)
        record = line.line.order_line.stockrecord_id
        if number <= 0 or record is None:
            continue
        ReturnLine.objects.filter(pk=line.pk).update(restocked=number)
        shelf[record] = shelf.get(record, 0) + number
    if shelf:
        stock.receive_many(shelf, reference=seller_order.number, actor=actor)
    used = seller_order.lines.filter(day__lte=clock.today(), quantity__gt=0)
    if not returnable(seller_order) and not used.exists():
        fulfil.take_back(seller_order, actor=actor)
    return step


@transaction.atomic
def refund(
    request: ReturnRequest, *, amount: int, way: str, proof: str = "", actor: User, note: str = ""
) -> ReturnStep:
    """The seller has given ``amount`` VND back by hand, after the goods came or without wanting them.

    Raises `ReturnMoved`, `LessThanDecided`, or what `PaymentMethod.refund` raises for more than is left of
    what was paid.
    """
    _lock(request)
    if request.decided and amount < request.decided:
        raise LessThanDecided(request)
    payment = _paid(request.seller_order)
    method = methods.get(payment.method)
    given = method.refund(payment, amount, way=way, proof=nfc(proof), actor=actor)
    return _move(request, State.REFUNDED, actor, note, refund=given)


@transaction.atomic
def decide(request: ReturnRequest, *, amount: int, actor: User, note: str) -> ReturnStep:
    """The office decides for the buyer: the seller gives back ``amount`` VND, whether the goods come or not.

    For what a seller refused, or does not answer or end; buyer and seller read the note. The seller has the
    money and pays; a day by which is set as for an answer. Raises `ReturnMoved`, `RefundTooLarge`, and
    `NotReturnable` for goods that another return is about.
    """
    seller_order = SellerOrder.objects.select_for_update(no_key=True).get(pk=request.seller_order_id)
    if not nfc(note):
        raise Refused(_("Please say why: buyer and seller will read it."))
    payment = _paid(seller_order)
    if not 0 < amount <= payment.refundable:
        raise methods.RefundTooLarge(payment)
    if request.state == State.REFUSED:
        _check_still_there(request, seller_order)
    return _move(request, State.DECIDED, actor, note, decided=amount, answer_by=_refund_by(request))


def refundable_payment(seller_order: SellerOrder) -> Payment | None:
    """The payment of which something can still be given back."""
    return next((payment for payment in seller_order.payments if payment.refundable), None)


def allowed_moves(request: ReturnRequest) -> tuple[str, ...]:
    """The states to which this return can go now."""
    return ALLOWED.get(request.state, ())


def _period_of(request: ReturnRequest) -> ReturnPeriod | None:
    """The rule for its reason when it was asked for; the seller order may have been returned since."""
    return period_for(request.reason, request.asked_at.astimezone(clock.HA_NOI).date())


def _refund_by(request: ReturnRequest) -> datetime.date:
    """By when the seller gives money back that has become due today."""
    period = _period_of(request)
    return request.answer_by if period is None else period.answer_by(clock.today())


def _paid(seller_order: SellerOrder) -> Payment:
    payment = refundable_payment(seller_order)
    if payment is None:
        raise Refused(_("Nothing of this order has been paid, so nothing can be refunded."))
    return payment


def _check_still_there(request: ReturnRequest, seller_order: SellerOrder) -> None:
    """Whether the goods of a return that was refused are in no other that is open or ended well."""
    left = {line.pk: number for line, number in returnable(seller_order)}
    if seller_order.returns.open().exists():
        raise NotReturnable(_("Another return of this order is open. Please decide that one."))
    if any(each.quantity > left.get(each.line_id, 0) for each in request.lines.all()):
        raise NotReturnable(_("These goods are in another return of this order already."))


def _begin(seller_order: SellerOrder, reason: str, words: str) -> ReturnRequest:
    today = clock.today()
    period = period_for(reason, received_on(seller_order))
    try:
        with transaction.atomic():
            return ReturnRequest.objects.create(
                seller_order=seller_order,
                seller_id=seller_order.seller_id,
                reason=reason,
                words=words,
                asked_at=clock.now(),
                answer_by=period.answer_by(today),
            )
    except IntegrityError as error:
        raise NotReturnable(_("You have asked for a return already. It is not decided yet.")) from error


def _lock(request: ReturnRequest) -> None:
    # The seller order first, as everywhere: goods and money of the return move it too.
    SellerOrder.objects.select_for_update(no_key=True).get(pk=request.seller_order_id)
    request.refresh_from_db(
        fields=["state", "decided", "answer_by"], from_queryset=ReturnRequest.objects.select_for_update()
    )


def _move(
    request: ReturnRequest,
    after: str,
    actor: User | None,
    note: str = "",
    *,
    by_buyer: bool = False,
    **fields,
) -> ReturnStep:
    starts = [state for state, ends in ALLOWED.items() if after in ends]
    moved = ReturnRequest.objects.filter(pk=request.pk, state__in=starts).update(state=after, **fields)
    request.refresh_from_db(fields=["state", "refund", "decided", "answer_by"])
    if not moved:
        raise ReturnMoved(request, after)
    return _write_step(request, actor, nfc(note), by_buyer=by_buyer)


def _write_step(request: ReturnRequest, actor: User | None, note: str, *, by_buyer: bool) -> ReturnStep:
    person = activity.person(actor)
    step = ReturnStep.objects.create(
        return_request=request, state=request.state, actor=person, note=note, is_by_buyer=by_buyer
    )
    details = {"number": request.seller_order.number, "note": note}
    activity.record(f"return.{request.state}", request, actor=person, **details)
    return_moved.send(ReturnRequest, return_request=request, step=step)
    return step
