"""Whatever happens to an order, and wherever it breaks off: no money is lost, the book sums to the orders."""

from collections import Counter

import hypothesis.strategies as st
import pytest
from django.db import connection, transaction
from django.test import override_settings
from hypothesis import HealthCheck, settings
from hypothesis.extra.django import TestCase
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from marketplace.core import clock
from marketplace.core.exceptions import Refused
from marketplace.payments import methods
from marketplace.payments.domain import stripe_refunds, stripe_sessions, transfers
from marketplace.payments.models import Payment, StripeRefund, StripeSession, Transfer
from marketplace.sales.domain import discounts, fulfil, ledger, payouts, reduce, returns
from marketplace.sales.domain.place import SellerChoice
from marketplace.sales.domain.quote import quote
from marketplace.sales.models import (
    CARRIERS_ACCOUNTS,
    MONEY_ACCOUNTS,
    CarrierPayout,
    DeliveryWay,
    FeeRate,
    LedgerAccount,
    LedgerEntry,
    LedgerTransaction,
    Parcel,
    ReturnRequest,
    SellerOrder,
)
from marketplace.sales.models.fees import WHOLE
from producers.domain import reservations
from producers.domain.acts import By
from producers.models import Reservation, StockRecord
from tests.factories.catalog import make_seller, make_user
from tests.factories.payments import make_account, make_read_file, make_stripe_account, make_visit, told
from tests.factories.promotions import make_promotion
from tests.factories.reserved import basket_from_shelves, place
from tests.factories.shelves import make_shelf
from tests.marketplace.sales.cases import LAN, Purchase, address, make_basket, make_product
from tests.services.stripe_proxy import KEY, SECRET

pytestmark = [pytest.mark.integration]

IN_STOCK, RATE = 40, 333
#: What is owed for one, two or three pieces, less, and more than that.
AMOUNTS = st.sampled_from([1, 30_000, 150_000, 270_000, 390_000])
MOST_ORDERS = 3
#: After how many statements an act breaks off; None: it goes through.
BREAKS = st.one_of(st.none(), st.integers(0, 45))
STEPS = st.sampled_from(["confirm", "ship", "deliver", "refuse", "cancel", "cancel_by_buyer"])


class Crash(Exception):
    """The process dies between two statements."""


class Breaking:
    """Lets so many statements through to the database and then dies; savepoints are not counted."""

    def __init__(self, after: int | None):
        self.left = after

    def __call__(self, execute, sql, params, many, context):
        if self.left is not None and not sql.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")):
            if self.left == 0:
                raise Crash
            self.left -= 1
        return execute(sql, params, many, context)


class Trade(RuleBasedStateMachine):
    """One seller's orders; each act may be refused, come again, or break off anywhere and be tried again."""

    def __init__(self):
        super().__init__()
        self.sent = transaction.atomic()
        self.sent.__enter__()
        self.configured = override_settings(
            STRIPE_KEY=KEY,
            STRIPE_WEBHOOK_SECRETS=[SECRET],
            PAYMENT_METHODS=["cod", "counter", "vietqr", "stripe"],
        )
        self.configured.enable()
        self.told, self.came_in, self.given_back = [], 0, 0
        #: What came in at doors and counters, by account.
        self.taken = Counter()
        #: By order, what carriers handed over.
        self.handed_over = Counter()

    @initialize(offer=st.sampled_from(["none", "of the seller", "of the marketplace"]))
    def shop(self, offer):
        self.seller, self.actor = make_seller(), make_user()
        make_account(self.seller)
        make_stripe_account(self.seller)
        if offer != "none":
            make_promotion(self.seller if offer == "of the seller" else None)
        FeeRate.objects.create(valid_from="2026-01-01", hundredths=RATE, source="QĐ thử")
        self.product = make_product(self.seller, in_stock=IN_STOCK)
        self.shelf = make_shelf(quantity=IN_STOCK)
        make_account(self.shelf.partner)
        make_stripe_account(self.shelf.partner)

    def act(self, act, breaks: int | None = None):
        """Do it as a request would: whole or not at all. What broke off is done again; None: refused."""
        for after in (breaks, None) if breaks is not None else (None,):
            try:
                with transaction.atomic(), connection.execute_wrapper(Breaking(after)):
                    return act()
            except Refused:
                return None
            except Crash:
                continue
        raise AssertionError("an act without a break broke off")

    def order(self, which: int) -> SellerOrder:
        orders = list(SellerOrder.objects.order_by("pk"))
        return orders[which % len(orders)]

    def any_payment(self, which: int) -> Payment:
        return self.order(which).payments.get()

    has_orders = precondition(lambda _self: SellerOrder.objects.exists())

    @precondition(lambda _self: SellerOrder.objects.count() < MOST_ORDERS)
    @rule(quantity=st.integers(1, 3), method=st.sampled_from(["cod", "vietqr", "stripe"]), breaks=BREAKS)
    def place(self, quantity, method, breaks):
        basket = make_basket((self.product, quantity))
        discounts.reduce_prices(basket, LAN.known_to(None))
        seen = quote(basket).delivered(address().province, {})
        wanted = Purchase(basket, method=method, buyer=LAN, expected=seen)
        order = self.act(wanted.place, breaks)
        # The same form again gives the same order.
        assert order is None or self.act(wanted.place) == order

    @precondition(lambda _self: SellerOrder.objects.count() < MOST_ORDERS)
    @rule(quantity=st.integers(1, 3), method=st.sampled_from(["counter", "vietqr", "stripe"]), breaks=BREAKS)
    def reserves_at_a_point(self, quantity, method, breaks):
        basket = basket_from_shelves((self.shelf, quantity))
        discounts.reduce_prices(basket, LAN.known_to(None))
        choices = {self.shelf.partner_id: SellerChoice(method)}
        seen = quote(basket).delivered(None, {})
        wanted = {"token": f"shelf-{basket.pk}", "expected": seen, "choices": choices}
        order = self.act(lambda: place(basket, **wanted), breaks)
        assert order is None or self.act(lambda: place(basket, **wanted)) == order

    @has_orders
    @rule(which=st.integers(0, 9), paid_by=st.sampled_from(["cash", "vietqr"]), breaks=BREAKS)
    def is_picked_up_and_pays_what_is_owed(self, which, paid_by, breaks):
        order, payment = self.order(which), self.any_payment(which)
        held = Reservation.objects.filter(reference=order.number).first()
        if held is None:
            return
        owed = payment.outstanding
        done = self.act(
            lambda: reservations.collect(
                Reservation.objects.get(pk=held.pk), by=By(self.actor), amount=owed, paid_by=paid_by
            ),
            breaks,
        )
        assert done is None or self.any_payment(which).received - payment.received == owed
        self.came_in += owed if done is not None else 0
        self.taken[paid_by] += owed if done is not None else 0

    @has_orders
    @rule(which=st.integers(0, 9), step=STEPS, breaks=BREAKS)
    def moves(self, which, step, breaks):
        self.move(which, [step], breaks)

    @has_orders
    @rule(which=st.integers(0, 9), breaks=BREAKS)
    def goes_all_the_way(self, which, breaks):
        self.move(which, ["confirm", "pack", "ship", "deliver"], breaks)

    def move(self, which: int, steps: list[str], breaks: int | None):
        order, payment = self.order(which), self.any_payment(which)
        for step in steps:
            self.act(
                lambda step=step: getattr(fulfil, step)(SellerOrder.objects.get(pk=order.pk), actor=None),
                breaks,
            )
        # Whoever has the parcel has paid at the door.
        self.count_collected(which, payment)

    @has_orders
    @rule(which=st.integers(0, 9), amount=st.sampled_from([0, 100_000, None]), breaks=BREAKS)
    def a_carrier_s_list_comes(self, which, amount, breaks):
        """A part, nothing, or what was to be collected; the same list comes twice."""
        order, payment = self.order(which), self.any_payment(which)
        if order.delivery_way != DeliveryWay.DOOR:
            return
        Parcel.objects.get_or_create(
            seller_order=order, defaults={"carrier_code": "ghn", "tracking_number": f"G{order.pk}"}
        )
        amount = (payment.received or payment.due) if amount is None else amount
        line = {"tracking_number": f"g{order.pk}", "amount": str(amount)}
        for _time in range(2):
            counts = self.act(
                lambda: payouts.write_list(make_read_file(self.seller, kind="carrier"), [line]), breaks
            )
            self.handed_over[order.pk] += amount if counts.new else 0
        # What is handed over whole was collected.
        self.count_collected(which, payment)

    @has_orders
    @rule(which=st.integers(0, 9), breaks=BREAKS)
    def the_seller_has_the_carrier_s_money(self, which, breaks):
        order, payment = self.order(which), self.any_payment(which)
        payout = self.act(
            lambda: payouts.note_by_hand(
                SellerOrder.objects.get(pk=order.pk), paid_on=clock.today(), actor=self.actor
            ),
            breaks,
        )
        self.handed_over[order.pk] += payout.amount if payout is not None else 0
        self.count_collected(which, payment)

    def count_collected(self, which: int, before: Payment):
        taken = self.any_payment(which).received - before.received
        self.came_in += taken
        self.taken["carrier"] += taken

    @precondition(lambda _self: CarrierPayout.objects.exists())
    @rule(which=st.integers(0, 9), breaks=BREAKS)
    def a_person_clears_a_payout(self, which, breaks):
        found = list(CarrierPayout.objects.order_by("pk"))
        self.act(lambda: payouts.clear(found[which % len(found)], actor=self.actor, note="Đã xem"), breaks)

    @has_orders
    @rule(which=st.integers(0, 9), breaks=BREAKS)
    def what_is_owed_comes(self, which, breaks):
        self.transfer(which, self.any_payment(which).outstanding or 50_000, named=True, breaks=breaks)

    @has_orders
    @rule(which=st.integers(0, 9), amount=AMOUNTS, named=st.booleans(), breaks=BREAKS)
    def money_comes(self, which, amount, named, breaks):
        self.transfer(which, amount, named=named, breaks=breaks)

    def transfer(self, which: int, amount: int, *, named: bool, breaks: int | None):
        payment = self.any_payment(which)
        request = getattr(payment, "transfer_request", None)
        content = request.code if named and request is not None else "khong ro"
        what = told(None, amount, content=content, bank_reference=f"FT{len(self.told)}")
        self.told.append((self.order(which).seller, what))
        self.note(*self.told[-1], breaks)

    @precondition(lambda self: self.told)
    @rule(which=st.integers(0, 99), breaks=BREAKS)
    def told_again_or_late(self, which, breaks):
        self.note(*self.told[which % len(self.told)], breaks)

    def note(self, seller, what, breaks):
        noted = self.act(lambda: transfers.note(seller, what, Transfer.Source.NOTIFICATION), breaks)
        if noted is not None and noted.is_new:
            self.came_in += what.amount

    @has_orders
    @rule(which=st.integers(0, 9), breaks=BREAKS)
    def pays_by_card(self, which, breaks):
        """What is owed, on a visit to Stripe's page; it tells of it twice."""
        payment = self.any_payment(which)
        if payment.is_awaited and hasattr(payment, "card_request"):
            visit = payment.stripe_sessions.filter(paid_at=None).first() or self.visit_to(payment)
            for _time in range(2):
                is_news = self.act(lambda: self.count(visit), breaks)
                self.came_in += visit.amount if is_news else 0

    def visit_to(self, payment: Payment) -> StripeSession:
        number = StripeSession.objects.count()
        return make_visit(
            payment, amount=payment.outstanding, identifier=f"cs_{number}", intent=f"pi_{number}"
        )

    @staticmethod
    def count(visit: StripeSession) -> bool:
        again = StripeSession.objects.select_related("payment").get(pk=visit.pk)
        return stripe_sessions.count(again, visit.amount, "vnd", visit.intent)

    @has_orders
    @rule(which=st.integers(0, 9), breaks=BREAKS)
    def goes_to_the_card_and_does_not_reach_it(self, which, breaks):
        """Stripe tells of it twice, too."""
        self.refund(which, self.any_payment(which).refundable, 0, breaks)
        for row in StripeRefund.objects.filter(session__payment=self.any_payment(which)):
            for _time in range(2):
                is_news = self.act(lambda row=row: stripe_refunds.fail(row, "lost_card"), breaks)
                self.given_back -= row.amount if is_news else 0

    @has_orders
    @rule(which=st.integers(0, 9), divided_by=st.integers(1, 3), way=st.integers(0, 2), breaks=BREAKS)
    def refunds_a_share(self, which, divided_by, way, breaks):
        self.refund(which, self.any_payment(which).refundable // divided_by, way, breaks)

    @has_orders
    @rule(which=st.integers(0, 9), amount=AMOUNTS, way=st.integers(0, 2), breaks=BREAKS)
    def refunds(self, which, amount, way, breaks):
        self.refund(which, amount, way, breaks)

    def refund(self, which: int, amount: int, way: int, breaks: int | None):
        payment = self.any_payment(which)
        method = methods.get(payment.method)
        ways = method.refund_ways(payment)
        given = self.act(
            lambda: method.refund(
                Payment.objects.get(pk=payment.pk),
                amount,
                way=ways[way % len(ways)],
                proof="",
                actor=self.actor,
            ),
            breaks,
        )
        self.given_back += amount if given is not None else 0

    @has_orders
    @rule(which=st.integers(0, 9), quantity=st.integers(1, 3), breaks=BREAKS)
    def reduces(self, which, quantity, breaks):
        order = self.order(which)
        line = order.lines.get()
        self.act(
            lambda: reduce.cancel_lines(
                order, {line.pk: quantity}, seen_total=order.total, actor=self.actor, note="Thiếu hàng"
            ),
            breaks,
        )

    @has_orders
    @rule(which=st.integers(0, 9), quantity=st.integers(1, 3), amount=AMOUNTS, breaks=BREAKS)
    def returns_goods(self, which, quantity, amount, breaks):
        order = self.order(which)
        line = order.lines.get()

        def whole_return():
            request = returns.ask(order, reason=ReturnRequest.Reason.FAULTY, quantities={line.pk: quantity})
            returns.accept(request, actor=self.actor)
            returned = request.lines.get()
            returns.receive(request, restocked={returned.pk: quantity}, actor=self.actor)
            return returns.refund(request, amount=amount, way="cash", actor=self.actor)

        refunded = self.act(whole_return, breaks)
        self.given_back += amount if refunded is not None else 0

    @has_orders
    @rule(which=st.integers(0, 9), amount=AMOUNTS, more=st.integers(-1, 1), breaks=BREAKS)
    def the_office_decides(self, which, amount, more, breaks):
        order = self.order(which)
        line = order.lines.get()

        def decided_return():
            request = returns.ask(order, reason=ReturnRequest.Reason.FAULTY, quantities={line.pk: 1})
            returns.refuse(request, actor=self.actor, note="Không nhận")
            returns.decide(request, amount=amount, actor=self.actor, note="Hộp vỡ")
            return returns.refund(request, amount=amount + more, way="transfer", actor=self.actor)

        given = self.act(decided_return, breaks)
        self.given_back += amount + more if given is not None else 0

    @invariant()
    def no_money_is_lost(self):
        if not hasattr(self, "product"):
            return
        payments = list(Payment.objects.all())
        waiting = sum(each.amount for each in Transfer.objects.exclude(state=Transfer.State.MATCHED))
        kept = sum(each.kept - each.refund_owed for each in payments)
        owed_back = sum(each.refund_owed for each in payments)
        assert self.came_in == kept + owed_back + self.given_back + waiting
        assert sum(each.refunded for each in payments) == self.given_back
        assert len(payments) == SellerOrder.objects.count()

    @invariant()
    def the_book_sums_to_the_orders(self):
        assert list(ledger.differences(SellerOrder.objects.all())) == []
        assert ledger.unbalanced() == []
        rows = {row["account"]: row for row in LedgerEntry.objects.balances()}
        book = {account: row["balance"] for account, row in rows.items()}
        assert sum(book.values()) == 0
        received = sum(payment.kept for payment in Payment.objects.all())
        differences = book.get(LedgerAccount.DIFFERENCE, 0)
        assert sum(book.get(account, 0) for account in MONEY_ACCOUNTS) + differences == received
        self.carriers_have_what_they_did_not_hand_over(rows)
        for account, way in ((LedgerAccount.CASH, "cash"), (LedgerAccount.CARRIER, "carrier")):
            assert rows.get(account, {}).get("debited", 0) == self.taken[way]
        outstanding = sum(payment.outstanding for payment in Payment.objects.all())
        assert book.get(LedgerAccount.RECEIVABLE, 0) == outstanding
        assert -book.get(LedgerAccount.FEE_OWED, 0) == sum(map(self.fee, SellerOrder.objects.all()))

    def carriers_have_what_they_did_not_hand_over(self, rows: dict):
        handed_over = sum(self.handed_over.values())
        assert rows.get(LedgerAccount.HANDED_OVER, {}).get("debited", 0) == handed_over
        held = sum(rows.get(account, {}).get("balance", 0) for account in CARRIERS_ACCOUNTS)
        difference = rows.get(LedgerAccount.DIFFERENCE, {}).get("balance", 0)
        assert held + difference == self.taken["carrier"] - handed_over
        # Of what a person has cleared carriers have nothing.
        cleared = CarrierPayout.objects.filter(state="cleared", seller_order__isnull=False)
        settled = LedgerEntry.objects.filter(
            account__in=CARRIERS_ACCOUNTS, transaction__seller_order__in=cleared.values("seller_order")
        )
        assert sum(row["balance"] for row in settled.balances()) == 0

    @staticmethod
    def fee(order: SellerOrder) -> int:
        """The fee by hand: of what the buyer has and keeps, half a dong upwards."""
        if order.state not in fulfil.ENDED_WELL:
            return 0
        payment = order.payments.get()
        goods = max(order.goods_total - order.discount - (payment.amount - payment.due), 0)
        return (goods * RATE + WHOLE // 2) // WHOLE

    @invariant()
    def nothing_is_there_by_half(self):
        if not hasattr(self, "product"):
            return
        for order in SellerOrder.objects.all():
            assert order.payments.count() == 1
            assert order.total == order.goods_total + order.delivery_charge - order.discount
            assert order.events.exists()
        placed = LedgerTransaction.objects.filter(cause="placed").count()
        assert placed == SellerOrder.objects.count()
        assert not StockRecord.objects.filter(num_in_stock__lt=0).exists()

    def teardown(self):
        transaction.set_rollback(True)
        self.sent.__exit__(None, None, None)
        self.configured.disable()


class TestTrade(Trade.TestCase, TestCase):
    settings = settings(
        max_examples=14,
        stateful_step_count=25,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow],
    )
