"""Where to buy: the block of a product's page, the list of its points, a point's shelf, reserving there."""

import datetime

import pytest
from django.core import mail
from django.utils import translation

from marketplace.core import clock
from marketplace.notifications import tasks
from marketplace.sales.domain import fulfil
from marketplace.sales.models import SellerOrder
from producers.domain import counter, points
from producers.domain.acts import By
from producers.domain.counter import Item
from producers.models import Reservation, StockRecord
from tests.factories.catalog import make_product, make_region
from tests.factories.points import make_point
from tests.factories.reserved import basket_from_shelves, place, reserve
from tests.factories.shelves import PRICE, bring, make_shelf

pytestmark = [pytest.mark.integration, pytest.mark.django_db, pytest.mark.usefixtures("regions")]

HERE = (21.03, 105.85)


def at(north: float, **fields):
    """A point in Hà Nội, so many degrees north of the reader."""
    region = make_region("Phường Hoàn Kiếm", province="Thành phố Hà Nội")
    return make_point(latitude=HERE[0] + north, longitude=HERE[1], seller={"region": region}, **fields)


def where(product, *, block: bool = False, query: str = "", language: str = "en") -> str:
    with translation.override(language):
        page = f"{product.get_absolute_url()}noi-ban/"
    return f"{page}{'khoi/' if block else ''}{query}"


def add_url(product) -> str:
    return f"/en/gio-hang/them/{product.pk}/"


@pytest.fixture
def honey():
    return make_product(price=120_000, stock=10)


# --- the block
def test_the_nearest_points_that_have_it_stand_first_with_price_and_band(client, honey):
    empty = at(0.02, name="Hết")
    for point, number in ((at(0.3, name="Xa"), 12), (at(0.01, name="Gần"), 3), (empty, 1), (at(2), 9)):
        make_shelf(point=point, product=honey, quantity=number)
    sold = StockRecord.objects.get(partner=empty.seller)
    counter.sell(empty, [Item(sold.pk, 1)], paid_by="cash", by=By())

    page = client.get(where(honey, block=True, query=f"?near={HERE[0]},{HERE[1]}"))

    assert [point.name for point in page.context["points"]] == ["Gần", "Xa"]
    assert "2 points of sale within 50 km" in page.text
    assert page.text.index("A few left") < page.text.index("In stock")
    assert "45.000" in page.text
    assert page.headers["Cache-Control"] == "public, max-age=0, s-maxage=1"


def test_a_counter_sale_shows_in_the_block_at_once(client, honey):
    record = make_shelf(point=at(0), product=honey, quantity=6)
    assert "In stock" in client.get(where(honey, block=True)).text
    counter.sell(record.partner.point, [Item(record.pk, 6)], paid_by="cash", by=By())
    assert "No point of sale has it now" in client.get(where(honey, block=True)).text


@pytest.mark.parametrize("near", ["x", "999,999", "21.03", "%00", "21.03,105.85,3"])
def test_a_position_that_is_none_counts_as_not_told(client, honey, near):
    make_shelf(point=at(0), product=honey)
    page = client.get(where(honey, block=True, query=f"?near={near}"))
    assert page.status_code == 200
    if near != "999,999":
        assert page.context["near"] is None


def test_the_product_page_has_a_plain_link_beside_the_block(client, honey):
    page = client.get(f"/en{honey.get_absolute_url().removeprefix('/en')}")
    assert where(honey) in page.text
    assert f'hx-get="{where(honey, block=True)}"' in page.text


def test_a_product_that_is_gone_has_neither(client, honey):
    honey.is_public = False
    honey.save()
    assert client.get(where(honey)).status_code == 404
    assert client.get(where(honey, block=True)).status_code == 404


# --- the list
def test_the_list_names_all_points_that_have_it_and_narrows_to_what_is_there_now(client, honey):
    full, empty = at(0.1, name="Còn"), at(0.2, name="Hết")
    make_shelf(point=full, product=honey)
    record = make_shelf(point=empty, product=honey, quantity=1)
    make_shelf(point=at(0.3, name="Thứ khác"))
    counter.sell(empty, [Item(record.pk, 1)], paid_by="cash", by=By())

    page = client.get(where(honey))
    assert "Còn" in page.text
    assert "Sold out" in page.text
    assert "Thứ khác" not in page.text
    now = client.get(where(honey, query="?stock=1"))
    assert "Hết" not in [point.name for _name, rows in now.context["groups"] for point in rows]
    assert "Đang mở cửa" in client.get(where(honey, language="vi")).text


def test_points_are_found_by_what_is_on_their_shelves(client, honey):
    make_shelf(point=at(0.1, name="Có mật"), product=make_product(title="Mật ong bạc hà", price=90_000))
    make_shelf(point=at(0.2, name="Có chè"), product=make_product(title="Chè Shan tuyết", price=90_000))
    page = client.get("/en/diem-ban/?goods=shan+tuyet")
    assert [point.name for _name, rows in page.context["groups"] for point in rows] == ["Có chè"]
    assert 'value="shan tuyet"' in page.text


def test_questions_do_not_grow_with_the_points(client, honey, django_assert_max_num_queries):
    counts = []
    for more in (1, 29):
        for _number in range(more):
            make_shelf(point=at(0.01), product=honey)
        for url in (where(honey), where(honey, block=True)):
            with django_assert_max_num_queries(40) as counted:
                client.get(url)
            counts.append(len(counted))
    assert counts[:2] == counts[2:]


# --- a point's shelf
def test_a_points_page_shows_its_shelf_at_its_prices(client, honey, django_assert_max_num_queries):
    point = at(0)
    make_shelf(point=point, product=honey)
    counts = []
    for more in (0, 23):
        for _number in range(more):
            bring(point, make_product(price=50_000), 2)
        with django_assert_max_num_queries(40) as counted:
            page = client.get(f"/en/diem-ban/{point.seller.slug}/")
        counts.append(len(counted))
    assert counts[0] == counts[1]
    assert {card.price for card in page.context["cards"]} == {PRICE}
    assert f"Reserve {honey.display_title} here" in page.text
    points.close(point, on=clock.today() - datetime.timedelta(days=1), reason="Hết hạn")
    assert not client.get(f"/en/diem-ban/{point.seller.slug}/").context["cards"]


# --- reserving
def test_reserving_puts_the_points_goods_into_the_basket(client, honey):
    record = make_shelf(point=at(0, name="Điểm Tây Hồ"), product=honey)
    client.post(add_url(honey), {"shelf": record.pk, "quantity": 2})
    page = client.get("/en/gio-hang/")
    (line,) = page.context["quote"].lines
    assert (line.stock_record, line.unit_price, line.quantity) == (record, PRICE, 2)
    assert "Điểm Tây Hồ" in page.text


@pytest.mark.parametrize(
    ("shelf", "quantity", "words"),
    [
        ("own", "11", "Only 10 of"),
        ("own", "0", ""),
        ("own", "x", ""),
        ("other", "1", "does not have the product"),
        ("x", "1", "does not have the product"),
        ("9" * 30, "1", "does not have the product"),
        ("", "1", "does not have the product"),
    ],
)
def test_what_cannot_be_reserved_is_refused_with_words(client, honey, shelf, quantity, words):
    own, other = make_shelf(point=at(0), product=honey), make_shelf(point=at(0.1))
    wanted = {"own": own.pk, "other": other.pk}.get(shelf, shelf)
    page = client.post(add_url(honey), {"shelf": wanted, "quantity": quantity})
    assert page.status_code == 422
    assert words in page.text
    assert client.get("/en/gio-hang/").context["quote"].is_empty


def test_the_checkout_of_reserved_goods_asks_for_no_address(client, honey):
    record = make_shelf(point=at(0), product=honey)
    client.post(add_url(honey), {"shelf": record.pk, "quantity": 2})
    page = client.get("/en/thanh-toan/")
    assert 'name="street"' not in page.text
    answers = {
        "name": "Lan",
        "phone": "0912345678",
        "email": "",
        f"payment-{record.partner_id}": "counter",
        f"note-{record.partner_id}": "",
    }
    assert client.post("/en/thanh-toan/", answers).status_code == 302
    review = client.get("/en/thanh-toan/xem-lai/")
    form = {
        "token": review.context["token"],
        "digest": review.context["quote"].digest,
        "edition": review.context["edition"],
        "terms": "on",
    }
    done = client.post("/en/thanh-toan/dat-hang/", form, follow=True)
    reservation = Reservation.objects.get()
    assert reservation.code[:5] in done.text
    assert "<svg" in done.text
    # Goods that are sent come into the next basket: their address is asked for.
    client.post(add_url(honey), {"shelf": record.pk, "quantity": 1})
    client.post("/en/thanh-toan/", answers)
    client.post(add_url(honey), {"quantity": 1})
    assert client.get("/en/thanh-toan/xem-lai/").status_code == 302


def test_the_mail_has_the_code_in_letters_and_as_a_picture(honey):
    record = make_shelf(point=at(0, hours=("08:00", "20:00"), address="12 Xuân La"), product=honey)
    seller_order = reserve(record)
    tasks.mail_order_received.call(seller_order.order_id)
    code = Reservation.objects.get().code
    (sent,) = mail.outbox
    assert f"{code[:5]} {code[5:]}" in sent.body
    assert "12 Xuân La" in sent.body
    assert "08:00" in sent.body
    html = sent.alternatives[0].content
    assert f"cid:{seller_order.number}" in html
    (picture,) = sent.attachments
    assert picture["Content-ID"] == f"<{seller_order.number}>"


def test_the_buyer_cancels_on_the_orders_page(client, honey):
    record = make_shelf(point=at(0), product=honey)
    seller_order = reserve(record, 3)
    from storefront.views.orders import order_url  # noqa: PLC0415

    with translation.override("en"):
        page = client.get(order_url(seller_order.order))
    (part,) = page.context["parts"]
    client.post(part["cancel_url"], {"reason": ""})
    seller_order.refresh_from_db()
    record.refresh_from_db()
    assert (seller_order.state, record.num_allocated) == (SellerOrder.State.CANCELLED, 0)
    gone = client.get(page.request["PATH_INFO"])
    assert Reservation.objects.get().code[:5] not in gone.text


def test_a_mixed_order_keeps_its_address_and_shows_one_code(client, honey):
    record = make_shelf(point=at(0), product=honey)
    order = place(basket_from_shelves((record, 1), goods=(honey,)), token="mixed")
    fulfil.confirm(order.seller_orders.get(state=SellerOrder.State.PENDING), actor=None)
    assert order.shipping_address is not None
    assert Reservation.objects.count() == 1
