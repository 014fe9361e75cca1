"""Mails of an order: to whom, in which language, after the commit and once."""

import pytest
from django.core import mail
from django.db import transaction
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import override
from django_tasks_db.models import DBTaskResult

from marketplace.core.roles import TeamRole
from marketplace.notifications import tasks
from marketplace.notifications.domain import send
from marketplace.notifications.models import SentMessage
from marketplace.sales.domain import fulfil
from marketplace.sales.domain.fulfil import MoveForbidden
from marketplace.sales.domain.place import Buyer
from marketplace.sales.links import guest_link_token
from tests.factories.catalog import make_member, make_seller, make_user
from tests.factories.payments import make_account
from tests.marketplace.sales.cases import LAN, buy, make_product
from tests.tasks import run_tasks, waiting

pytestmark = [pytest.mark.integration, pytest.mark.django_db, pytest.mark.usefixtures("frozen")]

ANN = Buyer(name="Ann & Sons", email="ann@example.org", phone="+84912345678", language="en")
SILENT = Buyer(name="Lan", email="", phone="+84912345678", language="vi")


def outbox() -> list[tuple[str, str]]:
    """Who got which subject; tasks of one moment run in any order."""
    return sorted((message.to[0], message.subject) for message in mail.outbox)


def confirmed_and_told():
    """A seller order whose first mails are sent and forgotten."""
    [seller_order] = buy(make_product(make_seller(name="HTX Bắc Sơn")), buyer=ANN)
    fulfil.confirm(seller_order, actor=None)
    run_tasks()
    mail.outbox.clear()
    return seller_order


def test_the_buyer_and_each_sellers_team_are_told_of_a_new_order():
    bac_son, van_phuc = make_seller(name="HTX Bắc Sơn"), make_seller(name="Lụa Vạn Phúc")
    owner = make_member(bac_son, user=make_user(language="en"))
    packer = make_member(van_phuc, TeamRole.PACKER, user=make_user(language="en"))
    first, second = buy(make_product(bac_son, price=120_000), make_product(van_phuc), buyer=ANN)

    run_tasks()

    assert outbox() == sorted(
        [
            ("ann@example.org", f"Order {first.order.number} received"),
            (owner.email, f"New order {first.number}: 150.000 ₫"),
            (packer.email, f"New order {second.number}: 150.000 ₫"),
        ]
    )


def test_only_members_who_may_see_orders_are_told():
    seller = make_seller()
    manager = make_member(seller, TeamRole.MANAGER)
    make_member(seller, TeamRole.WRITER)
    gone = make_member(seller, TeamRole.OWNER)
    type(gone).objects.filter(pk=gone.pk).update(is_active=False)
    make_member(make_seller(), TeamRole.OWNER)
    buy(make_product(seller), buyer=SILENT)

    run_tasks()

    assert [message.to for message in mail.outbox] == [[manager.email]]


def test_the_mail_says_what_was_ordered_from_whom_and_links_to_the_order(settings):
    settings.BASE_URL = "https://shop.example"
    seller = make_seller(name="HTX A & B", delivery_charge=30_000)
    [seller_order] = buy((make_product(seller, title="Chè", price=120_000), 2), buyer=ANN)

    run_tasks()

    [message] = mail.outbox
    order = seller_order.order
    link = f"https://shop.example/en/tai-khoan/don-hang/{order.number}/{guest_link_token(order)}/"
    assert message.body == (
        f"Dear Ann & Sons, we have received your order {order.number} and passed it on to the sellers.\n"
        "\n"
        f"{seller_order.number}, from HTX A & B\n"
        "- 2 × Chè (hộp 500 g): 240.000\u00a0₫\n"
        "Delivery: 30.000\u00a0₫\n"
        "To pay on delivery: 270.000\u00a0₫\n"
        "\n"
        "Total: 270.000\u00a0₫\n"
        "You pay each seller directly. The marketplace holds no money.\n"
        "\n"
        "Deliver to: Ann & Sons, 12 ngõ Gạch, Phường Hà Đông, Thành phố Hà Nội\n"
        "\n"
        "Your order, with its state and the contract to download:\n"
        f"{link}\n"
    )
    [(html, kind)] = message.alternatives
    assert kind == "text/html"
    assert '<html lang="en">' in html
    assert f'<a href="{link}">' in html
    assert "from HTX A &amp; B" in html
    assert html.count("240.000\u00a0₫") == 1


def test_the_mail_says_until_when_a_transfer_is_awaited(settings):
    settings.PAYMENT_METHODS = ["cod", "vietqr"]
    seller = make_seller()
    make_account(seller)
    [seller_order] = buy(make_product(seller), buyer=ANN, method="vietqr")
    due = seller_order.payments.get().transfer_request.due_at
    run_tasks()
    [message] = mail.outbox
    with override("en"):
        until = date_format(localtime(due), "SHORT_DATETIME_FORMAT")
    awaited = f"Please transfer 150.000\u00a0₫ by {until}: the code stands with your order."
    assert awaited in message.body
    assert awaited in message.alternatives[0][0]
    assert "To pay on delivery" not in message.body


def test_a_buyer_who_reads_vietnamese_gets_a_link_without_a_language():
    [seller_order] = buy(make_product(make_seller()), buyer=LAN)

    with override("en"):
        run_tasks()

    assert f"/tai-khoan/don-hang/{seller_order.order.number}/" in mail.outbox[0].body
    assert "/en/" not in mail.outbox[0].body
    assert '<html lang="vi">' in mail.outbox[0].alternatives[0][0]


def test_a_buyer_without_an_address_gets_no_mail_and_nothing_fails():
    [seller_order] = buy(make_product(make_seller()), buyer=SILENT)
    fulfil.confirm(seller_order, actor=None)

    run_tasks()

    assert mail.outbox == []


@pytest.mark.parametrize(
    ("steps", "subjects"),
    [
        (["confirmed"], ["HTX Bắc Sơn has confirmed order {number}"]),
        (["confirmed", "packed"], ["HTX Bắc Sơn has confirmed order {number}"]),
        (
            ["confirmed", "packed", "shipped"],
            ["HTX Bắc Sơn has confirmed order {number}", "Order {number} is on its way"],
        ),
        (["cancelled"], ["Order {number} is cancelled"]),
    ],
)
def test_the_buyer_is_told_of_the_steps_that_matter(steps, subjects):
    [seller_order] = buy(make_product(make_seller(name="HTX Bắc Sơn")), buyer=ANN)
    run_tasks()
    mail.outbox.clear()

    for step in steps:
        fulfil.ACTS[step](seller_order, actor=None)
    run_tasks()

    expected = [subject.format(number=seller_order.number) for subject in subjects]
    assert outbox() == sorted(("ann@example.org", subject) for subject in expected)


def test_the_reason_of_a_cancelled_order_is_told():
    [seller_order] = buy(make_product(make_seller()), buyer=ANN)
    fulfil.cancel(seller_order, actor=None, note="Hết chè vụ này")

    run_tasks()

    assert "Reason or note: Hết chè vụ này\n" in mail.outbox[-1].body


def test_the_team_is_told_when_the_buyer_cancels_and_only_then():
    seller = make_seller()
    owner = make_member(seller, user=make_user(language="en"))
    first, second = buy(make_product(seller), buyer=SILENT) + buy(make_product(seller), buyer=SILENT)
    run_tasks()
    mail.outbox.clear()

    fulfil.cancel_by_buyer(first)
    fulfil.cancel(second, actor=owner)
    run_tasks()

    assert outbox() == [(owner.email, f"Order {first.number} cancelled by the buyer")]


def test_a_step_that_was_refused_tells_nobody():
    seller_order = confirmed_and_told()

    with pytest.raises(MoveForbidden):
        fulfil.deliver(seller_order, actor=None)

    assert waiting() == []
    assert run_tasks() == 0
    assert mail.outbox == []


def test_an_order_that_was_rolled_back_leaves_no_task():
    product = make_product(make_seller())

    with transaction.atomic():
        buy(product, buyer=ANN)
        assert {name for name, _args in waiting()} == {"mail_order_received", "tell"}
        transaction.set_rollback(True)

    assert waiting() == []


def test_a_task_that_runs_twice_sends_once():
    [seller_order] = buy(make_product(make_seller()), buyer=ANN)
    for _time in range(2):
        tasks.mail_order_received.enqueue(seller_order.order_id)

    run_tasks()

    assert len(mail.outbox) == 1
    [sent] = SentMessage.objects.all()
    assert (sent.key, sent.recipient) == (f"order received:{seller_order.order_id}", "ann@example.org")
    assert sent.sent_at is not None


def test_a_mail_server_that_is_away_is_tried_again(monkeypatch, frozen):
    [seller_order] = buy(make_product(make_seller()), buyer=ANN)
    deliver = send.EmailMultiAlternatives.send

    def away(_message):
        raise ConnectionRefusedError

    monkeypatch.setattr(send.EmailMultiAlternatives, "send", away)
    run_tasks(expect_failures=True)
    assert (mail.outbox, SentMessage.objects.count()) == ([], 0)

    monkeypatch.setattr(send.EmailMultiAlternatives, "send", deliver)
    frozen.shift(30)
    run_tasks()

    assert outbox() == [("ann@example.org", f"Order {seller_order.order.number} received")]


def test_a_mail_that_another_worker_sends_now_waits_and_one_left_by_a_dead_worker_is_sent(frozen):
    [seller_order] = buy(make_product(make_seller()), buyer=ANN)
    key = f"order received:{seller_order.order_id}"
    SentMessage.objects.create(key=key, recipient=ANN.email, claimed_at=send.clock.now())

    run_tasks(expect_failures=True)
    assert mail.outbox == []

    frozen.shift(600)
    run_tasks()
    assert len(mail.outbox) == 1
    assert SentMessage.objects.get(key=key).sent_at == send.clock.now()


def test_a_mail_that_a_dead_worker_left_is_sent_at_once_by_the_same_task():
    [seller_order] = buy(make_product(make_seller()), buyer=ANN)
    key = f"order received:{seller_order.order_id}"
    own = DBTaskResult.objects.get(task_path__endswith="mail_order_received")
    SentMessage.objects.create(key=key, recipient=ANN.email, claimed_at=send.clock.now(), claimed_by=own.pk)

    run_tasks()

    assert len(mail.outbox) == 1
    assert SentMessage.objects.get(key=key).sent_at == send.clock.now()


def test_a_mail_that_is_sent_again_carries_the_same_message_id(settings):
    settings.DEFAULT_FROM_EMAIL = "Mỗi xã <shop@shop.example>"
    orders = [buy(make_product(make_seller()), buyer=ANN)[0].order_id for _order in range(2)]
    run_tasks()
    SentMessage.objects.all().delete()
    for order_id in orders:
        tasks.mail_order_received.enqueue(order_id)
    run_tasks()

    ids = [message.message()["Message-ID"] for message in mail.outbox]
    assert sorted(ids[:2]) == sorted(ids[2:])
    assert len(set(ids)) == 2
    assert ids[0].endswith("@shop.example>")


def test_a_team_mail_that_failed_half_way_does_not_go_out_twice(monkeypatch, frozen):
    seller = make_seller()
    first, second = make_member(seller), make_member(seller)
    buy(make_product(seller), buyer=SILENT)
    deliver = send.EmailMultiAlternatives.send

    def only_the_first(message):
        if message.to == [second.email]:
            raise ConnectionRefusedError
        return deliver(message)

    monkeypatch.setattr(send.EmailMultiAlternatives, "send", only_the_first)
    run_tasks(expect_failures=True)
    monkeypatch.setattr(send.EmailMultiAlternatives, "send", deliver)
    frozen.shift(30)
    run_tasks()

    assert [message.to for message in mail.outbox] == [[first.email], [second.email]]
