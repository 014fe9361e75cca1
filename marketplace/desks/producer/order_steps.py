"""The steps of a seller order as buttons, with what the buyer will be told."""

from dataclasses import dataclass, replace

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from marketplace.sales.models import DeliveryWay, SellerOrder

State = SellerOrder.State


@dataclass(frozen=True)
class Step:
    """What a button says, what it says when it is done, what the buyer gets, whether it needs a reason."""

    state: str
    label: Promise
    done: Promise
    told: Promise
    asks_reason: bool = False


_NO_MAIL = _("The buyer gets no mail; their page of the order shows it.")

STEPS = {
    step.state: step
    for step in (
        Step(
            State.CONFIRMED,
            _("Confirm order"),
            _("Order %(number)s is confirmed."),
            _("The buyer gets a mail: confirmed, it will be packed."),
        ),
        Step(State.PACKED, _("Packed"), _("Order %(number)s is packed."), _NO_MAIL),
        Step(
            State.SHIPPED,
            _("Handed to the carrier"),
            _("Order %(number)s is on its way."),
            _("The buyer gets a mail: on its way, with the carrier and the number."),
        ),
        Step(
            State.READY_FOR_PICKUP,
            _("Ready for pickup"),
            _("Order %(number)s can be picked up."),
            _("The buyer gets a mail: it can be picked up, and where."),
        ),
        Step(
            State.COLLECTED,
            _("Collected and paid"),
            _("Order %(number)s is collected and paid."),
            _NO_MAIL,
        ),
        Step(
            State.VISITED,
            _("Guests were here and paid"),
            _("Order %(number)s: the guests were here and have paid."),
            _NO_MAIL,
        ),
        Step(
            State.DELIVERED,
            _("Delivered and paid"),
            _("Order %(number)s is delivered and paid."),
            _NO_MAIL,
        ),
        Step(
            State.REFUSED,
            _("Refused at the door"),
            _("Order %(number)s was refused; its goods are back in stock."),
            _NO_MAIL,
        ),
        Step(
            State.CANCELLED,
            _("Cancel order"),
            _("Order %(number)s is cancelled; its goods are back in stock."),
            _("The buyer gets a mail with your reason."),
            asks_reason=True,
        ),
    )
}

#: For guests, of whom nothing is packed and nothing comes back into stock.
_STEPS_OF_GUESTS = {
    State.CONFIRMED: Step(
        State.CONFIRMED,
        _("Confirm booking"),
        _("Booking %(number)s is confirmed."),
        _("The buyer gets a mail: confirmed, you expect them."),
    ),
    State.CANCELLED: replace(
        STEPS[State.CANCELLED],
        label=_("Cancel booking"),
        done=_("Booking %(number)s is cancelled; its places are free again."),
    ),
}


def step_of(seller_order: SellerOrder, state: str) -> Step:
    """The step of a seller order to this state, in the words for its way of delivery."""
    if seller_order.delivery_way == DeliveryWay.ON_SITE:
        return _STEPS_OF_GUESTS.get(state, STEPS[state])
    return STEPS[state]


STATE_KINDS = {
    State.PENDING: "new",
    State.DELIVERED: "ok",
    State.COLLECTED: "ok",
    State.VISITED: "ok",
    State.REFUSED: "warn",
}
