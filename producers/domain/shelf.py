"""The shelf of a point of sale: goods come from producers and other points, go back, and spoil."""

import datetime
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from stdnum import ean

from marketplace.core.exceptions import Refused
from producers.domain import prices, stock
from producers.domain.acts import By, once
from producers.models import Batch, Partner, PointAct, PointOfSale, StockMovement, StockRecord

Kind = PointAct.Kind
Moved = StockMovement.Kind

MOST_AT_ONCE = 100_000
"""More pieces of one product than this in one act were mistyped."""

_BARCODE_LENGTHS = (8, 12, 13, 14)
_PAGE = re.compile(r"/san-pham/[^/?#]*_([0-9]+)/?(?:[?#].*)?$")
_CERTIFICATE = re.compile(r"/chung-nhan/([^/?#]+)/?(?:[?#].*)?$")


class WrongCode(Refused):
    """A code that cannot be read, or that belongs to another product."""


class NotReceived(Refused):
    """Goods that the point may not take in."""


@dataclass(frozen=True)
class Arrival:
    """Goods of one product that a producer brings: how many, until when, on which terms.

    ``product`` is a product of the catalogue; ``price`` what the point sells one for, None leaves it as it
    is; ``unit_cost`` what the producer gets for one; both in VND. ``barcode`` was scanned on the pack.
    """

    product: Any
    quantity: int
    unit_cost: int | None = None
    terms: Batch.Terms = Batch.Terms.CONSIGNMENT
    expires_on: datetime.date | None = None
    lot: str = ""
    barcode: str = ""
    price: int | None = None


@dataclass(frozen=True)
class Found:
    """What a code means at a point: the product, and its record if it is on the shelf."""

    product: Any
    record: StockRecord | None


def receive(
    point: PointOfSale,
    arrivals: Iterable[Arrival],
    *,
    by: By,
    producer: Partner | None = None,
    paper: str = "",
) -> PointAct:
    """Take in what a producer brings with a delivery note; each arrival becomes a batch.

    ``producer`` is who delivers; it may be left out where all goods are of one producer. Raises
    ``NotReceived`` for a product that is withdrawn, for goods that have expired, for a delivery note that was
    received before and where nobody would know what is owed; ``WrongCode`` for a barcode of another product.
    """
    arrivals = list(arrivals)
    if not arrivals:
        raise NotReceived(_("Please name at least one product."))
    if point.is_over:
        raise NotReceived(_("This point is closed."))
    producer = producer or _only_producer(arrivals, paper)
    for arrival in arrivals:
        _check(point, arrival, producer, by.day)

    def take_in(act: PointAct) -> None:
        made = Batch.objects.bulk_create(
            _batch(point, arrival, producer, act, by.day) for arrival in arrivals
        )
        quantities = {batch.pk: each.quantity for batch, each in zip(made, arrivals, strict=True)}
        stock.arrive(quantities, Moved.RECEIVED, act=act)

    try:
        with transaction.atomic():
            fields = {"producer": producer, "paper": paper.strip()}
            return once(point, Kind.RECEIPT, by, take_in, said=_said(arrivals, **fields), **fields)
    except IntegrityError as error:
        if not _was_received(point, producer, paper.strip()):
            raise
        raise NotReceived(_("This delivery note has been received already.")) from error


def send_back(
    point: PointOfSale,
    batch_quantities: Mapping[int, int],
    *,
    by: By,
    producer: Partner | None = None,
    paper: str = "",
    note: str = "",
) -> PointAct:
    """Goods go back to their producer: they are no longer owed. Raises what ``stock.leave`` raises."""
    return _leave(
        point,
        Kind.SENT_BACK,
        Moved.SENT_BACK,
        batch_quantities,
        by,
        producer=producer,
        paper=paper,
        note=note,
    )


def spoil(point: PointOfSale, batch_quantities: Mapping[int, int], *, by: By, note: str) -> PointAct:
    """Goods are thrown away, with the reason. Raises what ``stock.leave`` raises."""
    if not note.strip():
        raise Refused(_("Please say why: the shelf keeps it."))
    return _leave(point, Kind.SPOILAGE, Moved.SPOILED, batch_quantities, by, note=note)


def transfer(
    source: PointOfSale, target: PointOfSale, batch_quantities: Mapping[int, int], *, by: By, note: str = ""
) -> PointAct:
    """Goods go to another point of the same operator, with their dates, terms and what is owed for them.

    The target's own price stays; a product that it never had takes the source's. Raises ``Refused`` for a
    point of another operator, and what ``stock.leave`` raises.
    """
    if target.pk == source.pk or not same_operator(source, target):
        raise Refused(_("Goods move only between points of one operator."))
    if target.is_over:
        raise Refused(_("This point is closed."))
    _own(source, batch_quantities)

    def move(act: PointAct) -> None:
        sent = Batch.objects.in_bulk(batch_quantities)
        records = {
            batch.stock_record_id: _record_like(target, batch.stock_record_id) for batch in sent.values()
        }
        stock.hold([*records, *(record.pk for record in records.values())])
        moves = stock.leave(batch_quantities, Moved.MOVED, act=act)
        arrival = once(target, Kind.ARRIVAL, By(by.actor), lambda _act: None, answers=act, note=note)
        made = Batch.objects.bulk_create(
            _same_batch(sent[each.batch_id], records[each.stock_record_id], arrival) for each in moves
        )
        arriving = {batch.pk: -each.quantity for batch, each in zip(made, moves, strict=True)}
        stock.arrive(arriving, Moved.MOVED, act=arrival)

    return once(source, Kind.SENT, by, move, said=[target.pk, batch_quantities], note=note)


def same_operator(one: PointOfSale, other: PointOfSale) -> bool:
    """Whether one organisation runs both: by its tax code, or by its name where the register has no code."""
    codes = one.seller.business_code, other.seller.business_code
    if all(codes):
        return codes[0] == codes[1]
    return bool(one.operator) and one.operator.casefold() == other.operator.casefold()


def set_price(record: StockRecord, price: int, *, seen: int | None, by: By) -> bool:
    """What the point sells one for, in VND. Raises ``prices.PriceMoved``."""
    return prices.change(record, price, seen=seen, actor=by.actor)


def find(point: PointOfSale, code: str) -> Found | None:
    """The product of a scanned or typed code: a barcode, the point's own code, one of this site's QR codes.

    None for a code that nobody knows. Raises ``WrongCode`` for a barcode with a wrong digit.
    """
    text = code.strip()
    if not text:
        return None
    records = StockRecord.objects.filter(partner=point.seller_id).select_related("product")
    own = records.filter(partner_sku=text).first()
    if own is not None:
        return Found(own.product, own)
    if page := _PAGE.search(text):
        product = _products().filter(pk=int(page[1][:18])).first()
    elif certificate := _CERTIFICATE.search(text):
        product = _products().filter(certification__code=certificate[1]).first()
    else:
        product = _products().filter(upc=checked_barcode(text)).first()
    if product is None:
        return None
    return Found(product, records.filter(product=product).first())


def checked_barcode(text: str) -> str:
    """The digits of an EAN or UPC code, other text as it is. Raises ``WrongCode`` for a wrong check digit."""
    digits = text.replace(" ", "")
    is_barcode = digits.isascii() and digits.isdecimal() and len(digits) in _BARCODE_LENGTHS
    if is_barcode and not ean.is_valid(digits):
        raise WrongCode(_("A digit of this barcode is wrong. Please scan it again."))
    return digits if is_barcode else text


def _said(arrivals: Iterable[Arrival], producer: Partner | None, paper: str) -> list:
    """The particulars by which a delivery is known again."""
    lines = [
        (each.product.pk, each.quantity, each.unit_cost, each.terms, each.expires_on, each.lot)
        for each in arrivals
    ]
    return [producer and producer.pk, paper, lines]


def _only_producer(arrivals: Iterable[Arrival], paper: str) -> Partner | None:
    """Who made all of it; a delivery note is known by its number and who wrote it."""
    makers = {arrival.product.producer for arrival in arrivals}
    if len(makers) == 1:
        return makers.pop()
    if paper.strip():
        raise NotReceived(_("Please say who has delivered: the goods are of several producers."))
    return None


def _check(point: PointOfSale, arrival: Arrival, producer: Partner | None, day: datetime.date) -> None:
    words = {"product": arrival.product.get_title()}
    if not 0 < arrival.quantity <= MOST_AT_ONCE:
        raise NotReceived(_("%(product)s: this number cannot be right.") % words)
    if not arrival.product.is_listed:
        raise NotReceived(_("%(product)s is withdrawn or no longer sold, so it cannot be received.") % words)
    if arrival.expires_on is not None and arrival.expires_on < day:
        raise NotReceived(_("%(product)s has expired.") % words)
    on_consignment = arrival.terms == Batch.Terms.CONSIGNMENT
    owner = producer or arrival.product.producer
    if on_consignment and (owner is None or arrival.unit_cost is None):
        raise NotReceived(_("%(product)s: goods on consignment need a producer and a price.") % words)
    if arrival.barcode:
        _check_barcode(point, arrival)


def _check_barcode(point: PointOfSale, arrival: Arrival) -> None:
    """A barcode that the catalogue or this shelf knows must be that of the product."""
    known = find(point, arrival.barcode)
    own = arrival.product.upc
    if known is not None and known.product.pk != arrival.product.pk:
        raise WrongCode(
            _("This barcode belongs to %(other)s, not to %(product)s.")
            % {"other": known.product.get_title(), "product": arrival.product.get_title()}
        )
    if known is None and own:
        raise WrongCode(_("%(product)s has another barcode.") % {"product": arrival.product.get_title()})


def _batch(
    point: PointOfSale, arrival: Arrival, producer: Partner | None, act: PointAct, day: datetime.date
) -> Batch:
    return Batch(
        stock_record=_record(point, arrival, act),
        act=act,
        producer=producer or arrival.product.producer,
        terms=arrival.terms,
        unit_cost=arrival.unit_cost,
        lot=arrival.lot,
        received_on=day,
        expires_on=arrival.expires_on,
    )


def _record(point: PointOfSale, arrival: Arrival, act: PointAct) -> StockRecord:
    """The product's place on the shelf, made where it is new, with the price that was named."""
    product = arrival.product
    own_code = checked_barcode(arrival.barcode.strip()) if not product.upc else ""
    record, is_new = StockRecord.objects.get_or_create(
        product=product,
        partner=point.seller,
        departure=None,
        defaults={"partner_sku": own_code or f"p{product.pk}"},
    )
    if not is_new and own_code and record.partner_sku != own_code:
        StockRecord.objects.filter(pk=record.pk).update(partner_sku=own_code)
    if arrival.price is not None:
        seen = None if record.price is None else int(record.price)
        prices.change(record, arrival.price, seen=seen, actor=act.actor)
    return record


def _record_like(target: PointOfSale, record_id: int) -> StockRecord:
    source = StockRecord.objects.get(pk=record_id)
    record, _is_new = StockRecord.objects.get_or_create(
        product_id=source.product_id,
        partner=target.seller,
        departure=None,
        defaults={"partner_sku": source.partner_sku, "price": source.price},
    )
    return record


def _same_batch(batch: Batch, record: StockRecord, arrival: PointAct) -> Batch:
    return Batch(
        stock_record=record,
        act=arrival,
        producer_id=batch.producer_id,
        terms=batch.terms,
        unit_cost=batch.unit_cost,
        lot=batch.lot,
        received_on=batch.received_on,
        expires_on=batch.expires_on,
    )


def _leave(
    point: PointOfSale,
    kind: Kind,
    moved: Moved,
    batch_quantities: Mapping[int, int],
    by: By,
    **fields: object,
) -> PointAct:
    _own(point, batch_quantities)

    def take_off(act: PointAct) -> None:
        stock.leave(batch_quantities, moved, act=act)

    return once(point, kind, by, take_off, said=batch_quantities, **fields)


def _own(point: PointOfSale, batch_quantities: Mapping[int, int]) -> None:
    """Raises ``Refused`` where there are no goods, or goods of another shelf."""
    own = Batch.objects.filter(pk__in=batch_quantities, stock_record__partner=point.seller_id).count()
    if not batch_quantities or own != len(batch_quantities):
        raise Refused(_("These goods do not lie on this shelf."))
    if not all(0 < quantity <= MOST_AT_ONCE for quantity in batch_quantities.values()):
        raise Refused(_("This number cannot be right."))


def _was_received(point: PointOfSale, producer: Partner | None, paper: str) -> bool:
    return PointAct.objects.filter(point=point, kind=Kind.RECEIPT, producer=producer, paper=paper).exists()


def _products():
    """Products by way of the stock record, which knows them: the catalogue lies above this package."""
    model = StockRecord._meta.get_field("product").remote_field.model
    return model.objects.select_related("producer", "certification", "parent")
