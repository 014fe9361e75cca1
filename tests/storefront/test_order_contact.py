"""A buyer writes to a seller and gives goods back, by account and by the link of the order."""

import pytest
from django.test import Client
from django.urls import reverse

from marketplace.sales import links
from marketplace.sales.domain import returns
from marketplace.sales.models import Message, ReturnRequest, Side, Thread
from tests.factories.catalog import make_member, make_product, make_seller, make_user
from tests.factories.contact import deliver, make_message, make_return, make_upload
from tests.storefront.shopping import fill_basket, log_in, place, words

pytestmark = [pytest.mark.integration, pytest.mark.django_db, pytest.mark.usefixtures("frozen")]

HISTORY = "/en/tai-khoan/don-hang/"


@pytest.fixture
def seller():
    return make_seller(name="Hợp tác xã Vụn ART")


@pytest.fixture
def products(seller):
    art = make_product(seller=seller, title="Tranh ghép vải", price=480_000)
    tea = make_product(seller=make_seller(name="Hòa Xá"), title="Trà sen", price=50_000)
    return [(art, 2), tea]


@pytest.fixture
def order(client, products):
    return place(client, fill_basket(client, *products))


@pytest.fixture
def part(order):
    return order.seller_orders.get(seller_name="Hợp tác xã Vụn ART")


@pytest.fixture
def guest():
    """Another browser, which has nothing but the link."""
    return Client()


def order_page(order) -> str:
    return f"{HISTORY}{order.number}/{links.guest_link_token(order)}/"


def messages_page(part) -> str:
    return f"{order_page(part.order)}tin-nhan/{part.number}/"


def return_page(part) -> str:
    return f"{order_page(part.order)}tra-hang/{part.number}/"


def give_back(part, **fields) -> dict:
    return {"reason": "faulty", f"quantity_{part.lines.get().pk}": "1", "words": "Khung bị nứt", **fields}


# --- messages
def test_a_guest_writes_by_the_link_and_reads_the_answer(guest, seller, part):
    response = guest.post(messages_page(part), {"body": "Bao giờ hàng tới?"})
    assert response.status_code == 302
    message = Message.objects.get()
    assert (message.side, message.author, message.seller_order) == (Side.BUYER, None, part)

    make_message(part, "Thứ sáu ạ", Side.SELLER)
    assert "1 new" in words(guest.get(order_page(part.order)))
    page = words(guest.get(messages_page(part)))
    assert "Thứ sáu ạ" in page
    assert Thread.objects.get().unread_by_buyer == 0
    assert "1 new" not in words(guest.get(order_page(part.order)))


def test_the_account_of_the_order_writes_and_others_do_not(client, products):
    person, stranger = make_user(phone="+84912345678"), make_user()
    log_in(client, person)
    order = place(client, fill_basket(client, *products, owner=person))
    part = order.seller_orders.first()
    page = reverse("customer:order-messages", args=[order.number, part.number])

    assert client.post(page, {"body": "Chào"}).status_code == 302
    assert Message.objects.get().author == person
    other = Client()
    log_in(other, stranger)
    assert other.get(page).status_code == 404
    assert other.post(page, {"body": "Chào"}).status_code == 404
    assert Message.objects.count() == 1


def test_forged_links_and_parts_of_other_orders_open_nothing(guest, part, order):
    forged = messages_page(part).replace(links.guest_link_token(order), "x" * 20)
    assert guest.get(forged).status_code == 404
    assert guest.post(forged, {"body": "Chào"}).status_code == 404
    assert guest.get(f"{order_page(order)}tin-nhan/260101-AAAAA-1/").status_code == 404
    assert guest.get(f"{order_page(order)}tra-hang/260101-AAAAA-1/").status_code == 404
    assert not Message.objects.exists()


def test_nothing_typed_is_lost_when_a_picture_is_none(guest, part):
    broken = make_upload("anh.png")
    broken.file.seek(0)
    broken.file.write(b"no picture at all")
    response = guest.post(messages_page(part), {"body": "Hộp bị vỡ", "pictures": [broken]})

    assert response.status_code == 422
    assert "Hộp bị vỡ" in words(response)
    assert not Message.objects.exists()


def test_pictures_are_seen_by_the_link_only(guest, part):
    guest.post(messages_page(part), {"pictures": [make_upload()]})
    picture = Message.objects.get().pictures.get()
    page = order_page(part.order)

    assert f"{page}anh/{picture.pk}/" in words(guest.get(messages_page(part)))
    assert b"".join(guest.get(f"{page}anh/{picture.pk}/"))[:4] == b"RIFF"
    assert guest.get(f"{HISTORY}{part.order.number}/anh/{picture.pk}/").status_code == 404
    assert guest.get(f"{page}anh/{picture.pk + 1}/").status_code == 404


# --- returns
def test_a_buyer_asks_to_give_goods_back(guest, part):
    assert "Give goods back" not in words(guest.get(order_page(part.order)))
    deliver(part)
    assert "Give goods back" in words(guest.get(order_page(part.order)))

    response = guest.post(return_page(part), give_back(part, pictures=[make_upload()]), follow=True)

    made = ReturnRequest.objects.get()
    assert (made.reason, made.words, made.lines.get().quantity) == ("faulty", "Khung bị nứt", 1)
    page = words(response)
    assert "Asked by the buyer" in page
    assert "27 November 2026" in page
    assert "Ask for the return" not in page
    assert f"{order_page(part.order)}anh/{made.pictures.get().pk}/" in page


@pytest.mark.parametrize(
    "changes",
    [
        {"reason": ""},
        {"reason": "bored"},
        {"quantity": "0"},
        {"quantity": "3"},
        {"quantity": "một"},
        {"words": "a" * 2001},
    ],
)
def test_faults_are_said_and_nothing_typed_is_lost(guest, part, changes):
    deliver(part)
    fields = {"words": "Khung bị nứt", **changes}
    if "quantity" in fields:
        fields[f"quantity_{part.lines.get().pk}"] = fields.pop("quantity")
    response = guest.post(return_page(part), give_back(part, **fields))

    assert response.status_code == 422
    assert fields["words"] in words(response)
    assert not ReturnRequest.objects.exists()


def test_what_is_not_there_yet_cannot_be_given_back(guest, part):
    page = words(guest.get(return_page(part)))
    assert "Nothing can be given back" in page
    assert guest.post(return_page(part), give_back(part)).status_code == 422
    assert not ReturnRequest.objects.exists()


def test_the_buyer_keeps_the_goods_after_all(guest, part):
    made = make_return(deliver(part))
    guest.post(f"{return_page(part)}{made.pk}/")
    made.refresh_from_db()

    assert made.state == ReturnRequest.State.WITHDRAWN
    assert guest.get(f"{return_page(part)}{made.pk}/").status_code == 405
    # Then another return can be asked for.
    assert guest.post(return_page(part), give_back(part)).status_code == 302


def test_a_return_that_is_already_with_the_seller_stays(guest, seller, part):
    made = make_return(deliver(part))
    packer = make_member(seller, "packer")
    returns.accept(made, actor=packer)
    returns.receive(made, restocked={}, actor=packer)
    response = guest.post(f"{return_page(part)}{made.pk}/", follow=True)

    made.refresh_from_db()
    assert made.state == ReturnRequest.State.RECEIVED
    assert "this step is not possible" in words(response)


def test_the_buyer_reads_the_sellers_words_and_the_refund(guest, seller, part):
    made = make_return(deliver(part))
    packer = make_member(seller, "packer")
    returns.accept(made, actor=packer, note="Không cần gửi lại")
    returns.refund(made, amount=480_000, way="transfer", proof="FT26330", actor=packer)
    page = words(guest.get(return_page(part)))

    for text in ("Không cần gửi lại", "480.000\xa0₫", "Bank transfer", "FT26330"):
        assert text in page
    # Who of the team it was stays inside the team.
    assert str(packer) not in page


@pytest.mark.parametrize("number", [1, 20])
def test_pages_take_a_fixed_number_of_queries(guest, part, django_assert_num_queries, number):
    for _message in range(number):
        make_message(part)
    guest.get(messages_page(part))
    with django_assert_num_queries(12):
        guest.get(messages_page(part))
    deliver(part)
    make_return(part)
    with django_assert_num_queries(13):
        guest.get(return_page(part))
