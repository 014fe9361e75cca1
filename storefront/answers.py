"""What a buyer has answered in the checkout, kept on the server until the order is placed."""

from dataclasses import dataclass

from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest
from django.utils.translation import get_language

from marketplace.regions.models import Region
from marketplace.sales.domain.invoicing import Recipient
from marketplace.sales.domain.place import Address, Buyer, SellerChoice
from marketplace.sales.domain.quote import Quote
from marketplace.sales.models import DeliveryWay
from storefront.forms.checkout import CheckoutForm, initial_of

_ANSWERS, _PLACED = "checkout", "placed_order"


@dataclass(frozen=True)
class Answers:
    """Who buys, where to, and what was chosen for each seller, by the seller's primary key.

    There is no address where nothing is sent.
    """

    buyer: Buyer
    address: Address | None
    choices: dict[int, SellerChoice]
    invoice_to: Recipient | None = None

    def delivered(self, quote: Quote) -> Quote:
        """The quote for the place and the ways of these answers."""
        ways = {pk: choice.delivery_way for pk, choice in self.choices.items()}
        return quote.delivered(self.address.province if self.address is not None else None, ways)

    def covers(self, quote: Quote) -> bool:
        """Whether every seller of the basket was asked about, and where to if anything is sent."""
        is_placed = self.address is not None or quote.sends_nothing
        return is_placed and all(lot.seller.pk in self.choices for lot in quote.lots)


def begin(session: SessionBase) -> None:
    """Start the session with the form: a cookie that came later would make the browser forget its answers."""
    session.setdefault(_ANSWERS, None)


def remember(session: SessionBase, form: CheckoutForm) -> None:
    session[_ANSWERS] = form.answers()


def recall(request: HttpRequest) -> Answers | None:
    """The answers, or None where there are none, or the commune has ceased to be one since."""
    kept = request.session.get(_ANSWERS)
    if not kept:
        return None
    address = _address(kept)
    if address is None and kept["commune"] is not None:
        return None
    return Answers(
        buyer=_buyer(kept),
        address=address,
        choices={
            int(pk): SellerChoice(
                payment_method=choice["payment"],
                note=choice["note"],
                delivery_way=choice.get("delivery", DeliveryWay.DOOR),
            )
            for pk, choice in kept["sellers"].items()
        },
        invoice_to=Recipient(**kept["invoice"]) if kept.get("invoice") else None,
    )


def buyer(session: SessionBase) -> Buyer | None:
    """Who buys; None before anybody has said so."""
    kept = session.get(_ANSWERS)
    return _buyer(kept) if kept else None


def delivered(request: HttpRequest, quote: Quote) -> Quote:
    """The quote for the place and the ways that were answered before, else as it is."""
    given = recall(request)
    return given.delivered(quote) if given is not None else quote


def initial_answers(session: SessionBase) -> dict:
    """The form's initial values from what was answered before; empty for a new buyer."""
    kept = session.get(_ANSWERS)
    return initial_of(kept, _address(kept)) if kept else {}


def close(session: SessionBase, number: str) -> None:
    """The order is placed: forget the answers, keep the number for whoever goes back in the browser."""
    session.pop(_ANSWERS, None)
    session[_PLACED] = number


def placed_number(session: SessionBase) -> str | None:
    """The order that was placed last in this session."""
    return session.get(_PLACED)


def _buyer(kept: dict) -> Buyer:
    return Buyer(name=kept["name"], email=kept["email"], phone=kept["phone"], language=get_language() or "vi")


def _address(kept: dict) -> Address | None:
    """Where to, as long as the commune is one."""
    if kept["commune"] is None:
        return None
    communes = Region.objects.current().communes().select_related("parent")
    commune = communes.filter(pk=kept["commune"]).first()
    return Address(kept["street"], commune, commune.parent) if commune is not None else None
