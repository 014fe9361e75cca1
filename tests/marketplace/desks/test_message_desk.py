"""The desk's screens of messages: what waits first, the thread, pictures, rights."""

import pytest
from django.urls import reverse

from marketplace.core.roles import TeamRole
from marketplace.sales.models import Message, Side, Thread
from tests.factories.catalog import make_member, make_seller
from tests.factories.contact import make_message, make_upload
from tests.marketplace.sales.cases import buy, make_product

pytestmark = [pytest.mark.integration, pytest.mark.django_db, pytest.mark.usefixtures("frozen")]

QUERIES_OF_LIST = 6
QUERIES_OF_THREAD = 9


@pytest.fixture
def seller():
    return make_seller()


@pytest.fixture
def product(seller):
    return make_product(seller, in_stock=100)


@pytest.fixture
def packer(client, seller):
    person = make_member(seller, TeamRole.PACKER)
    client.force_login(person)
    return person


def index() -> str:
    return reverse("producer_desk:messages")


def page_of(seller_order) -> str:
    return reverse("producer_desk:thread", args=[seller_order.number])


def test_what_waits_for_an_answer_comes_first(client, product, packer, frozen):
    asked, answered, latest = (buy(product)[0] for _number in range(3))
    for seller_order in (asked, answered, latest):
        make_message(seller_order)
        frozen.shift(60)
    make_message(answered, "Mai gửi ạ", Side.SELLER)

    found = [thread.seller_order for thread in client.get(index()).context["page"]]

    assert found == [latest, asked, answered]


def test_reading_clears_the_count_and_answering_tells_the_buyer(client, product, packer):
    [seller_order] = buy(product)
    make_message(seller_order, "Gửi trước thứ sáu được không?")
    response = client.get(page_of(seller_order))

    assert "Gửi trước thứ sáu được không?" in response.content.decode()
    assert Thread.objects.get().unread_by_seller == 0
    client.post(page_of(seller_order), {"body": "Được ạ"})
    answer = Message.objects.last()
    assert (answer.side, answer.author, answer.body) == (Side.SELLER, packer, "Được ạ")
    assert Thread.objects.get().unread_by_buyer == 1


@pytest.mark.parametrize("method", ["head"])
def test_a_look_at_the_head_reads_too(client, product, packer, method):
    [seller_order] = buy(product)
    make_message(seller_order)
    assert getattr(client, method)(page_of(seller_order)).status_code == 200


def test_an_empty_message_and_a_file_that_is_no_picture_are_refused(client, product, packer):
    [seller_order] = buy(product)
    empty = client.post(page_of(seller_order), {"body": "  "})
    broken = make_upload()
    broken.file.seek(0)
    broken.file.write(b"no picture at all")
    wrong = client.post(page_of(seller_order), {"body": "Đây ạ", "pictures": [broken]})

    assert (empty.status_code, wrong.status_code) == (422, 422)
    assert list(wrong.context["form"].errors) == ["pictures"]
    assert "Đây ạ" in wrong.content.decode()
    assert not Message.objects.exists()


def test_no_more_than_four_pictures_at_once(client, product, packer):
    [seller_order] = buy(product)
    response = client.post(page_of(seller_order), {"pictures": [make_upload() for _number in range(5)]})

    assert response.status_code == 422
    assert not Message.objects.exists()


def test_a_picture_is_shown_to_the_team_and_kept_by_their_browser_only(client, product, packer):
    [seller_order] = buy(product)
    client.post(page_of(seller_order), {"pictures": [make_upload(), make_upload()]})
    pictures = list(Message.objects.get().pictures.all())
    url = reverse("producer_desk:sent-picture", args=[seller_order.number, pictures[0].pk])
    response = client.get(url)

    assert url in client.get(page_of(seller_order)).content.decode()
    assert (response["Content-Type"], response["Cache-Control"]) == ("image/webp", "private, max-age=3600")
    assert b"".join(response)[:4] == b"RIFF"
    [other] = buy(product)
    wrong = reverse("producer_desk:sent-picture", args=[other.number, pictures[0].pk])
    assert client.get(wrong).status_code == 404


def test_marks_in_a_message_are_text(client, product, packer):
    [seller_order] = buy(product)
    make_message(seller_order, "<script>alert(1)</script>")

    page = client.get(page_of(seller_order)).content.decode()

    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;" in page


def test_a_member_who_has_left_reads_nothing_more(client, seller, product, packer):
    [seller_order] = buy(product)
    seller.team.filter(user=packer).delete()

    assert client.get(page_of(seller_order)).status_code == 404
    assert client.post(page_of(seller_order), {"body": "Chào"}).status_code == 404
    assert not Message.objects.exists()


@pytest.mark.parametrize("number", [1, 20])
def test_the_list_takes_a_fixed_number_of_queries(client, product, packer, django_assert_num_queries, number):
    for seller_order in [buy(product)[0] for _number in range(number)]:
        make_message(seller_order)
    with django_assert_num_queries(QUERIES_OF_LIST):
        assert len(client.get(index()).context["page"]) == number


@pytest.mark.parametrize("number", [1, 20])
def test_a_thread_takes_a_fixed_number_of_queries(client, product, packer, django_assert_num_queries, number):
    [seller_order] = buy(product)
    for _message in range(number):
        make_message(seller_order)
    client.get(page_of(seller_order))
    with django_assert_num_queries(QUERIES_OF_THREAD):
        assert len(client.get(page_of(seller_order)).context["said"]) == number
