"""News that time brings: an invitation to review, certifications that end in 180, 90 and 30 days."""

import datetime

import pytest
from django.core import mail
from django.utils.translation import override

from catalog.domain.certify import extend
from marketplace.core import clock
from marketplace.notifications import housekeeping
from marketplace.notifications.kinds import KINDS
from marketplace.notifications.models import Notice
from marketplace.reviews.domain import reviewing
from marketplace.sales.domain import fulfil
from marketplace.sales.domain.place import Buyer
from marketplace.sales.links import guest_link_token
from tests.factories.catalog import make_member, make_product, make_seller, make_user
from tests.marketplace.sales.cases import Purchase, buy, make_basket
from tests.marketplace.sales.cases import make_product as make_goods
from tests.tasks import run_tasks

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

DAY = 24 * 60 * 60
ANN = Buyer(name="Ann", email="ann@example.org", phone="+84912345678", language="en")


@pytest.fixture
def seller():
    return make_seller(name="HTX Bắc Sơn")


def deliver(seller_order) -> None:
    for step in (fulfil.confirm, fulfil.pack, fulfil.ship, fulfil.deliver):
        step(seller_order, actor=None)


def invitations() -> list[str]:
    run_tasks()
    return [message.to[0] for message in mail.outbox if message.subject.startswith("How do you find")]


# --- the invitation
def test_a_guest_is_invited_five_days_after_the_parcel_came(frozen, seller):
    [seller_order] = buy(make_goods(seller), buyer=ANN)
    deliver(seller_order)
    assert invitations() == []
    frozen.shift(5 * DAY - 60)
    assert invitations() == []
    frozen.shift(120)

    assert invitations() == ["ann@example.org"]
    message = mail.outbox[-1]
    assert message.subject == "How do you find what you bought from HTX Bắc Sơn?"
    order = seller_order.order
    assert f"/en/tai-khoan/don-hang/{order.number}/{guest_link_token(order)}/" in message.body


def test_an_account_is_invited_in_the_site_and_by_mail(frozen, seller):
    buyer = make_user(language="en")
    order = Purchase(make_basket(make_goods(seller), owner=buyer), user=buyer).place()
    deliver(order.seller_orders.get())
    frozen.shift(6 * DAY)

    assert invitations() == [buyer.email]
    assert Notice.objects.get(kind="review_invitation").recipient == buyer


def test_who_has_reviewed_everything_is_not_asked(frozen, seller):
    [seller_order] = buy(make_goods(seller), buyer=ANN)
    deliver(seller_order)
    line = seller_order.lines.select_related("seller_order").get()
    reviewing.write(line, author=None, name="Ann", rating=5)
    frozen.shift(6 * DAY)

    assert invitations() == []


# --- certifications
def ending_in(days: int, seller, **fields):
    """A product whose certification has this many days left."""
    until = clock.today() + datetime.timedelta(days=days)
    return make_product(seller=seller, certification={"valid_until": until}, **fields)


def told() -> list[int]:
    """The days that were left each time, the first time first."""
    housekeeping.tell_of_ending_certifications.call()
    run_tasks()
    notices = Notice.objects.filter(kind="certificate").order_by("pk")
    return [notice.facts["days"] for notice in notices]


def test_each_step_is_told_once(frozen, seller):
    make_member(seller, user=make_user(language="en"))
    ending_in(181, seller, title="Chè")
    assert told() == []
    frozen.shift(DAY)
    assert told() == [180]
    frozen.shift(DAY)
    assert len(told()) == 1
    frozen.shift(100 * DAY)
    assert told()[1:] == [79]
    frozen.shift(49 * DAY)
    assert told()[2:] == [30]
    frozen.shift(40 * DAY)
    assert len(told()) == 3
    assert len(mail.outbox) == 3


def test_an_extension_begins_anew(frozen, seller):
    make_member(seller, user=make_user(language="en"))
    product = ending_in(20, seller, title="Chè")
    assert len(told()) == 1
    until = clock.today() + datetime.timedelta(days=80)
    extend(product.certification, until=until, decision="900/QĐ-UBND", reason="Đang đánh giá lại")

    assert told()[1:] == [80]


def test_no_news_of_what_carries_no_stars_or_has_nobody_to_tell(frozen, seller):
    ending_in(20, seller)
    make_member(seller)
    ending_in(20, make_seller())
    ending_in(20, seller, stars=None)
    ending_in(-1, seller)

    housekeeping.tell_of_ending_certifications.call()
    run_tasks()

    assert Notice.objects.count() == 1


def test_the_day_is_written_as_the_reader_writes_it(frozen, seller):
    make_member(seller, user=make_user(language="en"))
    ending_in(20, seller, title="Chè")
    told()
    facts = Notice.objects.get().facts

    with override("en"):
        title = KINDS["certificate"].title_of(facts)
    assert title == "The OCOP certification of Chè ends on 14 Dec 2026"
