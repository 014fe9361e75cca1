"""The sums of months that have ended: kept once, and the same as those of the entries."""

import pytest
from django.core.management import CommandError, call_command

from marketplace.payments import methods
from marketplace.sales.domain import months
from marketplace.sales.models import FeeRate, LedgerEntry, LedgerMonth
from marketplace.sales.tasks import keep_ended_months
from tests.factories.catalog import make_seller
from tests.factories.contact import deliver
from tests.marketplace.sales.cases import buy, make_product

pytestmark = [pytest.mark.integration, pytest.mark.django_db, pytest.mark.usefixtures("frozen")]

OCTOBER, NOVEMBER, DECEMBER = (months.Month(2026, number) for number in (10, 11, 12))
TOTAL = 150_000


@pytest.fixture
def sellers():
    return [make_seller(name="HTX Bắc Sơn", slug="htx-bac-son"), make_seller(name="Cơ sở Phú Thịnh")]


@pytest.fixture
def two_months(sellers, frozen):
    """Orders of two sellers in November, and one of them given back in December; it is the 2nd."""
    FeeRate.objects.create(valid_from="2026-01-01", hundredths=250, source="QĐ thử")
    first, second = (make_product(seller) for seller in sellers)
    sold = deliver(buy((first, 2))[0])
    buy(second)
    frozen.move_to("2026-12-02T02:00:00+00:00")
    methods.get("cod").refund(sold.payments.get(), 40_000, way="cash", proof="", actor=None)


def all_statements(sellers) -> list:
    books = [months.book_of_all(), *(months.book_of(seller) for seller in sellers)]
    of_books = [
        (months.months_of(book), [months.statement(book, each) for each in (OCTOBER, NOVEMBER, DECEMBER)])
        for book in books
    ]
    return [of_books, months.by_seller(NOVEMBER), months.by_seller(DECEMBER)]


def test_statements_are_the_same_once_their_sums_are_kept(sellers, two_months, frozen):
    before = all_statements(sellers)
    assert [month for month, _moved in before[0][0][0]] == [DECEMBER, NOVEMBER]
    assert keep_ended_months.func() == 1
    assert set(LedgerMonth.objects.values_list("month", flat=True)) == {NOVEMBER.first}
    assert all_statements(sellers) == before
    # December is added up from its entries until it has ended too.
    buy(make_product(sellers[0], title="Mật ong"))
    after = all_statements(sellers)
    assert after[0][1][1][2].moved.sold == before[0][1][1][2].moved.sold + TOTAL
    frozen.move_to("2027-01-02T02:00:00+00:00")
    assert months.keep_ended() == 1
    assert all_statements(sellers) == after
    assert months.keep_ended() == 0


def test_kept_sums_are_read_instead_of_the_entries(sellers, two_months):
    months.keep_ended()
    LedgerMonth.objects.filter(account="sales").update(credited=1)
    assert dict(months.months_of(months.book_of(sellers[0])))[NOVEMBER].goods == 1
    assert months.statement(months.book_of(sellers[0]), NOVEMBER).moved.goods == 1
    assert dict(months.by_seller(NOVEMBER))[sellers[0]].goods == 1


def test_a_month_is_kept_when_its_last_minutes_are_surely_written(sellers, frozen):
    buy(make_product(sellers[0]))
    frozen.move_to("2026-12-01T02:00:00+00:00")
    assert months.keep_ended() == 0
    frozen.move_to("2026-12-01T17:00:00+00:00")
    assert months.keep_ended() == 1


def test_no_month_is_kept_of_an_empty_ledger_and_months_without_orders_are_passed_over(sellers, frozen):
    assert months.keep_ended() == 0
    product = make_product(sellers[0])
    buy(product)
    frozen.move_to("2027-02-10T02:00:00+00:00")
    buy(product)
    frozen.move_to("2027-03-10T02:00:00+00:00")
    assert months.keep_ended() == 2
    assert months.months_of(months.book_of(sellers[0]))[0][0] == months.Month(2027, 2)


def test_sums_that_are_not_those_of_the_entries_are_found(sellers, two_months, capsys):
    months.keep_ended()
    call_command("ledger", "verify")
    LedgerMonth.objects.filter(seller=sellers[0], account="sales").update(credited=1)
    LedgerMonth.objects.filter(seller=sellers[1]).delete()
    assert months.wrongly_kept() == [(NOVEMBER, seller) for seller in sellers]
    with pytest.raises(CommandError):
        call_command("ledger", "verify")
    assert "HTX Bắc Sơn" in capsys.readouterr().out
    assert LedgerEntry.objects.exists()
