"""The book goes by how money really came, whatever way to pay the buyer had chosen."""

import pytest
from django.urls import reverse

from marketplace.core import clock
from marketplace.payments import methods
from marketplace.payments.domain import stripe_sessions, transfers
from marketplace.payments.models import Payment, Transfer
from marketplace.sales.domain import ledger, months
from marketplace.sales.domain.place import SellerChoice
from marketplace.sales.models import LedgerAccount, LedgerEntry, SellerOrder
from producers.domain import reservations
from producers.domain.acts import By
from producers.models import PointAct
from tests.factories.catalog import make_seller, make_user
from tests.factories.contact import deliver
from tests.factories.payments import (
    come_in,
    make_account,
    make_stripe_account,
    make_transfer,
    make_visit,
)
from tests.factories.reserved import reservation_of, reserve
from tests.factories.sellers import make_officer
from tests.factories.shelves import PRICE, make_shelf
from tests.marketplace.sales.books import book, is_right
from tests.marketplace.sales.cases import buy, make_product

pytestmark = [pytest.mark.integration, pytest.mark.django_db, pytest.mark.usefixtures("frozen")]

A = LedgerAccount
TOTAL = 150_000


@pytest.fixture
def record():
    record = make_shelf(quantity=50)
    make_account(record.partner)
    return record


@pytest.fixture
def kept(record):
    """Goods of a shelf, ordered with this way to pay, two of them."""

    def order(method: str) -> SellerOrder:
        return reserve(record, 2, choices={record.partner_id: SellerChoice(method)})

    return order


def hand_over(seller_order: SellerOrder, paid_by: str) -> None:
    """The buyer has come and pays what is still owed in this way."""
    owed, reservation = seller_order.payments.get().outstanding, reservation_of(seller_order)
    reservations.collect(reservation, by=By(), amount=owed, paid_by=paid_by)


@pytest.mark.parametrize(
    ("method", "paid_by", "account"),
    [
        ("vietqr", "cash", A.CASH),
        ("vietqr", "vietqr", A.BANK),
        ("counter", "vietqr", A.BANK),
        ("counter", "cash", A.CASH),
    ],
)
def test_what_a_counter_takes_is_where_the_point_says(kept, method, paid_by, account):
    seller_order = kept(method)
    hand_over(seller_order, paid_by)
    assert book(seller_order) == {account: 2 * PRICE, A.SALES: -2 * PRICE}
    assert is_right()


def test_a_part_by_transfer_and_the_rest_in_cash(kept):
    seller_order = kept("vietqr")
    payment = seller_order.payments.get()
    come_in(payment, 30_000)
    hand_over(seller_order, "cash")
    # A transfer that comes after all is the bank's, and owed back.
    come_in(payment, 50_000)
    rest = 2 * PRICE - 30_000
    assert book(seller_order) == {
        A.BANK: 80_000,
        A.CASH: rest,
        A.SALES: -2 * PRICE,
        A.REFUNDS_OWED: -50_000,
    }
    methods.get("vietqr").refund(payment, 50_000, way="cash", proof="", actor=None)
    assert book(seller_order) == {A.BANK: 80_000, A.CASH: rest - 50_000, A.SALES: -2 * PRICE}
    # Another way than these: out of where it was taken when the goods were.
    methods.get("vietqr").refund(payment, 5_000, way="other", proof="", actor=None)
    assert book(seller_order)[A.CASH] == rest - 55_000
    assert is_right()


def test_a_card_that_was_not_charged_is_paid_in_cash(kept, record, stripe):
    make_stripe_account(record.partner)
    seller_order = kept("stripe")
    payment = seller_order.payments.get()
    visit = make_visit(payment)
    hand_over(seller_order, "cash")
    assert book(seller_order) == {A.CASH: 2 * PRICE, A.SALES: -2 * PRICE}
    # Stripe tells of the charge afterwards.
    stripe_sessions.count(visit, visit.amount, "vnd", "pi_1")
    owed = {A.CARD: 2 * PRICE, A.REFUNDS_OWED: -2 * PRICE}
    assert book(seller_order) == {A.CASH: 2 * PRICE, A.SALES: -2 * PRICE, **owed}
    methods.get("stripe").refund(payment, 2 * PRICE, way="card", proof="", actor=None)
    assert book(seller_order) == {A.CASH: 2 * PRICE, A.SALES: -2 * PRICE}
    assert is_right()


def test_a_transfer_for_an_order_to_be_paid_at_the_door_is_the_bank_s():
    seller, actor = make_seller(), make_user()
    seller_order = buy(make_product(seller))[0]
    payment = seller_order.payments.get()
    transfer = make_transfer(seller, 100_000)
    transfers.match(transfer, payment, actor=actor)
    deliver(seller_order)
    assert book(seller_order)[A.BANK] == 100_000
    assert book(seller_order)[A.CARRIER] == TOTAL - 100_000
    transfer.refresh_from_db()
    transfers.unmatch(transfer, actor=actor)
    assert book(seller_order)[A.CARRIER] == TOTAL - 100_000
    assert A.BANK not in book(seller_order)
    assert is_right()


def test_what_an_older_book_has_under_the_wrong_account_is_found_and_brought_in(kept):
    seller_order = kept("vietqr")
    # As a release that went by the way to pay alone has posted it.
    methods.get("vietqr").confirm(seller_order.payments.get(), None)
    PointAct.objects.create(
        point=reservation_of(seller_order).point,
        kind="pickup",
        paper=seller_order.number,
        amount=2 * PRICE,
        paid_by="cash",
        happened_at=clock.now(),
    )
    assert book(seller_order)[A.BANK] == 2 * PRICE
    assert {each.account for each in ledger.differences(SellerOrder.objects.all())} == {A.BANK, A.CASH}
    assert ledger.bring_in(SellerOrder.objects.all()) == 1
    assert book(seller_order) == {A.CASH: 2 * PRICE, A.SALES: -2 * PRICE}
    assert ledger.bring_in(SellerOrder.objects.all()) == 0


def test_the_month_says_by_which_way_money_came(client, kept, record):
    hand_over(kept("vietqr"), "cash")
    come_in(kept("vietqr").payments.get(), 2 * PRICE)
    month = months.Month(2026, 11)
    moved = months.statement(months.book_of(record.partner), month).moved
    assert (moved.received, moved.refunded) == (4 * PRICE, 0)
    assert {way: amount for way, amount in moved.received_on.items() if amount} == {
        A.CASH: 2 * PRICE,
        A.BANK: 2 * PRICE,
    }
    client.force_login(make_officer())
    page = client.get(reverse("office_desk:month", args=[2026, 11])).content.decode()
    assert "Đã nhận bằng tiền mặt" in page
    assert "Đã nhận qua chuyển khoản" in page
    assert "Đã nhận qua thẻ" not in page


@pytest.mark.parametrize("number", [1, 20])
def test_looking_through_paid_orders_costs_the_same_for_one_and_twenty(
    kept, record, django_assert_num_queries, number
):
    for _time in range(number):
        seller_order = kept("vietqr")
        come_in(seller_order.payments.get(), 10_000)
        hand_over(seller_order, "cash")
    with django_assert_num_queries(11):
        assert not list(ledger.differences(SellerOrder.objects.all()))
    assert Payment.objects.count() == Transfer.objects.count() == number
    assert LedgerEntry.objects.filter(account=A.CASH).count() == number
