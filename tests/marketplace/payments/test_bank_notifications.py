"""Signed notifications: who may tell what, once, within minutes; everything else changes nothing."""

import json

import pytest
from django.urls import reverse

from marketplace.core import clock
from marketplace.payments.domain import bank_notifications
from marketplace.payments.domain.bank_notifications import TooManyKeys
from marketplace.payments.models import BankNotification, NotificationKey, Transfer
from tests.factories.catalog import make_seller, make_user
from tests.factories.payments import make_account, make_owed

pytestmark = [pytest.mark.integration, pytest.mark.django_db, pytest.mark.usefixtures("frozen")]


@pytest.fixture
def seller():
    seller = make_seller()
    make_account(seller)
    return seller


@pytest.fixture
def key(seller):
    return bank_notifications.make_key(seller, actor=make_user())


@pytest.fixture
def payment(seller):
    return make_owed(150_000, seller=seller)


@pytest.fixture
def tell(client, key):
    """Sends a notification; what is not said is right."""

    def send(payment=None, *, body=None, moment=None, sign=None, name=None, **facts):
        made, secret = key
        told = {
            "id": "N1",
            "account": "1033193343",
            "amount": 150_000,
            "currency": "VND",
            "at": "2026-11-24T09:15:00+07:00",
            "content": payment.transfer_request.code if payment else "?",
            "reference": "FT1",
            **facts,
        }
        raw = json.dumps({k: v for k, v in told.items() if v is not None}).encode() if body is None else body
        moment = str(int(clock.now().timestamp()) if moment is None else moment)
        signed = bank_notifications.signature(secret, moment, raw) if sign is None else sign
        return client.post(
            reverse("checkout:bank-notification", args=[name or made.name]),
            raw,
            content_type="application/json",
            headers={"X-OCOP-Timestamp": moment, "X-OCOP-Signature": signed},
        )

    return send


def test_a_signed_notification_pays_the_order_and_is_answered_again(tell, payment, key):
    first = tell(payment)
    assert (first.status_code, first.json()["state"]) == (200, "matched")
    assert tell(payment).json() == first.json()
    payment.refresh_from_db()
    assert (payment.state, payment.received) == ("paid", 150_000)
    assert Transfer.objects.count() == BankNotification.objects.count() == 1
    key[0].refresh_from_db()
    assert key[0].used_at is not None


def test_another_id_for_the_same_transfer_counts_nothing(tell, payment):
    assert tell(payment).json() == tell(payment, id="N2").json()
    payment.refresh_from_db()
    assert payment.received == 150_000


@pytest.mark.parametrize(
    "wrong",
    [
        {"sign": "0" * 64},
        {"sign": ""},
        {"sign": "é"},
        {"name": "unknown"},
        {"moment": "soon"},
        {"moment": -1},
        {"moment": "9" * 5000},
        {"moment": 0},
    ],
)
def test_what_is_not_signed_is_refused(tell, payment, wrong):
    assert tell(payment, **wrong).status_code == 401
    assert not Transfer.objects.exists()


@pytest.mark.parametrize(("seconds", "status"), [(-301, 401), (-299, 200), (299, 200), (301, 401)])
def test_a_replayed_notification_is_refused_after_five_minutes(tell, payment, seconds, status):
    assert tell(payment, moment=int(clock.now().timestamp()) + seconds).status_code == status


def test_a_changed_body_is_refused(tell, payment, key):
    moment = str(int(clock.now().timestamp()))
    signed = bank_notifications.signature(key[1], moment, b"{}")
    assert tell(payment, sign=signed).status_code == 401


def test_a_revoked_key_signs_nothing(tell, payment, key):
    bank_notifications.revoke(key[0], actor=make_user())
    assert tell(payment).status_code == 401


@pytest.mark.parametrize(
    "facts",
    [
        {"currency": "USD"},
        {"amount": 0},
        {"amount": -5},
        {"amount": 1.5},
        {"amount": "150000"},
        {"amount": True},
        {"amount": 10**13},
        {"account": "9999999999"},
        {"account": None},
        {"id": ""},
        {"id": 7},
        {"at": "yesterday"},
        {"at": "2026-11-24T09:15:00"},
        {"at": "0001-01-01T00:00:00+14:00"},
        {"at": "9999-12-31T23:59:59-12:00"},
        {"at": "1026-11-24T09:15:00+07:00"},
        {"at": None},
        {"content": "x\0"},
        {"content": "\ud800"},
        {"content": "x" * 501},
    ],
)
def test_what_cannot_be_noted_is_said_and_changes_nothing(tell, payment, facts):
    answer = tell(payment, **facts)
    assert (answer.status_code, "error" in answer.json()) == (422, True)
    assert not Transfer.objects.exists()


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"\xff", b"1", b"null", b"[" * 16_000])
def test_what_is_no_object_is_said(tell, body):
    assert tell(body=body).status_code == 422


def test_an_id_used_for_something_else_is_refused(tell, payment):
    tell(payment)
    assert tell(payment, amount=1, reference="FT2").status_code == 409
    assert Transfer.objects.count() == 1


def test_a_long_body_and_a_visit_are_refused(tell, client, key):
    assert tell(body=b" " * 20_000).status_code == 413
    assert client.get(reverse("checkout:bank-notification", args=[key[0].name])).status_code == 405


def test_a_seller_cannot_tell_of_another_seller_s_account(tell, payment):
    other = make_seller()
    make_account(other, number="5555555555")
    assert tell(payment, account="5555555555").status_code == 422


def test_two_keys_at_most_and_the_secret_is_sealed(seller, key):
    bank_notifications.make_key(seller, actor=make_user())
    with pytest.raises(TooManyKeys):
        bank_notifications.make_key(seller, actor=make_user())
    assert all(key[1] not in each.sealed_secret for each in NotificationKey.objects.all())
