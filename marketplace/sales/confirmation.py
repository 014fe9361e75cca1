"""The confirmed contract as a PDF to keep (Law 19/2023/QH15 on consumers' rights, Articles 37 and 38)."""

from collections.abc import Iterable

from django.conf import settings
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import get_language, ngettext, override
from django.utils.translation import gettext as _
from oscar.apps.order.models import Order

from marketplace.core.fields import national
from marketplace.core.money import format_vnd
from marketplace.payments import methods
from marketplace.payments.methods import CashOnDelivery
from marketplace.sales.domain import vat
from marketplace.sales.domain.vat import VatSum
from marketplace.sales.models import DeliveryWay, SellerOrder, SellerOrderLine
from marketplace.sales.printing import print_pdf
from producers.models import Partner, Reservation


def confirmation_pdf(order: Order, language: str) -> bytes:
    """The contract with every seller of an order, in ``vi`` or ``en``.

    Names, prices and stars are those of the moment of ordering. The seller's address, code and contact
    are what the stall states today, because a buyer with a complaint needs those.
    """
    with override(language):
        contract = _contract(order, language)
    return print_pdf("confirmation.typ", contract, timestamp=int(order.date_placed.timestamp()))


def file_name(order: Order) -> str:
    """Under which name the confirmation is saved."""
    return f"{order.number}.pdf"


def _contract(order: Order, language: str) -> dict:
    parts = order.seller_orders.order_by("number").select_related("seller").prefetch_related("lines")
    number = {"number": order.number}
    return {
        "language": language,
        "shop": str(settings.SHOP_NAME),
        "title": _("Confirmation of order %(number)s") % number,
        "notice": _("Demonstration: prices are illustrative, nothing is sold and nothing will be sent.")
        if settings.DEMO
        else None,
        "words": {
            "product": _("Product"),
            "quantity": _("Quantity"),
            "unit_price": _("Unit price"),
            "amount": _("Amount"),
            "total": _("Total of the order"),
        },
        "facts": _facts(order),
        "parts": [_part(seller_order) for seller_order in parts],
        "total": format_vnd(order.total_incl_tax),
        "sentences": [
            _("All prices are in Vietnamese dong and include value added tax."),
            _("You pay each seller directly. The marketplace holds no money."),
        ],
        "footer": _("Order %(number)s. Confirmed under Articles 37 and 38 of Law 19/2023/QH15.") % number,
    }


def _facts(order: Order) -> list[tuple[str, str]]:
    placement, address = order.placement, order.shipping_address
    rows = [
        (_("Order number"), order.number),
        (_("Ordered"), _moment(order.date_placed)),
        (_("Buyer"), placement.buyer_name),
        (_("Phone"), national(placement.buyer_phone)),
        (_("E-mail"), placement.buyer_email),
        (_("Deliver to"), _written(address) if address is not None else ""),
        (_("Terms of purchase"), _("Version %(version)s") % {"version": placement.terms_version}),
    ]
    known = [row for row in rows[:-1] if row[1]]
    return [*known, rows[-1]] if placement.terms_version else known


def _part(seller_order: SellerOrder) -> dict:
    method = methods.get(seller_order.payment_method)
    terms = [
        (_("Payment"), _payment(seller_order, method)),
        (_("Way of delivery"), _way_of_delivery(seller_order)),
    ]
    if seller_order.buyer_note:
        terms.append((_("Note from the buyer"), seller_order.buyer_note))
    return {
        "title": _("%(number)s: %(seller)s")
        % {"number": seller_order.number, "seller": seller_order.seller_name},
        "seller": identity(seller_order.seller, seller_order.seller_name),
        "lines": [_line(line) for line in seller_order.lines.all()],
        "sums": [
            *(_sum(label, amount) for label, amount in sums_before_total(seller_order)),
            _sum(_("To pay to this seller"), seller_order.total, strong=True),
            *(_sum(label, amount) for label, amount in vat_rows(vat.sums_of(seller_order))),
        ],
        "terms": terms,
    }


def _payment(seller_order: SellerOrder, method: methods.PaymentMethod) -> str:
    if seller_order.delivery_way == DeliveryWay.ON_SITE and method.code == CashOnDelivery.code:
        return _("You pay the host when you are there.")
    return f"{method.label}. {method.explanation}"


def _way_of_delivery(seller_order: SellerOrder) -> str:
    if seller_order.delivery_way == DeliveryWay.PICKUP:
        return _("You pick the goods up: %(place)s") % {"place": seller_order.pickup_place}
    if seller_order.delivery_way == DeliveryWay.ON_SITE:
        return _("You are a guest on the day that is named: %(place)s") % {"place": seller_order.pickup_place}
    if seller_order.delivery_way == DeliveryWay.AT_POINT:
        return _kept_at_point(seller_order)
    return _("The seller packs the goods and sends them to the address above.")


def _kept_at_point(seller_order: SellerOrder) -> str:
    held_until = Reservation.objects.values_list("held_until", flat=True).get(reference=seller_order.number)
    words = _("The point of sale keeps the goods until %(time)s, you pick them up: %(place)s")
    until = date_format(localtime(held_until), "SHORT_DATETIME_FORMAT")
    return words % {"time": until, "place": seller_order.pickup_place}


def identity(seller: Partner, name: str) -> list[tuple[str, str]]:
    """The seller as the law wants it named; what the stall does not state is said to be missing."""
    missing = _("not stated")
    return [
        (_("Seller"), name),
        (_("Address"), seller.registered_address or missing),
        (_("Tax or business code"), seller.business_code or missing),
        (_("Representative"), seller.representative or missing),
        (_("Contact"), ", ".join(filter(None, (seller.phone, seller.email))) or missing),
    ]


def _line(line: SellerOrderLine) -> dict:
    notes = [line.unit] if line.unit else []
    if line.stars:
        stars = _("OCOP %(stars)s stars") % {"stars": line.stars}
        decision = _("Decision %(number)s") % {"number": line.decision_number} if line.decision_number else ""
        notes.append(", ".join(filter(None, (stars, decision))))
    if line.place:
        notes.append(line.place)
    if line.discount:
        notes.append(_("Discount %(amount)s") % {"amount": format_vnd(line.discount)})
    if line.cancelled_quantity:
        number = {"count": line.cancelled_quantity}
        notes.append(ngettext("%(count)s cancelled", "%(count)s cancelled", number["count"]) % number)
    return {
        "title": line.title,
        "notes": notes,
        "quantity": str(line.quantity),
        "unit_price": format_vnd(line.unit_price),
        "total": format_vnd(line.total),
    }


def sums_before_total(seller_order: SellerOrder) -> list[tuple[str, int]]:
    """Rows of words and whole VND that make up the total; the discount, where there is one, is negative."""
    rows = [(_("Goods"), seller_order.goods_total), (_("Delivery"), seller_order.delivery_charge)]
    return [*rows, (_("Discount"), -seller_order.discount)] if seller_order.discount else rows


def vat_rows(sums: Iterable[VatSum]) -> list[tuple[str, int]]:
    """How much VAT is in what the buyer pays, by rate; nothing of a seller who declares none."""
    return [
        (_("VAT %(percent)s%% included") % {"percent": each.percent}, each.vat) for each in sums if each.rate
    ]


def _sum(label: str, amount: int, *, strong: bool = False) -> dict:
    return {"label": label, "amount": format_vnd(amount), "strong": strong}


def _moment(at) -> str:
    """Date and time in Hà Nội as the reader writes them."""
    return date_format(localtime(at), "H:i, d/m/Y" if get_language() == "vi" else "j F Y, H:i")


def _written(address) -> str:
    return ", ".join(filter(None, (address.line1, address.line4, address.state)))
