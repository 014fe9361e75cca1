"""Telling people: who, by which ways, once; and nothing without the act's own transaction."""

import pytest
from django.core import mail
from django.db import transaction
from django.utils.translation import override

from marketplace.core.roles import TeamRole
from marketplace.notifications.channels import CHANNELS, Channel
from marketplace.notifications.domain import choose
from marketplace.notifications.domain.notify import deliver, notify_person, notify_team, tell
from marketplace.notifications.kinds import KINDS
from marketplace.notifications.models import ChannelChoice, Notice
from marketplace.reviews.domain import reviewing
from marketplace.sales.domain import fulfil
from producers.domain import stock
from producers.models import StockRecord, TeamMember
from tests.factories.catalog import make_member, make_product, make_seller, make_user
from tests.factories.points import make_point
from tests.factories.reserved import reserve
from tests.factories.reviews import make_review
from tests.factories.shelves import make_shelf
from tests.marketplace.sales.cases import Purchase, buy, make_basket
from tests.marketplace.sales.cases import make_product as make_goods
from tests.tasks import run_tasks, waiting

pytestmark = [pytest.mark.integration, pytest.mark.django_db, pytest.mark.usefixtures("frozen")]

STOCK = {"product": "Chè", "left": 3}


@pytest.fixture
def seller():
    return make_seller()


@pytest.fixture
def owner(seller):
    return make_member(seller, user=make_user(language="en"))


def subjects() -> list[str]:
    return sorted(message.subject for message in mail.outbox)


def listed_for(person) -> list[tuple[str, str]]:
    """Kind and title, in English, of what stands in the person's list."""
    notices = Notice.objects.listed_for(person)
    with override("en"):
        return [(notice.kind, KINDS[notice.kind].title_of(notice.facts)) for notice in notices]


def run_and_forget() -> None:
    run_tasks()
    mail.outbox.clear()
    Notice.objects.all().delete()


# --- who and how
def test_those_who_hold_the_right_are_told_in_the_site_and_by_mail(seller, owner):
    packer = make_member(seller, TeamRole.PACKER, user=make_user(language="en"))
    writer = make_member(seller, TeamRole.WRITER)
    notify_team(seller.pk, "low_stock", key="1", **STOCK)

    run_tasks()

    for person in (owner, packer):
        assert listed_for(person) == [("low_stock", "Low stock: 3 of Chè left")]
    assert listed_for(writer) == []
    assert sorted(message.to[0] for message in mail.outbox) == sorted([owner.email, packer.email])
    assert subjects() == ["Low stock: 3 of Chè left"] * 2


def test_news_goes_with_the_transaction_of_its_act(seller, owner):
    with transaction.atomic():
        notify_team(seller.pk, "low_stock", key="1", **STOCK)
        transaction.set_rollback(True)

    assert waiting() == []


def test_news_is_told_once_however_often_it_is_asked_for(seller, owner):
    for _time in range(2):
        notify_team(seller.pk, "low_stock", key="1", **STOCK)
    run_tasks()
    tell.call("low_stock", "1", STOCK, seller.pk, None)
    run_tasks()

    assert len(mail.outbox) == 1
    assert len(listed_for(owner)) == 1


def test_a_task_that_runs_twice_mails_once(seller, owner):
    notify_team(seller.pk, "low_stock", key="1", **STOCK)
    run_tasks()
    notice = Notice.objects.get()

    deliver.call(notice.pk, "mail")

    assert len(mail.outbox) == 1


def test_who_has_left_the_team_is_told_no_more(seller, owner):
    notify_team(seller.pk, "low_stock", key="1", **STOCK)
    tell.call("low_stock", "1", STOCK, seller.pk, None)
    TeamMember.objects.all().delete()

    run_tasks()

    assert mail.outbox == []
    assert listed_for(owner) == []


def test_people_choose_the_ways_for_each_kind(seller, owner):
    choose.choose(owner, {("low_stock", "mail"): False, ("review_hidden", "mail"): True})
    notify_team(seller.pk, "low_stock", key="1", **STOCK)
    notify_team(seller.pk, "review_hidden", key="2", review=1, product="Chè")

    run_tasks()

    assert subjects() == ["The office has moved a review of Chè"]
    assert len(listed_for(owner)) == 2
    choose.choose(owner, {("low_stock", "mail"): True})
    assert ChannelChoice.objects.count() == 2


def test_without_the_site_a_notice_stands_in_no_list(seller, owner):
    choose.choose(owner, {("low_stock", "site"): False})
    notify_team(seller.pk, "low_stock", key="1", **STOCK)

    run_tasks()

    assert listed_for(owner) == []
    assert len(mail.outbox) == 1


def test_a_person_reads_the_news_in_the_own_language(seller):
    person = make_user(language="vi")
    notify_person(person.pk, "review_invitation", key="1", order="1", seller="HTX A")

    run_tasks()

    [message] = mail.outbox
    assert "/tai-khoan/thong-bao/cach-nhan/" in message.body
    assert "/en/" not in message.body


def test_an_unknown_kind_is_a_mistake_of_the_caller(seller):
    with pytest.raises(KeyError):
        notify_team(seller.pk, "weather", key="1")


def test_a_new_way_is_one_class(seller, owner, monkeypatch):
    """As docs/notifications.md says of Zalo."""
    sent = []

    class Zalo(Channel):
        code, label = "zalo", "Zalo"

        def reaches(self, person):
            return bool(person.phone)

        def deliver(self, notice):
            sent.append((notice.recipient.phone, KINDS[notice.kind].title_of(notice.facts)))

    monkeypatch.setitem(CHANNELS, "zalo", Zalo())
    monkeypatch.setitem(
        KINDS,
        "low_stock",
        type(KINDS["low_stock"])(**{**vars(KINDS["low_stock"]), "channels": ("site", "zalo")}),
    )
    type(owner).objects.filter(pk=owner.pk).update(phone="+84912345678")
    notify_team(seller.pk, "low_stock", key="1", **STOCK)

    run_tasks()

    assert [phone for phone, _title in sent] == ["+84912345678"]
    assert mail.outbox == []


# --- what is news
def test_a_new_order_and_its_cancelling_are_news_to_the_team(seller, owner):
    [seller_order] = buy(make_goods(seller))
    fulfil.cancel_by_buyer(seller_order)

    run_tasks()

    number = seller_order.number
    assert sorted(listed_for(owner)) == [
        ("new_order", f"New order {number}: 150.000\u00a0₫"),
        ("order_cancelled_by_buyer", f"Order {number} was cancelled by the buyer"),
    ]


def test_a_reservation_is_news_to_the_clerks_of_its_point():
    record = make_shelf(point=make_point())
    clerk = make_member(record.partner, TeamRole.CLERK, user=make_user(language="en"))
    seller_order = reserve(record, 2)

    run_tasks()

    [notice] = Notice.objects.listed_for(clerk)
    assert (notice.kind, notice.facts["number"]) == ("new_reservation", seller_order.number)
    assert KINDS[notice.kind].address_of(notice.facts).endswith(f"/{record.partner.slug}/giao/")


def test_a_buyer_with_an_account_sees_the_steps_of_an_order(seller):
    buyer = make_user(language="en")
    order = Purchase(make_basket(make_goods(seller), owner=buyer), user=buyer).place()
    fulfil.confirm(order.seller_orders.get(), actor=None)

    run_tasks()

    [(kind, title)] = listed_for(buyer)
    assert (kind, title.split(": ")[0]) == ("order_moved", f"Order {order.seller_orders.get().number}")


def test_low_stock_is_news_each_time_the_mark_is_passed_and_only_then(seller, owner, frozen):
    record = make_product(seller=seller, stock=8, title="Chè").stock_record
    StockRecord.objects.filter(pk=record.pk).update(low_stock_threshold=6)

    def titles():
        run_tasks()
        return [title for _kind, title in listed_for(owner)]

    stock.take({record.pk: 1}, reference="1")
    assert titles() == []
    stock.take({record.pk: 1}, reference="2")
    assert titles() == ["Low stock: 6 of Chè left"]
    stock.take({record.pk: 1}, reference="3")
    assert len(titles()) == 1
    stock.receive(record, 5)
    frozen.shift(60)
    stock.correct(record, 7)
    assert titles()[0] == "Low stock: 4 of Chè left"
    assert len(titles()) == 2


def test_without_a_threshold_five_are_few(seller, owner):
    record = make_product(seller=seller, stock=7).stock_record
    stock.take({record.pk: 2}, reference="1")

    run_tasks()

    assert [kind for kind, _title in listed_for(owner)] == ["low_stock"]


def test_reviews_their_answers_and_their_hiding_are_news(seller, owner):
    buyer = make_user(language="en")
    product = make_goods(seller, title="Chè")
    review = make_review(product, user=buyer, rating=2)
    run_tasks()
    assert ("review", "New review, 2 out of 5: Chè") in listed_for(owner)
    run_and_forget()

    reviewing.answer(review, actor=owner, text="Cảm ơn.")
    reviewing.answer(review, actor=owner, text="Cảm ơn bạn.")
    reviewing.hide(review, actor=make_user(), reason="Trùng")
    run_tasks()

    assert [kind for kind, _title in listed_for(buyer)] == ["own_review_hidden", "review_answered"]
    assert [kind for kind, _title in listed_for(owner)] == ["review_hidden"]
    hidden = Notice.objects.get(kind="own_review_hidden")
    with override("en"):
        assert KINDS["own_review_hidden"].text_of(hidden.facts) == "Reason: Trùng"
