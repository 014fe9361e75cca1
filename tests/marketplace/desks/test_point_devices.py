"""The point's desk: what a device sells without network, and the manager's page of what could not be done."""

import datetime
import json
import uuid

import pytest
from django.urls import reverse

from marketplace.core import clock
from marketplace.core.roles import TeamRole
from producers.domain import devices, reservations
from producers.models import DeviceEntry, PointAct, PointDevice
from tests.factories.catalog import make_member
from tests.factories.points import make_point
from tests.factories.shelves import PRICE, make_shelf

pytestmark = [pytest.mark.integration, pytest.mark.django_db, pytest.mark.usefixtures("frozen")]


@pytest.fixture
def point():
    return make_point()


@pytest.fixture
def manager(client, point):
    person = make_member(point.seller, TeamRole.MANAGER)
    client.force_login(person)
    return person


@pytest.fixture
def phone(client, point, manager):
    """A device as the page of the counter registers it."""
    return client.post(url("device-add", point), {"name": "Máy quầy"}).json()


def url(name: str, point, *args) -> str:
    return reverse(f"point_desk:{name}", args=[point.seller.slug, *args])


def entry(phone: dict, sequence: int, kind: str, body: dict, *, late: int = 0, secret: str = "") -> dict:
    """An entry as counter.js writes it, ``late`` days after it happened."""
    text = json.dumps(
        {
            "client_id": str(uuid.uuid4()),
            "sequence": sequence,
            "kind": kind,
            "happened_at": (clock.now() - datetime.timedelta(days=late)).isoformat(),
            "body": body,
        }
    )
    return {"text": text, "signature": devices.sign(secret or phone["secret"], text)}


def sale(record, quantity: int = 1) -> dict:
    return {"lines": [{"record": record.pk, "quantity": quantity, "price": PRICE}], "paid_by": "cash"}


def send(client, point, phone: dict, *entries: dict):
    body = {"device": phone["device"], "entries": list(entries)}
    return client.post(url("send", point), json.dumps(body), content_type="application/json")


def test_a_queue_that_comes_twice_is_done_once_and_a_clock_wrong_by_a_day_is_marked(client, point, phone):
    record = make_shelf(point=point)
    held = reservations.reserve(point, "100001-1", [(record.pk, 2, PRICE)])
    pickup = {"code": held.code, "amount": 2 * PRICE, "paid_by": "cash"}
    queue = [entry(phone, 1, "sale", sale(record, 3), late=1), entry(phone, 2, "pickup", pickup)]
    for _twice in range(2):
        outcomes = send(client, point, phone, *queue).json()["outcomes"]
        assert [each["state"] for each in outcomes] == ["done", "done"]
    record.refresh_from_db()
    assert record.num_in_stock == 5
    sold = PointAct.objects.get(kind="sale")
    assert (sold.is_clock_wrong, outcomes[0]["receipt"]) == (True, url("receipt", point, sold.pk))


def test_a_forged_entry_waits_for_the_manager_and_the_next_ones_go_on(client, point, phone):
    record = make_shelf(point=point)
    forged = entry(phone, 1, "sale", sale(record, 9), secret="00" * 32)
    outcomes = send(client, point, phone, forged, entry(phone, 1, "sale", sale(record))).json()["outcomes"]
    assert [each["state"] for each in outcomes] == ["kept", "done"]
    page = client.get(url("devices", point)).context["page"]
    assert [each.trouble for each in page] == ["forged"]
    assert client.get(url("today", point)).context["kept"] == 1
    (kept,) = page
    client.post(url("entry", point, kept.pk), {"act": "retry"})
    client.post(url("entry", point, kept.pk), {"act": "dismiss", "note": ""})
    assert DeviceEntry.objects.get(pk=kept.pk).state == "kept"
    client.post(url("entry", point, kept.pk), {"act": "dismiss", "note": "đã hỏi nhân viên"})
    assert DeviceEntry.objects.get(pk=kept.pk).state == "dismissed"
    record.refresh_from_db()
    assert record.num_in_stock == 9


def test_what_was_refused_is_done_again_once_the_goods_are_there(client, point, phone):
    record = make_shelf(point=point, quantity=1)
    (outcome,) = send(client, point, phone, entry(phone, 1, "sale", sale(record, 3))).json()["outcomes"]
    assert (outcome["state"], bool(outcome["reason"])) == ("kept", True)
    make_shelf(point=point, product=record.product, quantity=5)
    client.post(url("entry", point, DeviceEntry.objects.get().pk), {"act": "retry"})
    record.refresh_from_db()
    assert (record.num_in_stock, DeviceEntry.objects.get().state) == (3, "done")


def test_a_revoked_device_and_one_of_another_point_sell_nothing(client, point, phone):
    record = make_shelf(point=point)
    elsewhere = make_point()
    make_member(elsewhere.seller, TeamRole.CLERK, PointDevice.objects.get().added_by)
    assert send(client, elsewhere, phone, entry(phone, 1, "sale", sale(record))).status_code == 422
    client.post(url("device-revoke", point, phone["device"]))
    (outcome,) = send(client, point, phone, entry(phone, 1, "sale", sale(record))).json()["outcomes"]
    assert outcome["state"] == "kept"
    record.refresh_from_db()
    assert record.num_in_stock == 10


@pytest.mark.parametrize(
    "body", ["", "[]", "{}", '{"device": 1, "entries": 5}', '{"device": "x", "entries": [1]}']
)
def test_what_is_no_queue_is_refused(client, point, manager, body):
    response = client.post(url("send", point), body, content_type="application/json")
    assert (response.status_code, "error" in response.json()) == (422, True)


def test_a_device_gets_goods_with_codes_and_what_is_left_and_reservations(client, point, phone):
    record = make_shelf(point=point)
    held = reservations.reserve(point, "100001-1", [(record.pk, 2, PRICE)])
    said = client.get(url("goods", point)).json()
    (good,) = said["goods"]
    assert (good["record"], good["price"], good["reserved"]) == (record.pk, PRICE, 2)
    assert [(each["left"], each["expires_on"]) for each in good["batches"]] == [(10, None)]
    assert record.product.certification.code in good["codes"]
    (reservation,) = said["reservations"]
    assert (reservation["code"], reservation["owed"]) == (held.code, 2 * PRICE)


def test_the_worker_speaks_for_the_page_of_the_counter_alone(client, point, manager):
    worker, counter = url("worker", point), url("sell", point)
    assert worker.rsplit("/", 1)[0] + "/" == counter
    assert client.get(worker).headers["Content-Type"] == "text/javascript"
    client.logout()
    assert client.get(url("goods", point)).status_code == 401
