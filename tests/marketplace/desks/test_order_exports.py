"""Orders as a file, and a seller's own data: what stands in them, who gets them, and that nothing runs."""

import csv
import io
import zipfile

import pytest
from django.urls import reverse
from django.utils.translation import override
from openpyxl import load_workbook

from marketplace.core.models import Activity
from marketplace.core.roles import TeamRole
from marketplace.desks.producer import order_exports
from marketplace.sales.domain.place import Buyer
from tests.factories.catalog import make_member, make_seller, make_story
from tests.marketplace.sales.cases import buy, make_product

pytestmark = [pytest.mark.integration, pytest.mark.django_db, pytest.mark.usefixtures("frozen")]


@pytest.fixture(autouse=True)
def _english():
    with override("en"):
        yield


@pytest.fixture
def seller():
    return make_seller(name="HTX Bắc Sơn")


@pytest.fixture
def owner(client, seller):
    person = make_member(seller, TeamRole.OWNER)
    client.force_login(person)
    return person


def export(client, kind="csv", **query):
    return client.get(reverse("producer_desk:orders-export", args=[kind], query=query))


def rows_of(answer) -> list[dict]:
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def test_a_line_has_all_that_a_bookkeeper_asks(client, seller, owner):
    [seller_order] = buy((make_product(seller, title="Chè"), 2), note="Gọi trước")

    answer = export(client)

    assert answer["Content-Disposition"].startswith('attachment; filename="don-hang-')
    [row] = rows_of(answer)
    assert row["Order"] == seller_order.number
    assert (row["Ordered"], row["State"]) == ("2026-11-24 09:00", "Waiting for the seller")
    assert (row["Buyer"], row["Phone"], row["Commune"]) == (
        "Nguyễn Thị Lan",
        "0912 345 678",
        "Phường Hà Đông",
    )
    assert (row["Product"], row["Quantity"], row["Amount (VND)"]) == ("Chè", "2", "240000")
    assert (row["Delivery of the order (VND)"], row["Total of the order (VND)"]) == ("30000", "270000")
    log = Activity.objects.get(act="orders.exported")
    assert (log.actor, log.details) == (owner, {"rows": 1, "kind": "csv"})


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_what_looks_like_a_formula_runs_nowhere(client, seller, owner, kind):
    buyer = Buyer('=HYPERLINK("https://evil.example";"x")', "", "+84912345678", "vi")
    buy(make_product(seller), buyer=buyer, note="@SUM(A1)")

    answer = export(client, kind)

    if kind == "csv":
        [row] = rows_of(answer)
        assert row["Buyer"].startswith("'=")
        assert row["Note from the buyer"] == "'@SUM(A1)"
        return
    sheet = load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active
    cells = {head.value: cell for head, cell in zip(sheet[1], sheet[2], strict=True)}
    assert cells["Buyer"].data_type == "s"


def test_characters_that_no_workbook_holds_are_left_out(client, seller, owner):
    buy(make_product(seller), buyer=Buyer("Lan\x08 Anh", "", "+84912345678", "vi"), note="Gọi\x01 trước")

    sheet = load_workbook(io.BytesIO(b"".join(export(client, "xlsx").streaming_content))).active

    cells = {head.value: cell.value for head, cell in zip(sheet[1], sheet[2], strict=True)}
    assert (cells["Buyer"], cells["Note from the buyer"]) == ("Lan Anh", "Gọi trước")


def test_the_file_has_what_the_filter_leaves(client, seller, owner):
    tea, rice = make_product(seller, title="Chè"), make_product(seller, title="Cốm")
    buy(tea)
    buy(rice)

    assert [row["Product"] for row in rows_of(export(client, product=rice.pk))] == ["Cốm"]


def test_a_workbook_that_would_take_too_long_is_refused_in_words(client, seller, owner, monkeypatch):
    monkeypatch.setattr(order_exports, "MOST_ROWS_OF_WORKBOOK", 1)
    product = make_product(seller)
    for _number in range(2):
        buy(product)

    answer = export(client, "xlsx")

    assert answer.status_code == 302
    [message] = client.get(answer.url).context["messages"]
    assert str(message) == "A workbook holds 1 rows at most; write a CSV file instead."


@pytest.mark.parametrize(("role", "status"), [(TeamRole.MANAGER, 200), (TeamRole.PACKER, 403)])
def test_buyers_data_are_not_for_every_member(client, seller, role, status):
    client.force_login(make_member(seller, role))

    assert export(client).status_code == status


def test_orders_of_others_are_in_no_file(client, seller, owner):
    buy(make_product(make_seller()))

    assert rows_of(export(client)) == []


@pytest.mark.parametrize("count", [1, 30])
def test_a_file_costs_the_same_for_one_line_and_thirty(
    client, seller, owner, django_assert_num_queries, count
):
    buy(*(make_product(seller) for _number in range(count)))

    with django_assert_num_queries(7):
        assert len(rows_of(export(client))) == count


def test_a_seller_takes_all_of_its_own_data_away(client, seller, owner):
    [seller_order] = buy(make_product(seller, title="Chè"))
    make_story(product=seller_order.lines.get().order_line.product)

    assert client.get(reverse("producer_desk:data")).status_code == 200
    answer = client.post(reverse("producer_desk:data"))

    with zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))) as packed:
        tables = {name: packed.read(name).decode("utf-8-sig") for name in packed.namelist()}
    assert sorted(tables) == [
        "cau-chuyen.csv",
        "doi-ngu.csv",
        "don-hang.csv",
        "gian-hang.csv",
        "kho.csv",
        "san-pham.csv",
    ]
    assert seller_order.number in tables["don-hang.csv"]
    assert seller_order.order.number in tables["kho.csv"]
    assert "Chè" in tables["san-pham.csv"]
    assert owner.email in tables["doi-ngu.csv"]
    assert "HTX Bắc Sơn" in tables["gian-hang.csv"]
    assert Activity.objects.filter(act="seller.exported", actor=owner).exists()


def test_a_sellers_data_are_the_owners(client, seller):
    client.force_login(make_member(seller, TeamRole.MANAGER))

    assert client.post(reverse("producer_desk:data")).status_code == 403
