"""What a device kept without network: each entry once, in order; what is not its own is kept aside."""

import datetime
import json
import uuid

import pytest
from django.utils.translation import override

from marketplace.core.exceptions import Refused
from marketplace.core.roles import TeamRole
from producers.domain import devices, reservations
from producers.domain.devices import Signed, apply_entries, sign
from producers.models import DeviceEntry, PointAct
from tests.factories.catalog import make_member
from tests.factories.shelves import PRICE, batch_of, bring, make_shelf
from tests.producers.ledger import assert_ledger_holds

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

MOMENT = datetime.datetime(2026, 11, 24, 1, 30, tzinfo=datetime.UTC)


@pytest.fixture(autouse=True)
def _in_english_on_that_day(frozen):
    with override("en"):
        yield


class Phone:
    """A device of the point with this record: it numbers and signs what it keeps."""

    def __init__(self, record):
        self.record, self.point = record, record.partner.point
        self.clerk = make_member(self.point.seller, TeamRole.CLERK)
        self.device, self.secret = devices.add(self.point, "Điện thoại", actor=self.clerk)
        self.sequence = 0

    def entry(self, kind: str = "sale", at: datetime.datetime = MOMENT, **body) -> Signed:
        self.sequence += 1
        said = {
            "client_id": str(uuid.uuid4()),
            "sequence": self.sequence,
            "kind": kind,
            "happened_at": at.isoformat(),
            "body": body,
        }
        text = json.dumps(said)
        return Signed(text, sign(self.secret, text))

    def sale(self, quantity: int, **fields) -> Signed:
        line = {"record": self.record.pk, "quantity": quantity, "price": PRICE}
        return self.entry(lines=[line], paid_by="cash", **fields)

    def send(self, *entries: Signed) -> list[DeviceEntry]:
        return apply_entries(self.device, entries, actor=self.clerk)

    @property
    def in_stock(self) -> int:
        self.record.refresh_from_db()
        assert_ledger_holds(self.record)
        return self.record.num_in_stock


@pytest.fixture
def phone():
    return Phone(make_shelf(quantity=10))


def outcomes(entries: list[DeviceEntry]) -> list[tuple[str, str]]:
    return [(entry.state, entry.trouble) for entry in entries]


def test_entries_are_done_in_order_and_once(phone):
    queue = [phone.sale(2), phone.sale(3)]

    first, again = phone.send(*queue), phone.send(*queue)

    assert outcomes(first) == [("done", "")] * 2
    assert [entry.act for entry in first] == [entry.act for entry in again]
    assert phone.in_stock == 5
    assert PointAct.objects.filter(kind="sale").count() == 2
    assert first[0].act.happened_at == MOMENT
    assert first[0].act.actor == phone.clerk


def test_what_a_device_sends_of_all_kinds(phone):
    reservation = reservations.reserve(phone.point, "o-1", [(phone.record.pk, 2, PRICE)])
    sale = phone.sale(3)
    number = json.loads(sale.text)["client_id"]
    batch, record = batch_of(phone.record).pk, phone.record.pk
    queue = [
        sale,
        phone.entry("return", sale=number, lines=[{"record": record, "quantity": 1}], paid_by="cash"),
        phone.entry("pickup", code=reservation.code, amount=2 * PRICE, paid_by="vietqr"),
        phone.entry("spoilage", lines=[{"batch": batch, "quantity": 1}], note="Vỡ hộp"),
        phone.entry(
            "receipt",
            paper="PGH 5",
            lines=[
                {
                    "code": f"/san-pham/x_{phone.record.product_id}/",
                    "quantity": 4,
                    "unit_cost": 1000,
                    "expires_on": "2027-01-31",
                }
            ],
        ),
    ]

    assert outcomes(phone.send(*queue)) == [("done", "")] * 5
    assert phone.in_stock == 10 - 3 + 1 - 2 - 1 + 4


def test_an_edited_entry_is_kept_and_the_others_go_on(phone):
    edited, honest = phone.sale(1), phone.sale(2)
    forged = Signed(edited.text.replace('"quantity": 1', '"quantity": 9'), edited.signature)

    sent = phone.send(forged, honest)

    assert outcomes(sent) == [("kept", "forged"), ("done", "gap")]
    assert outcomes(phone.send(forged)) == [("kept", "forged")]
    assert phone.in_stock == 8
    kept = phone.device.entries.get(trouble="forged")
    assert '"quantity": 9' in kept.body
    with pytest.raises(Refused):
        devices.retry(kept, actor=phone.clerk)
    devices.dismiss(kept, actor=phone.clerk, note="Gọi nhân viên")
    assert phone.device.entries.get(pk=kept.pk).state == "dismissed"


def test_an_entry_taken_out_of_the_queue_shows(phone):
    queue = [phone.sale(1), phone.sale(2), phone.sale(3)]
    assert outcomes(phone.send(queue[0], queue[2])) == [("done", ""), ("done", "gap")]
    assert outcomes(phone.send(queue[1])) == [("kept", "refused")]
    assert phone.in_stock == 6


def test_another_devices_secret_does_not_sign(phone):
    other, secret = devices.add(phone.point, "Máy khác", actor=phone.clerk)
    text = phone.sale(1).text
    assert outcomes(phone.send(Signed(text, sign(secret, text)))) == [("kept", "forged")]
    assert other.secret != secret
    assert phone.in_stock == 10


def test_more_than_there_is_is_kept_and_done_once_there_is_enough(phone):
    kept, done = phone.send(phone.sale(11), phone.sale(4))
    assert outcomes([kept, done]) == [("kept", "refused"), ("done", "")]
    assert phone.in_stock == 6
    with pytest.raises(Refused):
        devices.retry(kept, actor=phone.clerk)

    bring(phone.point, phone.record.product, 5)
    devices.retry(kept, actor=phone.clerk)

    assert phone.in_stock == 0
    with pytest.raises(Refused, match="already"):
        devices.retry(kept, actor=phone.clerk)
    assert phone.in_stock == 0


def test_a_clock_that_is_wrong_by_a_day_is_recorded_and_marked(phone):
    day = datetime.timedelta(days=1)
    queue = [phone.sale(1, at=MOMENT), phone.sale(1, at=MOMENT + day), phone.sale(1, at=MOMENT - day)]
    sent = phone.send(*queue)
    assert outcomes(sent) == [("done", "")] * 3
    assert [entry.act.is_clock_wrong for entry in sent] == [False, True, True]
    assert sent[1].act.happened_at == MOMENT + day


LAST_EVENING = datetime.datetime(2026, 11, 24, 14, 30, tzinfo=datetime.UTC)
HOUR = datetime.timedelta(hours=1)


@pytest.fixture
def perishable():
    """Goods whose last day is the day of the tests."""
    return Phone(make_shelf(quantity=10, expires_on=MOMENT.date()))


def test_what_was_sold_on_the_last_day_of_the_goods_is_sold_when_it_comes_the_next_morning(
    perishable, frozen
):
    reservation = reservations.reserve(perishable.point, "o-1", [(perishable.record.pk, 2, PRICE)])
    frozen.move_to(LAST_EVENING + 3 * HOUR)
    queue = [
        perishable.sale(3, at=LAST_EVENING),
        perishable.entry("pickup", at=LAST_EVENING, code=reservation.code),
        perishable.sale(1, at=LAST_EVENING + 3 * HOUR),
    ]
    assert outcomes(perishable.send(*queue)) == [("done", ""), ("done", ""), ("kept", "refused")]
    assert perishable.in_stock == 5


def test_a_clock_is_believed_for_as_long_as_entries_may_wait(perishable, frozen):
    frozen.move_to(LAST_EVENING + 15 * HOUR)
    queue = [perishable.sale(1, at=at) for at in (LAST_EVENING, MOMENT)]
    assert outcomes(perishable.send(*queue)) == [("kept", "refused")] * 2
    assert perishable.in_stock == 10


def test_an_entry_that_is_done_after_all_counts_by_the_day_on_which_it_came(perishable, frozen):
    frozen.move_to(LAST_EVENING + 3 * HOUR)
    [entry] = perishable.send(perishable.sale(11, at=LAST_EVENING))
    bring(perishable.point, perishable.record.product, 1)
    frozen.shift(48 * 3600)
    act = devices.retry(entry, actor=perishable.clerk).act
    assert (perishable.in_stock, act.is_clock_wrong) == (0, False)


def test_what_was_received_on_its_last_day_is_received_when_it_comes_the_next_morning(phone, frozen):
    frozen.move_to(LAST_EVENING + 3 * HOUR)
    line = {
        "code": f"/san-pham/x_{phone.record.product_id}/",
        "quantity": 4,
        "unit_cost": 1000,
        "expires_on": "2026-11-24",
    }
    queue = [phone.entry("receipt", at=at, lines=[line]) for at in (LAST_EVENING, LAST_EVENING + 3 * HOUR)]
    assert outcomes(phone.send(*queue)) == [("done", ""), ("kept", "refused")]
    assert phone.record.batches.last().received_on == MOMENT.date()


def test_goods_that_were_handed_over_in_time_are_handed_over_when_it_comes_within_the_hour(phone, frozen):
    reservation = reservations.reserve(phone.point, "o-1", [(phone.record.pk, 2, PRICE)])
    handed = reservation.held_until - HOUR / 6
    frozen.move_to(reservation.held_until + HOUR * 0.9)
    assert reservations.release_overdue() == 0
    assert outcomes(phone.send(phone.entry("pickup", at=handed, code=reservation.code))) == [("done", "")]
    assert phone.in_stock == 8


def test_what_a_revoked_device_sends_is_kept(phone):
    devices.revoke(phone.device, actor=phone.clerk)
    [entry] = phone.send(phone.sale(2))
    assert outcomes([entry]) == [("kept", "revoked")]
    assert phone.in_stock == 10
    devices.retry(entry, actor=phone.clerk)
    assert phone.in_stock == 8


@pytest.mark.parametrize(
    "text",
    ["", "[]", "nope", "{}", '{"client_id": 1}', "x" * 30_000, '["\\u0000"]', '["\\ud800"]', "\x00\ud800"],
)
def test_odd_texts_are_kept(phone, text):
    [entry] = phone.send(Signed(text, sign(phone.secret, text)))
    assert entry.state == "kept"
    assert phone.device.entries.count() == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *(("kind", kind) for kind in ([], {}, 1, None, "theft")),
        *(
            ("happened_at", moment)
            for moment in (
                "0001-01-01T00:00:00+14:00",
                "9999-12-31T23:59:59-12:00",
                "2026-11-24T09:00:00",
                "yesterday",
                1,
            )
        ),
        *(("sequence", number) for number in (-1, 1.5, "1", 10**30)),
    ],
)
def test_what_no_device_writes_is_kept_and_the_next_entries_go_on(phone, field, value):
    odd = {**json.loads(phone.sale(2).text), field: value}
    text = json.dumps(odd)
    sent = phone.send(Signed(text, sign(phone.secret, text)), phone.sale(1))
    assert [(entry.state, entry.trouble) for entry in sent] == [("kept", "unreadable"), ("done", "gap")]
    assert phone.in_stock == 9


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"lines": 3, "paid_by": "cash"},
        {"lines": [{"record": "1", "quantity": 1, "price": 1}], "paid_by": "cash"},
        {"lines": [{"record": 1, "quantity": 1.5, "price": 1}], "paid_by": "cash"},
        {"lines": [{"record": 10**11, "quantity": 1, "price": 1}], "paid_by": "cash"},
        {"lines": [], "paid_by": ["cash"]},
    ],
)
def test_entries_with_odd_particulars_are_kept_and_the_next_ones_go_on(phone, body):
    assert outcomes(phone.send(phone.entry(**body), phone.sale(1))) == [("kept", "refused"), ("done", "")]
    assert phone.in_stock == 9


def test_counts_go_into_one_stocktake_after_what_was_sold_before_them(phone):
    elsewhere = make_shelf()
    entries = phone.send(
        phone.sale(3),
        phone.entry("count", record=phone.record.pk, counted=6),
        phone.entry("count", record=phone.record.pk, counted=7),
        phone.entry("count", record=elsewhere.pk, counted=1),
        phone.entry("count", record=phone.record.pk, counted=-1),
    )
    assert [entry.state for entry in entries] == ["done", "done", "done", "kept", "kept"]
    line = phone.point.stocktakes.get().lines.get()
    assert (line.expected, line.counted, phone.in_stock) == (7, 7, 7)


def test_the_words_of_a_transfer_stay_with_its_sale(phone):
    line = {"record": phone.record.pk, "quantity": 1, "price": PRICE}
    for paid_by in ("vietqr", "cash"):
        phone.send(phone.entry(lines=[line], paid_by=paid_by, transfer="OCOP7KQ4M2XH"))
    assert [act.paper for act in PointAct.objects.filter(kind="sale").order_by("pk")] == ["OCOP7KQ4M2XH", ""]
