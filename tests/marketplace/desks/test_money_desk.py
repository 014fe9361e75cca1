"""The desk's money: sums, filters, files, the account for transfers; the office's rates."""

import datetime
from io import BytesIO

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse
from openpyxl import load_workbook

from marketplace.core.roles import Role, TeamRole
from marketplace.sales.domain import fulfil
from marketplace.sales.models import FeeRate
from producers.domain.bank_accounts import account_of
from tests.factories.catalog import make_member, make_seller, make_user
from tests.marketplace.sales.cases import buy, make_product

pytestmark = [pytest.mark.integration, pytest.mark.django_db, pytest.mark.usefixtures("frozen")]

QUERIES = 10
TOTAL = 150_000


@pytest.fixture
def seller():
    return make_seller(name="HTX Bắc Sơn")


@pytest.fixture
def product(seller):
    return make_product(seller, in_stock=100)


@pytest.fixture
def owner(client, seller):
    person = make_member(seller)
    client.force_login(person)
    return person


def money(**query) -> str:
    return reverse("producer_desk:money", query=query)


def account_url() -> str:
    return reverse("producer_desk:account")


def numbers(response) -> list[str]:
    return [each.number for each, _state, _method in response.context["rows"]]


def test_sums_and_rows_of_the_last_thirty_days(client, seller, product, owner, frozen):
    old = buy(product)[0]
    frozen.shift(datetime.timedelta(days=30))
    client.force_login(owner)
    new = buy(product)[0]
    page = client.get(money())
    assert numbers(page) == [new.number]
    assert (page.context["sums"].orders, page.context["sums"].sold) == (1, TOTAL)
    page = client.get(money(first="2026-11-24", last="2026-12-24"))
    assert numbers(page) == [new.number, old.number]


def test_filters_narrow_rows_and_sums_alike(client, seller, product, owner):
    pending, cancelled = buy(product)[0], buy(product)[0]
    fulfil.cancel(cancelled, actor=None, note="Hết hàng")
    for query, found in (
        ({"state": "pending"}, [pending]),
        ({"payment": "awaiting"}, [pending]),
        ({"payment": "paid"}, []),
        ({"method": "cod"}, [cancelled, pending]),
    ):
        page = client.get(money(**query))
        assert numbers(page) == [each.number for each in found], query
        assert page.context["sums"].orders == len(found)


@pytest.mark.parametrize(
    "query",
    [
        {"first": "hôm qua"},
        {"first": "2026-11-24", "last": "2026-11-01"},
        {"first": "2000-01-01"},
        {"first": "0001-01-01", "last": "0001-01-02"},
        {"first": "9999-12-30", "last": "9999-12-31"},
        {"state": "gone"},
        {"method": "gold"},
    ],
)
def test_what_cannot_be_asked_is_said_and_kept(client, seller, product, owner, query):
    order = buy(product)[0]
    page = client.get(money(**query))
    assert page.status_code == 422
    assert numbers(page) == [order.number]
    assert all(value in page.content.decode() for key, value in query.items() if key in ("first", "last"))


def test_another_stall_s_money_is_nobody_else_s(client, owner):
    other = make_seller()
    assert client.get(money(stall=other.slug)).status_code == 404
    assert client.get(reverse("producer_desk:money-export", query={"stall": other.slug})).status_code == 404


def test_a_packer_sees_no_money(client, seller):
    client.force_login(make_member(seller, TeamRole.PACKER))
    for url in (money(), account_url(), reverse("producer_desk:money-export")):
        assert client.get(url).status_code == 403


def test_the_file_has_the_rows_of_the_page(client, seller, product, owner):
    order = buy(product)[0]
    url = reverse("producer_desk:money-export", query={"kind": "csv"})
    head, line = b"".join(client.get(url).streaming_content).decode("utf-8-sig").splitlines()
    assert line.split(",")[0] == order.number
    assert line.endswith("120000,30000,0,0,150000,0,0,0")
    assert len(head.split(",")) == 12
    url = reverse("producer_desk:money-export", query={"kind": "xlsx"})
    book = load_workbook(BytesIO(b"".join(client.get(url).streaming_content)))
    assert [cell.value for cell in book.active[2]][4:] == [120_000, 30_000, 0, 0, 150_000, 0, 0, 0]


@pytest.mark.parametrize("rows", [1, 30])
def test_the_page_makes_as_many_queries_for_one_row_as_for_thirty(
    client, seller, product, owner, rows, django_assert_num_queries
):
    for _row in range(rows):
        buy(product)
    client.get(money())
    with django_assert_num_queries(QUERIES):
        assert len(client.get(money()).context["rows"]) == rows


# --- the account
def typed(**fields) -> dict:
    return {"bank_code": "970436", "number": "0011 0045 67890", "holder": "HTX Bắc Sơn", **fields}


def test_an_account_is_set_and_shown_with_its_history(client, seller, owner):
    response = client.post(account_url(), typed())
    assert response.status_code == 302
    assert account_of(seller).number == "0011004567890"
    client.post(account_url(), typed(number="19036262"))
    page = client.get(account_url()).content.decode()
    assert "19036262" in page
    assert "…7890" in page
    assert "0011004567890" not in page


@pytest.mark.parametrize(
    ("fields", "bad"),
    [
        ({"bank_code": "000000"}, "bank_code"),
        ({"bank_code": ""}, "bank_code"),
        ({"number": "12a!"}, "number"),
        ({"holder": "123"}, "holder"),
        ({"holder": "TRAN VAN BINH"}, "is_other_name"),
    ],
)
def test_a_wrong_account_is_told_and_nothing_typed_is_lost(client, seller, owner, fields, bad):
    response = client.post(account_url(), typed(**fields))
    assert response.status_code == 422
    assert set(response.context["form"].errors) == {bad}
    assert typed(**fields)["number"] in response.content.decode()
    assert account_of(seller) is None


# --- the office's rates
def test_the_office_sets_a_rate_that_sellers_read(client, seller, product, owner, frozen):
    office = make_user()
    office.groups.add(Group.objects.get_or_create(name=Role.OFFICE)[0])
    client.force_login(office)
    url = reverse("office_desk:fees")
    assert (
        client.post(url, {"percent": "2,5", "valid_from": "2026-11-24", "source": "QĐ 1"}).status_code == 422
    )
    assert (
        client.post(url, {"percent": "101", "valid_from": "2026-12-01", "source": "QĐ 1"}).status_code == 422
    )
    assert (
        client.post(url, {"percent": "2,5", "valid_from": "2026-11-25", "source": "QĐ 1"}).status_code == 302
    )
    assert FeeRate.objects.get().hundredths == 250
    frozen.shift(datetime.timedelta(days=2))
    client.force_login(owner)
    assert client.get(money()).context["rate"].percent == "2.5"
