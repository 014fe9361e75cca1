"""Devices of a point: they keep entries while there is no network and send them when it is back.

Each entry is a text that its device has signed with a secret of its own (HMAC-SHA256), with a number that
counts up on the device. So each is done exactly once and in order, and a queue that was edited by hand shows:
what is not signed, not readable or against a rule is kept for the manager, and the entries after it go on.
"""

import datetime
import hashlib
import hmac
import json
import re
import secrets
import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from django.db import transaction
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from marketplace.core import activity, clock
from marketplace.core.exceptions import Refused
from marketplace.core.models import User
from marketplace.core.sealed import seal, unseal
from producers.domain import counter, reservations, shelf, stocktakes
from producers.domain.acts import By
from producers.domain.counter import Item
from producers.models import Batch, DeviceEntry, PointAct, PointDevice, PointOfSale, StockRecord

State = DeviceEntry.State
Trouble = DeviceEntry.Trouble

SECRET_BYTES = 32
LONGEST = 20_000
"""Characters of one entry; a longer one is none of ours."""

MOST_ENTRIES = 500
"""How many a device sends at once."""

MOST_LINES = 200
LONGEST_PAPER = 60
"""Characters of the number of a paper."""
_LARGEST = 10**12
_YEARS = range(1970, 2200)
"""What the clock of a device can say, however wrong it is: a lost one begins again in 1970."""
_NUL = re.compile(r"\\u0000")


class Unreadable(Exception):
    """The text is no entry."""


@dataclass(frozen=True)
class Signed:
    """An entry as a device sends it: its text, and the signature of the text in hexadecimal digits."""

    text: str
    signature: str


@dataclass(frozen=True)
class Entry:
    """What a text says: its numbers, what happened when, and the particulars."""

    client_id: uuid.UUID
    sequence: int
    kind: str
    happened_at: datetime.datetime
    body: Mapping[str, object]


def add(point: PointOfSale, name: str, *, actor: User) -> tuple[PointDevice, str]:
    """Let a device send entries; gives it and its secret in hexadecimal digits, which is shown only now."""
    secret = secrets.token_hex(SECRET_BYTES)
    with transaction.atomic():
        device = PointDevice.objects.create(point=point, name=name, secret=seal(secret), added_by=actor)
        activity.record("point.device added", point, actor=actor, device=device.pk)
    return device, secret


@transaction.atomic
def revoke(device: PointDevice, *, actor: User) -> None:
    """End what a device may do: it was lost, or changed hands. What it sends later is kept."""
    if not PointDevice.objects.filter(pk=device.pk, revoked_at=None).update(revoked_at=clock.now()):
        raise Refused(_("This device is revoked already."))
    activity.record("point.device revoked", device.point, actor=actor, device=device.pk)


def sign(secret: str, text: str) -> str:
    """The signature of an entry's text, in hexadecimal digits."""
    return hmac.new(bytes.fromhex(secret), text.encode("utf-8", "replace"), hashlib.sha256).hexdigest()


def apply_entries(device: PointDevice, sent: Iterable[Signed], *, actor: User) -> list[DeviceEntry]:
    """Do what a device has kept, in the order in which it sends it; gives how each one came out.

    What was sent before is answered as before and not done again.
    """
    return [_take(device, each, actor) for each in list(sent)[:MOST_ENTRIES]]


@transaction.atomic
def retry(entry: DeviceEntry, *, actor: User) -> DeviceEntry:
    """Do a kept entry after all, after the shelf was put right. A forged one is never done.

    Raises ``Refused`` with the reason where it still cannot be done.
    """
    held = _hold(entry)
    if held.trouble in (Trouble.FORGED, Trouble.UNREADABLE):
        raise Refused(_("The device has not written this, so it is not done."))
    held.act = _do(held.device.point, _read(held.body), held.actor, held.received_at)
    return _settle(held, State.DONE, actor)


@transaction.atomic
def dismiss(entry: DeviceEntry, *, actor: User, note: str) -> DeviceEntry:
    """Lay a kept entry aside, with the reason."""
    if not note.strip():
        raise Refused(_("Please say why: the point keeps it."))
    held = _hold(entry)
    held.note = note
    return _settle(held, State.DISMISSED, actor)


@transaction.atomic
def _take(device: PointDevice, sent: Signed, actor: User) -> DeviceEntry:
    # One entry of a device at a time: of two requests with one queue the second finds what the first did.
    held = PointDevice.objects.select_for_update(no_key=True).get(pk=device.pk)
    digest = hashlib.sha256(f"{sent.signature}\n{sent.text}".encode("utf-8", "replace")).hexdigest()
    known = held.entries.filter(digest=digest).select_related("act").first()
    if known is not None:
        return known
    entry = DeviceEntry(device=held, digest=digest, body=_storable(sent.text), actor=actor)
    held.seen_at = clock.now()
    if not _is_signed(held, sent):
        _keep(entry, Trouble.FORGED, _("The device has not written this."))
    else:
        _apply(held, entry, sent.text, actor)
    held.save(update_fields=["seen_at", "last_sequence"])
    entry.save()
    return entry


def _apply(device: PointDevice, entry: DeviceEntry, text: str, actor: User) -> None:
    """Do a signed entry, or note on it why not."""
    try:
        said = _read(text)
    except Unreadable:
        _keep(entry, Trouble.UNREADABLE, _("This entry cannot be read."))
        return
    entry.client_id, entry.kind, entry.happened_at = str(said.client_id), said.kind, said.happened_at
    if said.sequence <= device.last_sequence:
        _keep(entry, Trouble.REFUSED, _("The device has used this number for another entry."))
        return
    entry.sequence = said.sequence
    if said.sequence > device.last_sequence + 1:
        entry.trouble, entry.reason = Trouble.GAP, _("Entries before this one are missing.")
    device.last_sequence = said.sequence
    if device.revoked_at is not None:
        _keep(entry, Trouble.REVOKED, _("The device is revoked."))
        return
    try:
        with transaction.atomic():
            entry.act = _do(device.point, said, actor, clock.now())
        entry.state = State.DONE
    except Refused as refusal:
        _keep(entry, Trouble.REFUSED, str(refusal))


def _keep(entry: DeviceEntry, trouble: str, reason: str) -> None:
    entry.state, entry.trouble, entry.reason = State.KEPT, trouble, reason[:300]


def _is_signed(device: PointDevice, sent: Signed) -> bool:
    if len(sent.text) > LONGEST:
        return False
    right = sign(unseal(device.secret), sent.text)
    return hmac.compare_digest(right.encode(), sent.signature.encode("utf-8", "replace"))


def _storable(text: str) -> str:
    """The text without what no database keeps."""
    return text[:LONGEST].encode("utf-8", "replace").decode().replace("\x00", "\ufffd")


def _hold(entry: DeviceEntry) -> DeviceEntry:
    entries = DeviceEntry.objects.select_related("device__point__seller", "actor")
    held = entries.select_for_update(of=("self",)).get(pk=entry.pk)
    if held.state != State.KEPT:
        raise Refused(_("Somebody else has looked at this entry already."))
    return held


def _settle(entry: DeviceEntry, state: str, actor: User) -> DeviceEntry:
    entry.state, entry.settled_by, entry.settled_at = state, actor, clock.now()
    entry.save(update_fields=["state", "act", "note", "settled_by", "settled_at"])
    return entry


def _read(text: str) -> Entry:
    """The entry that a text says; raises ``Unreadable``."""
    try:
        said = json.loads(text)
        if _NUL.search(json.dumps(said, ensure_ascii=False).encode().decode()):
            raise Unreadable
        happened = parse_datetime(said["happened_at"])
        entry = Entry(
            client_id=uuid.UUID(said["client_id"]),
            sequence=_number(said["sequence"]),
            kind=said["kind"],
            happened_at=happened,
            body=said["body"],
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise Unreadable from error
    is_whole = isinstance(entry.body, dict) and isinstance(entry.kind, str) and entry.kind in _DOERS
    is_moment = happened is not None and happened.tzinfo is not None and happened.year in _YEARS
    if not is_whole or not is_moment:
        raise Unreadable
    return entry


def _do(
    point: PointOfSale, entry: Entry, actor: User | None, received_at: datetime.datetime
) -> PointAct | None:
    """Do an entry, and give the act that it makes; a count makes none until its stocktake is applied.

    Raises ``Refused`` where a rule forbids it or its particulars are wrong.
    """
    by = By(actor, client_id=entry.client_id, happened_at=entry.happened_at, received_at=received_at)
    try:
        return _DOERS[entry.kind](point, entry.body, by)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Refused(_("The particulars of this entry are not complete.")) from error


def _sell(point: PointOfSale, body: Mapping, by: By) -> PointAct:
    items = [
        Item(_number(line["record"]), _number(line["quantity"]), _number(line["price"]))
        for line in _lines(body)
    ]
    transfer = str(body.get("transfer", ""))[:LONGEST_PAPER]
    return counter.sell(point, items, paid_by=body["paid_by"], by=by, transfer=transfer)


def _take_back(point: PointOfSale, body: Mapping, by: By) -> PointAct:
    sale = PointAct.objects.filter(point=point, client_id=uuid.UUID(body["sale"])).first()
    if sale is None:
        raise Refused(_("The sale that this goes back on is not known."))
    return counter.take_back(sale, _quantities(body, "record"), paid_by=body["paid_by"], by=by)


def _hand_over(point: PointOfSale, body: Mapping, by: By) -> PointAct:
    reservation = reservations.by_code(point, str(body["code"]))
    if reservation is None:
        raise Refused(_("No reservation of this point has this code."))
    amount = _number(body.get("amount", 0))
    return reservations.collect(reservation, by=by, amount=amount, paid_by=body.get("paid_by", ""))


def _spoil(point: PointOfSale, body: Mapping, by: By) -> PointAct:
    return shelf.spoil(point, _quantities(body, "batch"), by=by, note=str(body["note"])[:300])


def _receive(point: PointOfSale, body: Mapping, by: By) -> PointAct:
    arrivals = [_arrival(point, line) for line in _lines(body)]
    return shelf.receive(point, arrivals, by=by, paper=str(body.get("paper", ""))[:LONGEST_PAPER])


def _arrival(point: PointOfSale, line: Mapping) -> shelf.Arrival:
    found = shelf.find(point, str(line["code"]))
    if found is None:
        raise Refused(_("Nobody knows the code %(code)s.") % {"code": str(line["code"])[:60]})
    last = line.get("expires_on")
    return shelf.Arrival(
        product=found.product,
        quantity=_number(line["quantity"]),
        unit_cost=None if line.get("unit_cost") is None else _number(line["unit_cost"]),
        terms=Batch.Terms(line.get("terms", Batch.Terms.CONSIGNMENT)),
        expires_on=None if last is None else datetime.date.fromisoformat(last),
        lot=str(line.get("lot", ""))[:40],
        price=None if line.get("price") is None else _number(line["price"]),
    )


def _count(point: PointOfSale, body: Mapping, by: By) -> None:
    """Into the stocktake that is open; where none is, counting begins one."""
    counted = _number(body["counted"])
    record = StockRecord.objects.filter(pk=_number(body["record"]), partner=point.seller_id).first()
    if record is None:
        raise Refused(_("These goods do not lie on this shelf."))
    stocktake = stocktakes.open_one(point) or stocktakes.begin(point, actor=by.actor)
    stocktakes.count(stocktake, record, counted)


def _lines(body: Mapping) -> list:
    lines = body["lines"]
    if not isinstance(lines, list) or len(lines) > MOST_LINES:
        raise ValueError("no list of lines")
    return lines


def _quantities(body: Mapping, what: str) -> dict[int, int]:
    return {_number(line[what]): _number(line["quantity"]) for line in _lines(body)}


def _number(value: object) -> int:
    """A whole number as JSON has it; raises ``ValueError`` for anything else."""
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= _LARGEST:
        raise ValueError(f"no number: {value!r}")
    return value


_DOERS: dict[str, Callable[[PointOfSale, Mapping, By], PointAct | None]] = {
    "sale": _sell,
    "return": _take_back,
    "pickup": _hand_over,
    "spoilage": _spoil,
    "receipt": _receive,
    "count": _count,
}
"""What a device may send, by its kind."""
