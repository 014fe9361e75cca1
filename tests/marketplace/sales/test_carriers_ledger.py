"""What carriers hand over, in the book: they have it no more, and a difference until a person clears it."""

import datetime

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from marketplace.core import clock
from marketplace.payments import methods
from marketplace.payments.domain import transfers
from marketplace.sales import statement_papers
from marketplace.sales.domain import fulfil, ledger, months, payouts
from marketplace.sales.models import (
    CarrierPayout,
    LedgerAccount,
    LedgerTransaction,
    Parcel,
    SellerOrder,
)
from tests.factories.catalog import make_member, make_seller, make_user
from tests.factories.contact import deliver
from tests.factories.payments import make_read_file, make_transfer
from tests.marketplace.sales.books import book, is_right
from tests.marketplace.sales.cases import buy, make_product

pytestmark = [pytest.mark.integration, pytest.mark.django_db, pytest.mark.usefixtures("frozen")]

A = LedgerAccount
PRICE, DELIVERY = 120_000, 30_000
TOTAL = PRICE + DELIVERY
SOLD = {A.SALES: -PRICE, A.DELIVERY: -DELIVERY}
NOVEMBER, DECEMBER = months.Month(2026, 11), months.Month(2026, 12)


def money(seller_order: SellerOrder) -> dict[str, int]:
    """Its book without what was sold, and what carriers have of it as the two accounts say together."""
    found = {account: amount for account, amount in book(seller_order).items() if account not in SOLD}
    held = found.pop(A.CARRIER, 0) + found.pop(A.CARRIER_OUT, 0)
    return {**found, **({"held": held} if held else {})}


@pytest.fixture
def seller():
    return make_seller(name="HTX Bắc Sơn", slug="htx-bac-son")


@pytest.fixture
def product(seller):
    return make_product(seller, in_stock=40)


@pytest.fixture
def shipped(product):
    """A parcel on its way with its number."""

    def send(number: str) -> SellerOrder:
        seller_order = buy(product)[0]
        for act in (fulfil.confirm, fulfil.pack, fulfil.ship):
            act(seller_order, actor=None)
        Parcel.objects.create(seller_order=seller_order, carrier_code="ghn", tracking_number=number)
        return seller_order

    return send


def tell(seller, **amounts: int) -> None:
    """A carrier's list, by tracking number."""
    file = make_read_file(seller, kind="carrier")
    payouts.write_list(
        file, [{"tracking_number": key, "amount": str(value)} for key, value in amounts.items()]
    )


def clear(note: str = "Phí thu hộ") -> None:
    for payout in CarrierPayout.objects.filter(state="differs"):
        payouts.clear(payout, actor=make_user(), note=note)


def test_a_settled_payout_is_with_the_seller_and_posted_once(seller, shipped):
    first, second = shipped("G1"), shipped("G2")
    fulfil.deliver(second, actor=None)
    assert money(second) == {"held": TOTAL}
    tell(seller, G1=TOTAL)
    payouts.note_by_hand(second, paid_on=clock.today(), actor=make_user())
    for order in (first, second):
        assert money(order) == {A.HANDED_OVER: TOTAL}
        assert book(order)[A.CARRIER] == -book(order)[A.CARRIER_OUT] == TOTAL
    keys = [f"payout:{payout.pk}" for payout in CarrierPayout.objects.order_by("pk")]
    posted = LedgerTransaction.objects.filter(cause="payout").order_by("pk")
    assert list(posted.values_list("cause_key", flat=True)) == keys
    tell(seller, G1=TOTAL)
    assert posted.count() == 2
    assert is_right()


def test_what_differs_is_with_the_carrier_until_a_person_clears_it(seller, shipped):
    order = shipped("G1")
    fulfil.deliver(order, actor=None)
    tell(seller, G1=100_000)
    assert money(order) == {A.HANDED_OVER: 100_000, "held": 50_000}
    clear()
    assert money(order) == {A.HANDED_OVER: 100_000, A.DIFFERENCE: 50_000}
    assert LedgerTransaction.objects.filter(cause_key__endswith=":cleared").count() == 1
    # The rest comes after all, and a person looks at that too.
    tell(seller, G1=50_000)
    assert money(order) == {A.HANDED_OVER: TOTAL}
    clear("Phần còn lại")
    assert money(order) == {A.HANDED_OVER: TOTAL}
    assert is_right()


def test_a_part_that_comes_before_the_parcel_counts_as_delivered(seller, shipped):
    order = shipped("G1")
    tell(seller, G1=100_000)
    assert money(order) == {A.RECEIVABLE: TOTAL, A.HANDED_OVER: 100_000, "held": -100_000}
    fulfil.deliver(order, actor=None)
    assert money(order) == {A.HANDED_OVER: 100_000, "held": 50_000}
    assert is_right()


def test_what_is_cleared_before_the_parcel_has_come_is_received_once_when_it_has(seller, shipped):
    order = shipped("G1")
    tell(seller, G1=100_000)
    clear()
    assert months.statement(months.book_of(seller), NOVEMBER).moved.received == 0
    fulfil.deliver(order, actor=None)
    assert money(order) == {A.HANDED_OVER: 100_000, A.DIFFERENCE: 50_000}
    # Nothing more was expected of the carrier; what comes is set off against the difference.
    tell(seller, G1=20_000)
    assert money(order) == {A.HANDED_OVER: 120_000, A.DIFFERENCE: 30_000}
    clear("Thêm")
    moved = months.statement(months.book_of(seller), NOVEMBER).moved
    assert (moved.received, moved.refunded, moved.handed_over) == (TOTAL, 0, 120_000)
    assert is_right()


def test_a_refused_parcel_and_an_unknown_number_leave_nothing_in_the_book(seller, shipped):
    order = shipped("G1")
    tell(seller, G1=0, G9=TOTAL)
    fulfil.refuse(order, actor=None)
    for payout in CarrierPayout.objects.all():
        payouts.clear(payout, actor=make_user(), note="Khách không nhận")
    assert book(order) == {}
    assert not LedgerTransaction.objects.filter(cause="payout").exists()
    assert is_right()


def test_what_was_transferred_before_no_carrier_has(seller, shipped):
    actor, today = make_user(), clock.today()
    whole, part = shipped("G1"), shipped("G2")
    for order, amount in ((whole, TOTAL), (part, 40_000)):
        transfers.match(make_transfer(seller, amount), order.payments.get(), actor=actor)
    with pytest.raises(payouts.NothingCollected):
        payouts.note_by_hand(whole, paid_on=today, actor=actor)
    for order, amount in ((whole, 0), (part, TOTAL - 40_000)):
        fulfil.deliver(order, actor=None)
        payout = payouts.note_by_hand(order, paid_on=today, actor=actor)
        assert (payout.state, payout.amount) == ("settled", amount)
    assert money(whole) == {A.BANK: TOTAL}
    assert money(part) == {A.BANK: 40_000, A.HANDED_OVER: TOTAL - 40_000}
    assert list(payouts.with_carriers(seller)) == []
    assert is_right()


@pytest.mark.parametrize("is_handed_over", [True, False])
def test_a_refund_leaves_what_carriers_have_alone(product, is_handed_over):
    order = deliver(buy(product)[0])
    if is_handed_over:
        payouts.note_by_hand(order, paid_on=clock.today(), actor=make_user())
    methods.get("cod").refund(order.payments.get(), 40_000, way="other", proof="", actor=None)
    assert money(order).get("held", 0) == (0 if is_handed_over else TOTAL)
    assert book(order)[A.HANDED_OVER] == (TOTAL if is_handed_over else 0) - 40_000
    assert months.statement(months.book_of(order.seller), NOVEMBER).moved.refunded == 40_000


def test_a_statement_says_what_carriers_have_and_counts_no_money_twice(client, seller, shipped, frozen):
    settled, differing = shipped("G1"), shipped("G2")
    for order in (settled, differing):
        fulfil.deliver(order, actor=None)
    november = months.statement(months.book_of(seller), NOVEMBER)
    assert november.moved.received == 2 * TOTAL
    assert [(each.label, each.opening, each.closing) for each in november.balances][1] == (
        "Đơn vị vận chuyển đang giữ",
        0,
        2 * TOTAL,
    )
    frozen.shift(datetime.timedelta(days=10))
    tell(seller, G1=TOTAL, G2=100_000)
    clear()
    assert months.statement(months.book_of(seller), NOVEMBER) == november
    december = months.statement(months.book_of(seller), DECEMBER)
    assert (december.balances[1].opening, december.balances[1].closing) == (2 * TOTAL, 0)
    assert (december.moved.received, december.moved.refunded, december.moved.sold) == (0, 0, 0)
    assert (december.moved.handed_over, december.moved.difference) == (TOTAL + 100_000, 50_000)
    lines = {line.number: line.moved for line in months.all_order_lines(seller, DECEMBER)}
    assert {number: moved.handed_over for number, moved in lines.items()} == {
        settled.number: TOTAL,
        differing.number: 100_000,
    }
    client.force_login(make_member(seller))
    url = reverse("producer_desk:month", args=[2026, 12], query={"stall": seller.slug})
    page = client.get(url).content.decode()
    for words in ("250.000", "Đơn vị vận chuyển đang giữ", "Chênh lệch với đơn vị vận chuyển"):
        assert words in page
    assert statement_papers.statement_pdf(seller, DECEMBER).startswith(b"%PDF")


def test_what_an_older_book_still_has_with_carriers_is_found_and_brought_in(product):
    order = deliver(buy(product)[0])
    # As a release that did not post payouts has noted it.
    CarrierPayout.objects.create(
        seller=order.seller,
        seller_order=order,
        fingerprint="older",
        amount=TOTAL,
        expected=TOTAL,
        paid_on=clock.today(),
        state="settled",
    )
    with pytest.raises(CommandError):
        call_command("ledger", "verify")
    assert ledger.bring_in(SellerOrder.objects.all()) == 1
    assert money(order) == {A.HANDED_OVER: TOTAL}
    moved = months.statement(months.book_of(order.seller), NOVEMBER).moved
    assert (moved.received, moved.refunded) == (TOTAL, 0)
    assert ledger.bring_in(SellerOrder.objects.all()) == 0
    call_command("ledger", "verify")


@pytest.mark.parametrize("number", [1, 20])
def test_looking_through_orders_with_payouts_costs_the_same_for_one_and_twenty(
    seller, shipped, django_assert_num_queries, number
):
    for place in range(number):
        shipped(f"G{place}")
    tell(seller, **{f"G{place}": TOTAL - place % 2 for place in range(number)})
    with django_assert_num_queries(10):
        assert not list(ledger.differences(SellerOrder.objects.all()))
