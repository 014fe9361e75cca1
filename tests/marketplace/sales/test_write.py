"""Messages about a seller order: unread, read, limits, and who is told."""

import datetime
import unicodedata

import pytest
from django.utils.translation import override

from marketplace.core.private_files import private_storage
from marketplace.sales.domain.write import (
    MOST_MESSAGES,
    MessageTooLong,
    NothingWritten,
    TooManyMessages,
    mark_read,
    write,
)
from marketplace.sales.models import Message, SentPicture, Side, Thread
from marketplace.sales.signals import message_written
from tests.factories.catalog import make_member, make_seller
from tests.factories.contact import make_message, make_upload
from tests.marketplace.sales.cases import buy, make_product

pytestmark = [pytest.mark.integration, pytest.mark.django_db, pytest.mark.usefixtures("frozen")]


@pytest.fixture
def seller():
    return make_seller()


@pytest.fixture
def seller_order(seller):
    return buy(make_product(seller))[0]


@pytest.fixture
def told():
    """What other packages were told."""
    heard = []

    def hear(sender, message, **kwargs):
        heard.append(message)

    message_written.connect(hear)
    yield heard
    message_written.disconnect(hear)


def thread(seller_order) -> tuple[bool, int, int]:
    found = Thread.objects.get(seller_order=seller_order)
    return found.waits_for_seller, found.unread_by_seller, found.unread_by_buyer


def test_a_thread_counts_what_each_side_has_not_read(seller, seller_order, frozen):
    make_message(seller_order)
    make_message(seller_order, "Mình cần trước Tết")
    assert thread(seller_order) == (True, 2, 0)

    # Who answers has read.
    frozen.shift(60)
    write(seller_order, side=Side.SELLER, author=make_member(seller), body="Mai gửi ạ")
    assert thread(seller_order) == (False, 0, 1)
    assert list(Message.objects.filter(side=Side.BUYER, read_at=None)) == []

    mark_read(seller_order, Side.BUYER)
    assert thread(seller_order) == (False, 0, 0)
    assert not Message.objects.filter(read_at=None).exists()


def test_reading_twice_keeps_the_first_moment(seller_order, frozen):
    message = make_message(seller_order)
    mark_read(seller_order, Side.SELLER)
    first = Message.objects.get(pk=message.pk).read_at
    frozen.shift(60)
    mark_read(seller_order, Side.SELLER)

    assert Message.objects.get(pk=message.pk).read_at == first


def test_ones_own_messages_stay_unread_by_the_other_side(seller_order):
    make_message(seller_order)
    mark_read(seller_order, Side.BUYER)

    assert thread(seller_order) == (True, 1, 0)


def test_a_message_is_kept_in_nfc_with_its_lines(seller_order):
    body = unicodedata.normalize("NFD", "Chào  shop,\r\n\r\n\r\n\r\nhộp   bị vỡ.  ")
    assert make_message(seller_order, body).body == "Chào shop,\n\nhộp bị vỡ."


def test_the_other_side_is_told_once_for_each_message(seller_order, told):
    message = make_message(seller_order)
    assert told == [message]


@pytest.mark.parametrize("body", ["", "  \r\n ", "\u00a0"])
def test_nothing_is_no_message(seller_order, body, told):
    with pytest.raises(NothingWritten):
        make_message(seller_order, body)
    assert (told, Message.objects.count(), Thread.objects.count()) == ([], 0, 0)


def test_a_message_has_an_end(seller_order):
    make_message(seller_order, "a" * 2000)
    with override("en"), pytest.raises(MessageTooLong, match="at most 2000 characters"):
        make_message(seller_order, "a" * 2001)


def test_one_side_writes_no_more_than_twenty_an_hour(seller_order, frozen):
    for number in range(MOST_MESSAGES):
        make_message(seller_order, f"Tin {number}")
    with pytest.raises(TooManyMessages):
        make_message(seller_order)
    # The other side and another order are not held up.
    make_message(seller_order, side=Side.SELLER)
    frozen.shift(datetime.timedelta(hours=1))
    make_message(seller_order)

    assert Message.objects.count() == MOST_MESSAGES + 2


def test_pictures_are_kept_privately_and_small(seller_order):
    message = write(
        seller_order, side=Side.BUYER, author=None, body="", pictures=[make_upload(size=(3000, 1500))]
    )

    picture = SentPicture.objects.get(message=message)
    assert (picture.width, picture.height, picture.seller_order) == (1440, 720, seller_order)
    with private_storage().open(picture.name) as file:
        assert file.read(4) == b"RIFF"
