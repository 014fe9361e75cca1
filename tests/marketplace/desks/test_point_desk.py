"""The desk of a point of sale: today, shelf, book, reservations, stocktake, till, consignment."""

import datetime
import uuid

import pytest
from django.urls import reverse

from marketplace.core import clock
from marketplace.core.roles import TeamRole
from producers.domain import closings, counter, reservations, stocktakes
from producers.domain.acts import By
from producers.domain.counter import Item
from producers.models import Batch, DailyClosing, PointAct, Reservation, StockRecord, Stocktake
from tests.factories.catalog import make_member, make_product, make_seller, make_user
from tests.factories.points import make_point
from tests.factories.reserved import basket_from_shelves, place, reserve
from tests.factories.shelves import PRICE, UNIT_COST, batch_of, bring, make_shelf

pytestmark = [pytest.mark.integration, pytest.mark.django_db, pytest.mark.usefixtures("frozen")]

DAY = datetime.timedelta(days=1)
Kind = PointAct.Kind


@pytest.fixture
def point():
    return make_point(operator="HTX Minh hoạ")


@pytest.fixture
def clerk(client, point):
    person = make_member(point.seller, TeamRole.CLERK)
    client.force_login(person)
    return person


@pytest.fixture
def manager(client, point):
    person = make_member(point.seller, TeamRole.MANAGER)
    client.force_login(person)
    return person


def url(name: str, point, *args) -> str:
    return reverse(f"point_desk:{name}", args=[point.seller.slug, *args])


def in_stock(record: StockRecord) -> int:
    return StockRecord.objects.get(pk=record.pk).num_in_stock


def some(point, number: int) -> list[StockRecord]:
    """Goods of a point, each with a last day soon, a reservation and a sale."""
    records = []
    for _each in range(number):
        record = make_shelf(point=point, expires_on=clock.today() + DAY)
        reservations.reserve(point, f"{record.pk}-1", [(record.pk, 1, PRICE)])
        counter.sell(point, [Item(record.pk, 1)], paid_by="cash", by=By())
        records.append(record)
    return records


# --- who, and where
def test_the_only_point_is_opened_at_once_and_several_are_offered(client, point, clerk):
    home = reverse("point_desk:index")
    assert client.get(home).url == url("today", point)
    other = make_point()
    make_member(other.seller, TeamRole.MANAGER, clerk)
    offered = client.get(home).context["points"]
    assert [each.pk for each in offered] == sorted([point.pk, other.pk], key=lambda pk: pk)


def test_a_point_is_its_own_teams_alone(client, point, clerk):
    elsewhere = make_point()
    producer_only = make_member(make_seller(), TeamRole.OWNER)
    assert client.get(url("today", elsewhere)).status_code == 404
    assert client.get(url("debts", point)).status_code == 403
    client.force_login(producer_only)
    assert client.get(url("today", point)).status_code == 404
    assert client.get(reverse("point_desk:index")).status_code == 403
    client.force_login(make_user())
    assert client.get(reverse("point_desk:index")).status_code == 404


@pytest.mark.parametrize(
    ("name", "queries"),
    [
        ("today", 13),
        ("shelf", 6),
        ("book", 5),
        ("pickups", 6),
        ("goods", 11),
    ],
)
@pytest.mark.parametrize("rows", [1, 30])
def test_pages_take_as_many_queries_for_one_row_as_for_thirty(
    client, point, clerk, name, queries, rows, django_assert_num_queries
):
    some(point, rows)
    client.get(url(name, point))
    with django_assert_num_queries(queries):
        assert client.get(url(name, point)).status_code == 200


# --- today and the shelf
def test_today_names_what_waits_what_runs_low_and_what_expires(client, point, clerk, frozen):
    old = make_shelf(point=point, quantity=20, expires_on=clock.today() + DAY)
    fresh = make_shelf(point=point, quantity=20, expires_on=clock.today() + 30 * DAY)
    few = make_shelf(point=point, quantity=3)
    reservations.reserve(point, "100001-1", [(fresh.pk, 2, PRICE)])
    today = client.get(url("today", point)).context
    assert [each.stock_record_id for each in today["soon"]] == [old.pk]
    assert [each.pk for each in today["low"]] == [few.pk]
    assert [each.reference for each in today["held"]] == ["100001-1"]
    frozen.shift(2 * DAY)
    today = client.get(url("today", point)).context
    assert [each.stock_record_id for each in today["expired"]] == [old.pk]
    assert old.pk in [each.pk for each in today["low"]]


def test_the_shelf_is_found_by_words_without_marks_barcode_and_tab(client, point, clerk):
    tea = make_shelf(point=point, product=make_product(title="Chè Tân Cương", upc="8936000000011"))
    make_shelf(point=point, quantity=3)
    for text in ("che tan", "8936000000011"):
        page = client.get(url("shelf", point), {"q": text}).context["page"]
        assert [each.pk for each in page] == [tea.pk]
    low = client.get(url("shelf", point), {"tab": "low"}).context["page"]
    assert tea.pk not in [each.pk for each in low]
    assert client.get(url("shelf", point), {"tab": "nothing", "page": "x", "q": "\x00"}).status_code == 200


def test_a_price_is_changed_unless_somebody_was_faster(client, point, clerk):
    record = make_shelf(point=point)
    page = url("record", point, record.pk)
    sent = {"price": "52.000", "low_stock_threshold": "2", "seen": str(PRICE)}
    assert client.post(page, sent).status_code == 302
    record.refresh_from_db()
    assert (record.price, record.low_stock_threshold) == (52_000, 2)
    response = client.post(page, {**sent, "price": "60.000"})
    assert response.status_code == 422
    assert "52.000" in response.content.decode()
    assert client.post(page, {**sent, "price": "52,5"}).status_code == 422
    make_shelf()
    assert client.get(url("record", point, StockRecord.objects.last().pk)).status_code == 404


def test_a_number_that_python_refuses_to_read_is_no_price_that_was_seen(client, point, clerk):
    record = make_shelf(point=point)
    sent = {"price": "52.000", "low_stock_threshold": "", "seen": "9" * 5_000}
    assert client.post(url("record", point, record.pk), sent).status_code == 422
    record.refresh_from_db()
    assert record.price == PRICE


def test_goods_of_a_batch_are_thrown_away_with_the_reason(client, point, clerk):
    record = make_shelf(point=point)
    page = url("batch", point, batch_of(record).pk)
    sent = {"act": "spoil", "quantity": "4", "note": "", "client_id": str(uuid.uuid4())}
    response = client.post(page, sent)
    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["note"]
    assert client.post(page, {**sent, "quantity": "11", "note": "ẩm"}).status_code == 422
    for _twice in range(2):
        assert client.post(page, {**sent, "note": "ẩm"}).status_code == 302
    assert in_stock(record) == 6
    other = client.post(page, {**sent, "note": "ẩm", "quantity": "2"})
    assert other.status_code == 422
    assert PointAct.objects.get(kind=Kind.SPOILAGE).number in str(other.context["form"].errors)
    assert str(other.context["form"]["client_id"].value()) != sent["client_id"]
    assert client.post(page, {**sent, "client_id": str(uuid.uuid4()), "act": "send-back"}).status_code == 302
    assert in_stock(record) == 2


def test_goods_move_to_another_point_of_the_operator_alone(client, point, clerk):
    sister = make_point(operator="HTX minh hoạ")
    stranger = make_point(operator="Công ty khác")
    record = make_shelf(point=point)
    page = url("batch", point, batch_of(record).pk)
    sent = {"act": "transfer", "quantity": "4", "client_id": str(uuid.uuid4())}
    assert client.post(page, {**sent, "target": stranger.pk}).status_code == 422
    assert client.post(page, {**sent, "target": sister.pk}).status_code == 302
    there = StockRecord.objects.get(partner=sister.seller)
    assert (in_stock(record), there.num_in_stock, there.price) == (6, 4, PRICE)


# --- reservations
def test_a_reservation_is_found_by_its_code_and_handed_over_once(client, point, clerk):
    record = make_shelf(point=point)
    held = reservations.reserve(point, "100001-1", [(record.pk, 2, PRICE)])
    page = url("pickup", point, held.code)
    for typed in (
        held.code.lower(),
        f" {held.code[:5]} {held.code[5:]}",
        f"https://shop.example/ma/{held.code}/",
    ):
        assert client.get(url("pickups", point), {"code": typed}).url == page
    wrong = client.get(url("pickups", point), {"code": "2222222222"})
    assert (wrong.status_code, "2222222222" in wrong.content.decode()) == (422, True)
    assert client.get(page).context["owed"] == 2 * PRICE
    sent = {"paid_by": "cash", "client_id": str(uuid.uuid4())}
    for _twice in range(2):
        assert client.post(page, sent).status_code == 302
    assert (in_stock(record), Reservation.objects.get().state) == (8, "collected")
    assert PointAct.objects.get(kind=Kind.PICKUP).amount == 2 * PRICE
    again = client.post(page, {**sent, "client_id": str(uuid.uuid4())})
    assert again.status_code == 422
    elsewhere = make_point()
    make_member(elsewhere.seller, TeamRole.CLERK, clerk)
    assert client.get(url("pickup", elsewhere, held.code)).status_code == 404


# --- sales in the book
def test_a_sale_has_a_receipt_and_is_taken_back_in_part(client, point, clerk):
    record = make_shelf(point=point)
    sale = counter.sell(point, [Item(record.pk, 3)], paid_by="cash", by=By())
    line = sale.lines.get()
    page = url("act", point, sale.pk)
    receipt = client.get(url("receipt", point, sale.pk))
    assert b"".join(receipt.streaming_content)[:5] == b"%PDF-"
    sent = {"paid_by": "cash", f"back_{line.pk}": "", "client_id": str(uuid.uuid4())}
    assert client.post(page, sent).status_code == 422
    assert client.post(page, {**sent, f"back_{line.pk}": "4"}).status_code == 422
    assert client.post(page, {**sent, f"back_{line.pk}": "2"}).status_code == 302
    back = PointAct.objects.get(kind=Kind.RETURN)
    assert (in_stock(record), back.amount) == (9, -2 * PRICE)
    assert back.number in client.get(page).content.decode()
    received = PointAct.objects.get(kind=Kind.RECEIPT)
    assert client.get(url("receipt", point, received.pk)).status_code == 404
    assert client.post(url("act", point, received.pk)).status_code == 404
    shown = client.get(url("book", point), {"kind": "return"}).context["page"]
    assert [each.pk for each in shown] == [back.pk]


# --- counting
def test_a_stocktake_is_counted_line_by_line_and_corrects_the_shelf(client, point, clerk):
    record, other = make_shelf(point=point), make_shelf(point=point)
    begun = client.post(url("stocktakes", point)).url
    assert client.post(url("stocktakes", point), follow=True).redirect_chain[-1][0] == begun
    sent = {"record": [record.pk, other.pk], f"counted_{record.pk}": "7", f"counted_{other.pk}": "x"}
    response = client.post(begun, sent)
    assert response.status_code == 422
    assert 'value="x"' in response.content.decode()
    counter.sell(point, [Item(record.pk, 2)], paid_by="cash", by=By())
    (difference,) = client.get(begun).context["differences"]
    assert difference.difference == -3
    client.post(begun, {"act": "apply", "client_id": str(uuid.uuid4())})
    assert (in_stock(record), in_stock(other)) == (5, 10)
    assert Stocktake.objects.get().state == "applied"
    late = client.post(begun, sent)
    assert late.status_code == 422
    assert client.get(url("stocktakes", point)).context["open"] is None


def test_a_stocktake_can_be_dropped(client, point, clerk):
    record = make_shelf(point=point)
    stocktake = stocktakes.begin(point)
    stocktakes.count(stocktake, record, 1)
    client.post(url("stocktake", point, stocktake.pk), {"act": "drop"})
    assert (in_stock(record), Stocktake.objects.get().state) == (10, "dropped")


# --- the till and consignment
def test_a_day_is_closed_once_with_the_difference(client, point, clerk):
    record = make_shelf(point=point)
    counter.sell(point, [Item(record.pk, 2)], paid_by="cash", by=By())
    counter.sell(point, [Item(record.pk, 1)], paid_by="vietqr", by=By())
    page, day = url("closing", point), clock.today()
    assert client.post(page, {"day": (day + DAY).isoformat(), "counted": "1"}).status_code == 422
    assert client.post(page, {"day": day.isoformat(), "counted": "-1"}).status_code == 422
    assert client.post(page, {"day": day.isoformat(), "counted": "89.000"}).status_code == 302
    closing = DailyClosing.objects.get()
    assert (closing.cash, closing.vietqr, closing.difference) == (2 * PRICE, PRICE, -1_000)
    again = client.post(page, {"day": day.isoformat(), "counted": "0"})
    assert again.status_code == 422
    assert closings.due(point).sales == 0


def test_a_manager_pays_a_producer_what_is_owed_and_no_more(client, point, manager):
    record = make_shelf(point=point)
    page = url("debts", point)
    assert client.get(page).context["debts"] == []
    counter.sell(point, [Item(record.pk, 2)], paid_by="cash", by=By())
    producer = Batch.objects.get().producer
    sent = {"producer": producer.pk, "paid_by": "cash", "client_id": str(uuid.uuid4())}
    assert client.post(page, {**sent, "amount": str(2 * UNIT_COST + 1)}).status_code == 422
    assert client.post(page, {**sent, "amount": "nhiều"}).status_code == 422
    assert client.post(page, {**sent, "producer": make_seller().pk, "amount": "1"}).status_code == 422
    for _twice in range(2):
        client.post(page, {**sent, "amount": "20.000"})
    (debt,) = client.get(page).context["debts"]
    assert debt.owed == 2 * UNIT_COST - 20_000


@pytest.mark.parametrize("rows", [1, 30])
def test_debts_and_stocktakes_do_not_ask_once_for_each_row(
    client, point, manager, rows, django_assert_num_queries
):
    some(point, rows)
    stocktake = stocktakes.begin(point)
    for record in StockRecord.objects.filter(partner=point.seller):
        stocktakes.count(stocktake, record, 1)
    with django_assert_num_queries(7):
        client.get(url("debts", point))
    with django_assert_num_queries(9):
        client.get(url("stocktake", point, stocktake.pk))


def test_pages_speak_english_too(client, point, manager):
    bring(point, make_product(), 3)
    assert "Today" in client.get(f"/en{url('today', point)}").content.decode()


# --- handing over fewer
def test_a_reservation_is_handed_over_in_part_and_the_order_becomes_smaller(client, point, clerk):
    record, other = (make_shelf(point=point) for _each in range(2))
    order = place(basket_from_shelves((record, 3), (other, 1)), token="1").seller_orders.get()
    held = Reservation.objects.get(reference=order.number)
    page = reverse("point_desk:pickup", args=[point.seller.slug, held.code])
    sent = {"act": "fewer", "seen": order.total, f"less_{record.pk}": "2", "note": "Hai gói bị rách"}
    assert client.post(page, sent).status_code == 302
    order.refresh_from_db()
    record.refresh_from_db()
    assert (order.total, order.goods_total, record.num_allocated) == (2 * PRICE, 2 * PRICE, 1)
    assert client.post(page, sent).status_code == 422, "decided on another total"
    assert client.get(page).context["owed"] == 2 * PRICE
    client.post(page, {"paid_by": "cash", "client_id": str(uuid.uuid4())})
    order.refresh_from_db()
    record.refresh_from_db()
    assert (order.state, record.num_in_stock, record.num_allocated) == ("collected", 9, 0)
    assert PointAct.objects.get(kind="pickup").amount == 2 * PRICE


@pytest.mark.parametrize(
    "changes", [{"less": "4"}, {"less": "x"}, {"less": ""}, {"less": "3"}, {"note": ""}, {"seen": "1"}]
)
def test_what_cannot_be_left_out_is_said_and_nothing_changes(client, point, clerk, changes):
    record = make_shelf(point=point)
    order = reserve(record, 3)
    held = Reservation.objects.get(reference=order.number)
    page = reverse("point_desk:pickup", args=[point.seller.slug, held.code])
    values = {"seen": order.total, "less": "1", "note": "rách", **changes}
    sent = {"act": "fewer", f"less_{record.pk}": values["less"], **values}
    response = client.post(page, sent)
    assert response.status_code == 422
    assert f'value="{values["less"]}"' in response.text or not values["less"]
    assert held.lines.get().quantity == 3
