"""Money that comes in: counted once, matched, and what a person decides about the rest."""

import datetime

import pytest
from django.db import IntegrityError, transaction

from marketplace.core.models import Activity
from marketplace.payments import methods
from marketplace.payments.domain import transfers
from marketplace.payments.domain.books import AlreadyGivenBack
from marketplace.payments.domain.transfers import NotThisSeller, PaidMeanwhile, TransferMoved
from marketplace.payments.methods import NotNotified, VietQR
from marketplace.payments.models import Payment, Transfer
from tests.factories.catalog import make_seller, make_user
from tests.factories.payments import come_in, make_account, make_owed, told

pytestmark = [pytest.mark.integration, pytest.mark.django_db, pytest.mark.usefixtures("frozen")]


@pytest.fixture
def payment():
    return make_owed(150_000)


def facts(payment: Payment) -> tuple:
    return payment.state, payment.received, payment.outstanding, payment.refund_owed


def test_a_seller_offers_transfers_only_with_an_account(settings):
    settings.PAYMENT_METHODS = ["cod", "vietqr"]
    seller = make_seller()
    assert [method.code for method in methods.available(seller, "vi")] == ["cod"]
    make_account(seller)
    assert [method.code for method in methods.available(seller, "vi")] == ["cod", "vietqr"]
    settings.PAYMENT_METHODS = ["cod"]
    assert [method.code for method in methods.available(seller, "vi")] == ["cod"]


def test_a_request_has_its_code_and_its_times(payment):
    request = payment.transfer_request
    assert request.due_at - payment.created_at == datetime.timedelta(hours=24)
    assert request.remind_at - payment.created_at == datetime.timedelta(hours=12)


@pytest.mark.parametrize(
    ("amounts", "expected"),
    [
        ([150_000], ("paid", 150_000, 0, 0)),
        ([100_000], ("partly_paid", 100_000, 50_000, 0)),
        ([100_000, 50_000], ("paid", 150_000, 0, 0)),
        ([200_000], ("overpaid", 200_000, 0, 50_000)),
        ([150_000, 150_000], ("overpaid", 300_000, 0, 150_000)),
    ],
)
def test_exact_short_over_and_twice(payment, amounts, expected):
    for number, amount in enumerate(amounts):
        come_in(payment, amount, bank_reference=f"FT{number}")
    assert facts(payment) == expected
    assert sum(event.moved for event in payment.events.all()) == payment.received


def test_money_that_comes_after_the_end_is_owed_back(payment):
    VietQR().cancel(payment, None)
    come_in(payment)
    assert facts(payment) == ("cancelled", 150_000, 0, 150_000)
    assert list(Payment.objects.owing_refunds()) == [payment]
    VietQR().refund(payment, 150_000, way="transfer", proof="FT9", actor=None)
    assert facts(payment) == ("refunded", 150_000, 0, 0)


def test_the_same_transfer_counts_once_however_often_it_is_told(payment):
    first = come_in(payment, bank_reference="FT1")
    assert come_in(payment, bank_reference="ft1", source="file", content="khác") == first
    assert facts(payment) == ("paid", 150_000, 0, 0)


def test_perhaps_the_same_money_of_another_source_waits_for_a_person(payment):
    come_in(payment, bank_reference="FT1")
    again = come_in(payment, source="file")
    assert (again.state, again.hint, again.payment) == ("unmatched", "again", None)
    assert facts(payment) == ("paid", 150_000, 0, 0)


def test_another_seller_s_code_and_no_code_stay_unmatched(payment):
    other = make_seller()
    for seller, what in ((other, told(payment)), (payment.transfer_request.seller, told(None, 5_000))):
        noted = transfers.note(seller, what, Transfer.Source.FILE)
        assert (noted.transfer.state, noted.is_new) == ("unmatched", True)
    payment.refresh_from_db()
    assert payment.received == 0


def test_a_person_matches_takes_it_off_again_and_it_is_written(payment):
    actor = make_user()
    transfer = come_in(payment, content="khong ghi gi")
    transfers.match(transfer, payment, actor=actor, note="Người mua gọi")
    assert facts(payment)[0] == "paid"
    with pytest.raises(TransferMoved):
        transfers.match(transfer, payment, actor=actor)
    transfers.look_again(transfer, actor=actor)
    payment.refresh_from_db()
    assert facts(payment) == ("awaiting", 0, 150_000, 0)
    assert [step.state for step in transfer.steps.all()] == ["unmatched", "matched", "unmatched"]
    assert [event.moved for event in payment.events.all()] == [0, 150_000, -150_000]
    assert set(Activity.objects.filter(actor=actor).values_list("act", flat=True)) == {
        "transfer.matched",
        "transfer.unmatched",
    }


def test_what_went_back_to_the_buyer_cannot_be_taken_off(payment):
    transfer = come_in(payment, 200_000)
    VietQR().refund(payment, 50_000, way="transfer", proof="FT9", actor=None)
    with pytest.raises(AlreadyGivenBack), transaction.atomic():
        transfers.unmatch(transfer, actor=make_user())
    transfer.refresh_from_db()
    assert transfer.state == "matched"


def test_money_for_nothing_goes_back_or_aside(payment):
    actor = make_user()
    transfer = come_in(payment, content="nham")
    transfers.mark_to_refund(transfer, actor=actor)
    with pytest.raises(TransferMoved):
        transfers.match(transfer, payment, actor=actor)
    transfers.note_refund(transfer, actor=actor, note="FT10")
    with pytest.raises(TransferMoved):
        transfers.look_again(transfer, actor=actor)
    aside = come_in(payment, 1_000, content="luong")
    transfers.set_aside(aside, actor=actor)
    transfers.look_again(aside, actor=actor)
    assert aside.state == "unmatched"


def test_the_seller_s_hand_notes_once_and_the_statement_later_adds_nothing(payment):
    seller, actor = payment.transfer_request.seller, make_user()
    noted = {"amount": 150_000, "booked_on": datetime.date(2026, 11, 24), "bank_reference": "FT5"}
    transfer = transfers.note_by_hand(seller, payment, seen_received=0, actor=actor, **noted)
    assert (transfer.source, transfer.payment, facts(payment)[0]) == ("hand", payment, "paid")
    with pytest.raises(PaidMeanwhile):
        transfers.note_by_hand(seller, payment, seen_received=0, actor=actor, **noted)
    assert come_in(payment, bank_reference="FT5", source="file") == transfer
    assert Transfer.objects.count() == 1


def test_nobody_matches_with_another_seller_s_payment(payment):
    other = make_owed()
    transfer = come_in(other, content="?")
    with pytest.raises(NotThisSeller), transaction.atomic():
        transfers.match(transfer, payment, actor=make_user())


def test_the_database_refuses_a_matched_transfer_without_a_payment(payment):
    transfer = come_in(payment)
    with pytest.raises(IntegrityError), transaction.atomic():
        Transfer.objects.filter(pk=transfer.pk).update(payment=None)


def test_cash_is_not_notified(payment):
    with pytest.raises(NotNotified):
        methods.get("cod").notified(payment.transfer_request.seller, told(payment))
