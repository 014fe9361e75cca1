"""The receipt of what was sold, picked up or brought back, for printers of 80 mm."""

from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from marketplace.core.clock import HA_NOI
from marketplace.core.fields import national
from marketplace.core.money import format_number, format_vnd
from marketplace.sales.confirmation import vat_rows
from marketplace.sales.domain import vat
from marketplace.sales.printing import print_pdf
from producers.models import PointAct

TEMPLATE = "receipt.typ"


def receipt_pdf(act: PointAct) -> bytes:
    """What the buyer takes along; it is dated by the moment of the sale."""
    seller = act.point.seller
    lines = list(act.lines.all())
    content = {
        "title": f"{act.get_kind_display()} {act.number}",
        "shop": str(settings.SHOP_NAME),
        "language": get_language(),
        "point": seller.name,
        "about": _about(act),
        "kind": act.get_kind_display(),
        "number": act.number,
        "moment": _moment(act),
        "lines": [
            {
                "title": line.title,
                "sum": f"{format_number(line.quantity)} × {format_vnd(line.unit_price)}",
                "total": format_vnd(line.total),
            }
            for line in lines
        ],
        "total": (_("Total"), format_vnd(sum(line.total for line in lines))),
        "vat": [(label, format_vnd(amount)) for label, amount in vat_rows(vat.sums_at_counter(act))],
        "paid": _paid(act),
        "notes": _notes(),
    }
    return print_pdf(TEMPLATE, content, timestamp=int(act.happened_at.timestamp()))


def _about(act: PointAct) -> list[str]:
    """Who sells: place, phone and tax code, as far as they are known."""
    seller = act.point.seller
    code = _("Tax code %(code)s") % {"code": seller.business_code} if seller.business_code else ""
    phone = national(seller.phone) if seller.phone else ""
    return [each for each in (act.point.operator, act.point.place, phone, code) if each]


def _paid(act: PointAct) -> list[tuple[str, str]]:
    if not act.paid_by:
        return [(_("Paid before"), "")]
    words = _("Given back") if act.amount < 0 else _("Paid")
    lines = [(f"{words}, {act.get_paid_by_display()}", format_vnd(abs(act.amount)))]
    if act.kind == PointAct.Kind.SALE and act.paper:
        lines.append((_("Transfer code"), act.paper))
    return lines


def _notes() -> list[str]:
    notes = [_("Prices include VAT. This receipt is not an invoice.")]
    if settings.DEMO:
        notes.append(_("Sample of the demonstration."))
    return notes


def _moment(act: PointAct) -> str:
    form = "H:i, d/m/Y" if get_language() == "vi" else "j F Y, H:i"
    return date_format(act.happened_at.astimezone(HA_NOI), form)
