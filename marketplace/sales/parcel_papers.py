"""What lies with a parcel and goes with it: labels and packing slips (A6), and the list for the carrier.

Labels and the carrier's list are Vietnamese, because carriers read them; a slip speaks the buyer's language.
"""

from collections.abc import Callable, Iterable

from django.conf import settings
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import get_language, ngettext, override
from django.utils.translation import gettext as _

from marketplace.core import clock
from marketplace.core.fields import national
from marketplace.core.money import format_vnd
from marketplace.payments.methods import CashOnDelivery
from marketplace.payments.models import Payment
from marketplace.sales.confirmation import sums_before_total
from marketplace.sales.models import Handover, SellerOrder, SellerOrderLine
from marketplace.sales.printing import code_svg, print_pdf

CARRIERS_LANGUAGE = "vi"
#: Of the goods a label names so many; the slip names all.
NAMED_ON_LABEL = 5
SHOWN_DIGITS = 3

#: Gives the address of a seller order's page at the desk, for its code.
AddressOf = Callable[[SellerOrder], str]


def labels_pdf(seller_orders: Iterable[SellerOrder], address_of: AddressOf) -> bytes:
    """A label for each seller order, from ``for_rows``, in this order."""
    with override(CARRIERS_LANGUAGE):
        seller_orders = list(seller_orders)
        owed = _to_collect(seller_orders)
        pages = [_label(each, owed.get(each.number, 0), address_of(each)) for each in seller_orders]
        return _print("labels.typ", _("Parcel labels"), {"pages": pages})


def slips_pdf(seller_orders: Iterable[SellerOrder], address_of: AddressOf) -> bytes:
    """A packing slip for each seller order, from ``for_rows``, in this order."""
    pages = []
    for seller_order in seller_orders:
        with override(seller_order.order.placement.language):
            pages.append(_slip(seller_order, address_of(seller_order)))
    return _print("slips.typ", _("Packing slips"), {"pages": pages})


def handover_pdf(handover: Handover, seller_orders: Iterable[SellerOrder]) -> bytes:
    """The list of the parcels of a handover, for both to sign."""
    with override(CARRIERS_LANGUAGE):
        seller_orders = list(seller_orders)
        owed = _to_collect(seller_orders)
        content = {
            "facts": [
                (_("Seller"), handover.seller.name),
                (_("Carrier"), str(handover.carrier)),
                (_("Handed over"), _moment(handover.at)),
                (_("Parcels"), str(len(seller_orders))),
            ],
            "head": [_("No."), _("Order"), _("Tracking number"), _("Receiver"), _("To collect")],
            "rows": [
                _handed(number, each, owed.get(each.number, 0))
                for number, each in enumerate(seller_orders, 1)
            ],
            "total": (_("Together"), format_vnd(sum(owed.values()))),
            "signatures": [
                (_("For the seller"), _("Name and signature")),
                (_("For the carrier"), _("Name and signature")),
            ],
            "demo": _demo(),
        }
        return _print("handover.typ", _("Handover of parcels"), content)


def hidden_phone(phone: str) -> str:
    """A phone number of which only the end can be read: enough to tell two people of one name apart."""
    digits = "".join(char for char in phone if char.isdigit())
    return f"••• ••• {digits[-SHOWN_DIGITS:]}"


# --- one label
def _label(seller_order: SellerOrder, owed: int, address: str) -> dict:
    placement, to = seller_order.order.placement, seller_order.order.shipping_address
    parcel = getattr(seller_order, "parcel", None)
    seller = seller_order.seller
    phone, phone_note = _phone(seller_order)
    return {
        "number": seller_order.number,
        "code": code_svg(address),
        "carrier": str(parcel.carrier) if parcel else "",
        "tracking": parcel.tracking_number if parcel else "",
        "receiver": placement.buyer_name,
        "phone": phone,
        "phone_note": phone_note,
        "street": to.line1,
        "place": _place(to),
        "note": seller_order.buyer_note,
        "collect": format_vnd(owed),
        "goods": _goods(seller_order),
        "sender": seller_order.seller_name,
        "sender_place": seller.registered_address,
        "sender_phone": national(seller.phone) if seller.phone else "",
        "demo": _demo(),
        "words": {
            "order": _("Order number"),
            "receiver": _("Receiver"),
            "collect": _("Collect on delivery"),
            "sender": _("Sender:"),
        },
    }


def _phone(seller_order: SellerOrder) -> tuple[str, str]:
    """The buyer's phone as the carrier needs it on the parcel, and words beside it."""
    phone = seller_order.order.placement.buyer_phone
    parcel = getattr(seller_order, "parcel", None)
    if parcel is not None and parcel.carrier.needs_phone:
        return national(phone), ""
    return hidden_phone(phone), _("The whole number is in the waybill")


def _goods(seller_order: SellerOrder) -> list[str]:
    lines = seller_order.lines_to_pack
    named = [f"{line.quantity} × {line.title}" for line in lines[:NAMED_ON_LABEL]]
    more = len(lines) - NAMED_ON_LABEL
    if more > 0:
        named.append(ngettext("and %(count)s more", "and %(count)s more", more) % {"count": more})
    return named


# --- one slip
def _slip(seller_order: SellerOrder, address: str) -> dict:
    to = seller_order.order.shipping_address
    return {
        "language": get_language(),
        "number": seller_order.number,
        "code": code_svg(address),
        "seller": seller_order.seller_name,
        "placed": _("Ordered %(moment)s") % {"moment": _moment(seller_order.placed_at)},
        "receiver": seller_order.order.placement.buyer_name,
        "place": ", ".join(filter(None, (to.line1, _place(to)))) if to is not None else "",
        "note": seller_order.buyer_note,
        "lines": [_slip_line(line) for line in seller_order.lines_to_pack],
        "sums": [
            *((label, format_vnd(amount)) for label, amount in sums_before_total(seller_order)),
            (_("Total"), format_vnd(seller_order.total)),
        ],
        "contact": _contact(seller_order),
        "demo": _demo(),
        "words": {
            "slip": _("Packing slip"),
            "number": _("Qty"),
            "product": _("Product"),
            "note": _("Note from the buyer"),
        },
    }


def _slip_line(line: SellerOrderLine) -> dict:
    return {"quantity": str(line.quantity), "title": line.title, "notes": line.unit}


def _contact(seller_order: SellerOrder) -> str:
    seller = seller_order.seller
    ways = ", ".join(filter(None, (national(seller.phone) if seller.phone else "", seller.email)))
    return _("Something wrong? %(seller)s: %(ways)s.") % {"seller": seller.name, "ways": ways} if ways else ""


# --- the carrier's list
def _handed(number: int, seller_order: SellerOrder, owed: int) -> tuple[str, ...]:
    placement, to = seller_order.order.placement, seller_order.order.shipping_address
    return (
        str(number),
        seller_order.number,
        seller_order.parcel.tracking_number,
        f"{placement.buyer_name}, {_place(to)}",
        format_vnd(owed),
    )


# --- all papers
def _print(template: str, title: str, content: dict) -> bytes:
    known = {"title": title, "shop": str(settings.SHOP_NAME), **content}
    return print_pdf(template, known, timestamp=int(clock.now().timestamp()))


def _to_collect(seller_orders: list[SellerOrder]) -> dict[str, int]:
    """What the carrier collects at the door in VND, by the seller orders' numbers; one query."""
    awaited = Payment.objects.open().filter(
        reference__in=[each.number for each in seller_orders], method=CashOnDelivery.code
    )
    return {payment.reference: payment.outstanding for payment in awaited}


def _place(address) -> str:
    return ", ".join(filter(None, (address.line4, address.state)))


def _moment(at) -> str:
    return date_format(localtime(at), "H:i, d/m/Y" if get_language() == "vi" else "j F Y, H:i")


def _demo() -> str:
    return _("Sample of the demonstration: nothing is sent.") if settings.DEMO else ""
