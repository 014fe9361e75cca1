"""A seller's book: what each act posts, that it balances, and that it is never changed."""

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.db.models import Sum

from marketplace.payments import methods
from marketplace.payments.domain import stripe_refunds
from marketplace.payments.models import Payment, StripeRefund
from marketplace.sales.domain import fulfil, ledger, reduce, statements
from marketplace.sales.models import FeeRate, LedgerAccount, LedgerEntry, LedgerTransaction, SellerOrder
from tests.factories.catalog import make_seller
from tests.factories.contact import deliver
from tests.factories.payments import come_in, make_account, make_paid_visit, make_stripe_account
from tests.marketplace.sales.books import book, is_right
from tests.marketplace.sales.cases import buy, make_product

pytestmark = [pytest.mark.integration, pytest.mark.django_db, pytest.mark.usefixtures("frozen")]

A = LedgerAccount
PRICE, DELIVERY = 120_000, 30_000
TOTAL = PRICE + DELIVERY


@pytest.fixture
def seller():
    return make_seller(name="HTX Bắc Sơn")


@pytest.fixture
def product(seller):
    return make_product(seller, in_stock=50)


def test_an_order_goes_through_the_book_from_placing_to_fee(product):
    FeeRate.objects.create(valid_from="2026-01-01", hundredths=250, source="QĐ thử")
    order = buy(product)[0]
    sold = {A.SALES: -PRICE, A.DELIVERY: -DELIVERY}
    assert book(order) == {A.RECEIVABLE: TOTAL, **sold}
    deliver(order)
    fee = {A.FEE: 3_000, A.FEE_OWED: -3_000}
    assert book(order) == {A.CARRIER: TOTAL, **sold, **fee}
    methods.get("cod").refund(order.payments.get(), 40_000, way="cash", proof="", actor=None)
    lower = {A.FEE: 2_000, A.FEE_OWED: -2_000}
    # The carrier has what it took at the door; the seller gave back of its own cash.
    assert book(order) == {A.CARRIER: TOTAL, A.CASH: -40_000, A.RETURNS: 40_000, **sold, **lower}
    causes = LedgerTransaction.objects.filter(seller_order=order).values_list("cause", flat=True)
    assert list(causes) == ["placed", "order_step", "payment_step", "payment_step"]
    assert is_right()


def test_what_comes_after_the_end_is_owed_back_and_leaves_no_trace_when_given(seller, product):
    make_account(seller)
    order = buy(product, method="vietqr")[0]
    payment = order.payments.get()
    fulfil.cancel(order, actor=None, note="Hết hàng")
    assert book(order) == {}
    come_in(payment)
    assert book(order) == {A.BANK: TOTAL, A.REFUNDS_OWED: -TOTAL}
    methods.get("vietqr").refund(payment, TOTAL, way="transfer", proof="FT1", actor=None)
    assert book(order) == {}
    assert is_right()


def test_a_refund_before_the_end_is_taken_back_into_it(seller, product):
    make_account(seller)
    order = buy((product, 2), method="vietqr")[0]
    payment = order.payments.get()
    come_in(payment)
    methods.get("vietqr").refund(payment, 50_000, way="transfer", proof="FT1", actor=None)
    total = 2 * PRICE + DELIVERY
    assert book(order)[A.RETURNS] == 50_000
    fulfil.cancel(order, actor=None, note="Hết hàng")
    assert book(order) == {A.BANK: total - 50_000, A.REFUNDS_OWED: 50_000 - total}
    assert is_right()


def test_a_part_that_is_cancelled_is_not_sold(product):
    order = buy((product, 3))[0]
    line = order.lines.get()
    reduce.cancel_lines(order, {line.pk: 1}, seen_total=order.total, actor=None, note="Thiếu hàng")
    assert book(order) == {A.RECEIVABLE: 270_000, A.SALES: -240_000, A.DELIVERY: -DELIVERY}
    assert is_right()


def test_the_same_cause_is_posted_once(product):
    order = buy(product)[0]
    deliver(order)
    event = order.payments.get().events.last()
    number = LedgerTransaction.objects.count()
    ledger.post_payment_step(order.payments.get(), event)
    assert LedgerTransaction.objects.count() == number
    with pytest.raises(IntegrityError), transaction.atomic():
        ledger.post_placed([order])


def test_the_book_sums_to_the_statement(seller, product):
    FeeRate.objects.create(valid_from="2026-01-01", hundredths=333, source="QĐ thử")
    make_account(seller)
    deliver(buy((product, 2))[0])
    returned = deliver(buy(product)[0])
    methods.get("cod").refund(returned.payments.get(), TOTAL, way="cash", proof="", actor=None)
    come_in(buy(product, method="vietqr")[0].payments.get(), TOTAL + 5_000)
    fulfil.cancel(buy(product)[0], actor=None, note="Hết hàng")
    sums = statements.sums_of(SellerOrder.objects.filter(seller=seller))
    by_account = {row["account"]: row for row in LedgerEntry.objects.balances()}
    money = [by_account[account] for account in (A.CARRIER, A.BANK, A.CASH)]
    assert -by_account[A.SALES]["balance"] - by_account[A.DELIVERY]["balance"] == sums.sold
    assert sum(each["debited"] for each in money) == sums.received
    assert sum(each["credited"] for each in money) == sums.refunded
    assert by_account[A.FEE]["balance"] == -by_account[A.FEE_OWED]["balance"] == sums.fee > 0
    assert is_right()


def test_a_book_that_does_not_fit_is_found_and_brought_in_once(product, capsys):
    order = buy(product)[0]
    call_command("ledger", "verify")
    # As an order of a release that had no ledger, whose payment somebody then changed by hand.
    other = buy(product)[0]
    with connection.cursor() as cursor:
        cursor.execute("UPDATE sales_sellerorder SET state = 'cancelled' WHERE id = %s", [other.pk])
    Payment.objects.filter(reference=order.number).update(received=TOTAL)
    with pytest.raises(CommandError):
        call_command("ledger", "verify")
    assert order.number in capsys.readouterr().out
    assert ledger.bring_in(SellerOrder.objects.all()) == 2
    assert book(order) == {A.CARRIER: TOTAL, A.SALES: -PRICE, A.DELIVERY: -DELIVERY}
    assert ledger.bring_in(SellerOrder.objects.all()) == 0 or not is_right()


def test_nobody_changes_an_entry(product):
    buy(product)
    entry = LedgerEntry.objects.first()
    for change in (
        lambda: LedgerEntry.objects.filter(pk=entry.pk).update(debit=1),
        lambda: LedgerTransaction.objects.update(day="2026-01-01"),
        lambda: LedgerEntry.objects.create(transaction=entry.transaction, account=A.BANK, debit=1, credit=1),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()


@pytest.mark.postgres
def test_the_database_refuses_what_does_not_balance(product):
    buy(product)
    posted = LedgerTransaction.objects.get()

    @transaction.atomic
    def post_one_side():
        LedgerEntry.objects.create(transaction=posted, account=A.BANK, debit=5)
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")

    with pytest.raises(IntegrityError):
        post_one_side()


@pytest.mark.sqlite
def test_what_does_not_balance_is_found_where_the_database_lets_it_in(product):
    buy(product)
    posted = LedgerTransaction.objects.get()
    LedgerEntry.objects.create(transaction=posted, account=A.BANK, debit=5)
    assert ledger.unbalanced() == [posted.cause_key]
    sums = posted.entries.aggregate(debit=Sum("debit"), credit=Sum("credit"))
    assert sums["debit"] - sums["credit"] == 5


@pytest.mark.parametrize("number", [1, 30])
def test_looking_through_the_book_costs_the_same_for_one_order_and_thirty(
    product, django_assert_num_queries, number
):
    for _time in range(number):
        buy(product)
    with django_assert_num_queries(7):
        assert not list(ledger.differences(SellerOrder.objects.all()))


def test_a_discount_of_the_marketplace_is_claimed_from_it_and_goes_with_the_goods(product):
    order = buy((product, 2))[0]
    shares = {"discount": 60_000, "discount_by_marketplace": 40_000, "total": order.total - 60_000}
    SellerOrder.objects.filter(pk=order.pk).update(**shares)
    Payment.objects.filter(reference=order.number).update(
        amount=order.total - 60_000, due=order.total - 60_000
    )
    order.refresh_from_db()
    deliver(order)
    sold = {A.SALES: -2 * PRICE, A.DELIVERY: -DELIVERY, A.DISCOUNT: 20_000}
    assert ledger.bring_in(SellerOrder.objects.all()) == 0
    assert book(order) == {**sold, A.CLAIM: 40_000, A.CARRIER: 210_000}
    # Half of what was paid for the goods: half of the claim goes with it.
    methods.get("cod").refund(order.payments.get(), 90_000, way="cash", proof="", actor=None)
    money = {A.CARRIER: 210_000, A.CASH: -90_000}
    assert book(order) == {**sold, A.CLAIM: 20_000, A.RETURNS: 110_000, **money}
    fulfil.take_back(order, actor=None)
    assert book(order) == {**sold, A.RETURNS: 130_000, **money}
    assert is_right()


def test_money_that_did_not_reach_the_card_is_owed_again_and_no_fee_is_owed_for_it(seller, product, stripe):
    FeeRate.objects.create(valid_from="2026-01-01", hundredths=250, source="QĐ thử")
    make_stripe_account(seller)
    order = buy(product, method="stripe")[0]
    payment = order.payments.get()
    make_paid_visit(payment)
    deliver(order)
    methods.get("stripe").refund(payment, TOTAL, way="card", proof="", actor=None)
    sold = {A.SALES: -PRICE, A.DELIVERY: -DELIVERY, A.RETURNS: TOTAL}
    assert book(order) == sold
    stripe_refunds.fail(StripeRefund.objects.select_related("session__payment").get(), "lost_card")
    assert book(order) == {**sold, A.CARD: TOTAL, A.REFUNDS_OWED: -TOTAL}
    assert statements.sums_of(SellerOrder.objects.filter(seller=seller)).fee == 0
    assert is_right()
