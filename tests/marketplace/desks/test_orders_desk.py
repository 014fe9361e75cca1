"""Orders at the desk: filters, several at once, the mail before the step, parts, parcels, packing list."""

import datetime

import pytest
from django.core import mail
from django.urls import reverse
from django.utils.translation import override

from marketplace.core.models import Activity
from marketplace.core.roles import TeamRole
from marketplace.desks.producer import tabs
from marketplace.desks.producer.order_steps import STEPS
from marketplace.notifications.tasks import BUYER_MAILS
from marketplace.sales.domain import fulfil
from marketplace.sales.domain.dispatch import hand_over
from marketplace.sales.domain.place import Buyer
from marketplace.sales.links import guest_link_token
from marketplace.sales.models import SellerOrder
from tests.factories.bookings import book, make_departure, make_tour
from tests.factories.catalog import make_member, make_seller
from tests.factories.payments import come_in, make_account
from tests.marketplace.sales.cases import buy, make_product
from tests.tasks import run_tasks

pytestmark = [pytest.mark.integration, pytest.mark.django_db, pytest.mark.usefixtures("frozen")]

NO_MAIL = Buyer("Trần Văn Bình", "", "+84987654321", "vi")


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


@pytest.fixture
def seller_order(seller) -> SellerOrder:
    return buy((make_product(seller, title="Chè Bắc Sơn"), 3))[0]


def advance(seller_order, *states):
    for state in states:
        fulfil.ACTS[state](seller_order, actor=None)


def index(**query) -> str:
    return reverse("producer_desk:index", query=query)


def post(client, name, *args, **data):
    return client.post(reverse(f"producer_desk:{name}", args=args), data)


def numbers(response) -> set[str]:
    return {row["order"].number for row in response.context["rows"]}


def counts_of(response) -> dict[str, str]:
    """The numbers of the tabs as they stand on the page."""
    return {tab.code: str(number) for tab, number in response.context["tabs"]}


def last_to_buyer() -> str:
    """The text of the mail that the buyer got last."""
    return [each for each in mail.outbox if each.to == ["lan@example.org"]][-1].body


def told(client) -> list[str]:
    return [str(message) for message in client.get(index()).context["messages"]]


# --- filters
def test_orders_are_narrowed_by_day_payment_delivery_and_product(client, seller, owner):
    tea, rice = make_product(seller, title="Chè"), make_product(seller, title="Cốm")
    old, fetched, plain = buy(tea)[0], buy(rice)[0], buy(tea, rice)[0]
    day = datetime.datetime(2026, 11, 20, 23, 30, tzinfo=datetime.UTC)
    SellerOrder.objects.filter(pk=old.pk).update(placed_at=day)
    SellerOrder.objects.filter(pk=fetched.pk).update(delivery_way="pickup")

    def found(**query):
        return numbers(client.get(index(**query)))

    # 23:30 in UTC is the next morning in Hà Nội.
    assert found(first="2026-11-21", last="2026-11-21") == {old.number}
    assert found(last="2026-11-20") == set()
    assert found(first="2026-11-22") == {fetched.number, plain.number}
    assert found(way="pickup") == {fetched.number}
    assert found(product=tea.pk) == {old.number, plain.number}
    assert found(method="cod", product=rice.pk, way="door") == {plain.number}


def test_what_of_an_order_is_paid_is_seen_in_the_list_and_on_its_page_and_asked_for(
    client, seller, owner, settings
):
    settings.PAYMENT_METHODS = ["cod", "vietqr"]
    make_account(seller)
    product = make_product(seller, in_stock=50)
    cash, awaited, part, paid, called_off = (
        buy(product, method=method)[0] for method in ("cod", "vietqr", "vietqr", "vietqr", "vietqr")
    )
    for seller_order, amount in ((part, 20_000), (paid, None), (called_off, None)):
        come_in(seller_order.payments.get(), amount)
    fulfil.cancel(called_off, actor=None)
    said = {
        cash.number: ("Cash on delivery", ""),
        awaited.number: ("Transfer awaited", ""),
        part.number: ("Partly paid", "warn"),
        paid.number: ("Paid", "ok"),
        called_off.number: ("150.000\xa0₫ to give back", "warn"),
    }
    lists = [client.get(index(state=state)) for state in ("waiting", "cancelled")]
    rows = [row for response in lists for row in response.context["rows"]]
    assert {row["order"].number: (str(row["paid"].text), row["paid"].kind) for row in rows} == said
    for number, (text, _kind) in said.items():
        assert text in client.get(reverse("producer_desk:order", args=[number])).content.decode()
    asked = {"on-receipt": {cash}, "awaited": {awaited, part}, "paid": {paid}}
    for code, orders in asked.items():
        assert numbers(client.get(index(paid=code))) == {each.number for each in orders}
    assert numbers(client.get(index(paid="owed", state="cancelled"))) == {called_off.number}
    fulfil.cancel(cash, actor=None)
    page = client.get(index(state="cancelled", paid=""))
    assert {row["paid"] for row in page.context["rows"] if row["order"] == cash} == {None}


def test_bookings_are_not_to_be_packed_and_have_a_tab_of_their_own(client, seller, owner):
    goods = buy(make_product(seller))[0]
    assert "guests" not in counts_of(client.get(index()))
    booking = book(make_departure(make_tour(seller=seller)), 2)
    [row] = [row for row in client.get(index()).context["rows"] if row["order"] == booking]
    assert (str(row["step"].label), str(row["step"].told)) == (
        "Confirm booking",
        "The buyer gets a mail: confirmed, you expect them.",
    )
    for seller_order in (goods, booking):
        advance(seller_order, "confirmed")
    for query in ({}, {"q": "lan"}):
        counts = counts_of(client.get(index(**query)))
        assert (counts["confirmed"], counts["guests"]) == ("1", "1")
    assert numbers(client.get(index(state="confirmed"))) == {goods.number}
    assert numbers(client.get(index(state="guests"))) == {booking.number}
    packing = client.get(reverse("producer_desk:packing")).context
    assert (packing["numbers"]["confirmed"], packing["numbers"]["guests"]) == (1, 1)
    assert numbers(client.get(reverse("producer_desk:packing"))) == {goods.number}


@pytest.mark.parametrize(
    "query",
    [
        {"first": "31.31.2026"},
        {"paid": "gold"},
        {"first": "2026-11-24", "last": "2026-11-01"},
        {"first": "0001-01-01"},
        {"last": "9999-12-31"},
        {"method": "gold"},
        {"product": "abc"},
        {"product": "99999999999999999999"},
        {"way": "' OR 1=1"},
    ],
)
def test_a_filter_that_makes_no_sense_is_said_and_left_out(client, seller_order, owner, query):
    response = client.get(index(**query))

    assert response.status_code == 422
    assert numbers(response) == {seller_order.number}
    assert response.context["form"].errors


def test_a_tab_counts_what_the_filter_leaves(client, seller, seller_order, owner):
    buy(make_product(seller))
    product = seller_order.lines.get().order_line.product_id

    assert counts_of(client.get(index(product=product)))["waiting"] == "1"


def test_histories_are_counted_in_short_but_for_the_one_that_is_shown(client, seller, owner, monkeypatch):
    monkeypatch.setattr(tabs, "MOST_COUNTED", 2)
    product = make_product(seller, in_stock=50)
    done = [buy(product)[0] for _number in range(3)]
    for each in done:
        advance(each, "confirmed", "packed", "shipped", "delivered")
    for _number in range(2):
        advance(buy(product)[0], "cancelled")
    waiting = [buy(product)[0] for _number in range(3)]

    counts = counts_of(client.get(index()))
    assert (counts["waiting"], counts["done"], counts["cancelled"]) == ("3", "2+", "2")
    page = client.get(index(state="done"))
    assert counts_of(page)["done"] == "3"
    assert page.context["page"].paginator.count == 3
    assert numbers(page) == {each.number for each in done}
    # A list that was narrowed is counted to the last one.
    counts = counts_of(client.get(index(product=product.pk)))
    assert (counts["waiting"], counts["done"]) == (str(len(waiting)), "3")


@pytest.mark.parametrize("count", [1, 30])
@pytest.mark.parametrize(
    ("query", "queries"),
    [({"state": "done"}, 14), ({"state": "done", "q": "lan"}, 12)],
    ids=["done", "found"],
)
def test_a_history_and_what_is_found_cost_the_same_for_one_order_and_many(
    client, seller, owner, django_assert_num_queries, count, query, queries
):
    product = make_product(seller, in_stock=50, pictured=True)
    for _number in range(count):
        buy(product)
    SellerOrder.objects.update(state="delivered")

    with django_assert_num_queries(queries):
        assert client.get(index(**query)).context["rows"]


# --- several at once
def test_several_orders_are_moved_at_once_and_each_result_is_told(client, seller, owner):
    product = make_product(seller, in_stock=50)
    first, second, cancelled = (buy(product)[0] for _number in range(3))
    fulfil.cancel(cancelled, actor=None)

    chosen = [first.number, second.number, cancelled.number]
    answer = post(client, "move-many", state="confirmed", order=chosen, back=index(state="waiting"))

    assert answer.url == index(state="waiting")
    assert told(client) == [
        f"Order {cancelled.number} is now “Cancelled”, so this step is not possible.",
        f"Confirmed: {first.number}, {second.number}",
    ]
    states = SellerOrder.objects.order_by("pk").values_list("state", flat=True)
    assert list(states) == ["confirmed", "confirmed", "cancelled"]


def test_several_are_not_cancelled_at_once_because_each_needs_a_reason(client, seller_order, owner):
    post(client, "move-many", state="cancelled", order=[seller_order.number])

    assert told(client) == ["Please choose the orders, and what to do with them."]
    assert SellerOrder.objects.get().state == "pending"


def test_nothing_is_moved_if_one_of_them_belongs_to_somebody_else(client, seller_order, owner):
    [foreign] = buy(make_product(make_seller()))

    answer = post(client, "move-many", state="confirmed", order=[seller_order.number, foreign.number])

    assert answer.status_code == 404
    assert set(SellerOrder.objects.values_list("state", flat=True)) == {"pending"}


def test_a_number_that_no_order_can_have_is_not_found(client, owner):
    assert post(client, "move-many", state="confirmed", order=["\x00"]).status_code == 404
    assert client.get(reverse("producer_desk:order", args=["\x00"])).status_code == 404
    assert client.get(index(q="\x00")).status_code == 422


def test_a_writer_moves_nothing(client, seller, seller_order):
    client.force_login(make_member(seller, TeamRole.WRITER))

    assert post(client, "move-many", state="confirmed", order=[seller_order.number]).status_code == 403


def test_all_of_a_page_can_be_ticked_without_a_script(client, seller_order, owner):
    assert "checked" not in client.get(index()).content.decode()
    assert "checked" in client.get(index(chosen="all")).content.decode()


# --- what the buyer is told
def test_the_mail_is_shown_before_the_step_and_is_the_one_that_goes_out(client, seller_order, owner):
    page = client.get(reverse("producer_desk:order", args=[seller_order.number]))
    shown = {step.state: each for step, each in page.context["mails"]}

    fulfil.confirm(seller_order, actor=owner)
    run_tasks()

    preview = shown["confirmed"]
    [sent] = [each for each in mail.outbox if each.subject == preview.subject]
    assert sent.to == ["lan@example.org"]
    without_link = [line for line in sent.body.strip().splitlines() if "http" not in line]
    assert [line for line in preview.text.splitlines() if "http" not in line] == without_link


def test_what_the_seller_reads_does_not_open_the_order_as_its_buyer(client, seller_order, owner):
    html = client.get(reverse("producer_desk:order", args=[seller_order.number])).content.decode()

    assert guest_link_token(seller_order.order) not in html


def test_a_buyer_without_an_address_gets_no_mail_and_the_desk_says_so(client, seller, owner):
    [seller_order] = buy(make_product(seller), buyer=NO_MAIL)

    page = client.get(reverse("producer_desk:order", args=[seller_order.number]))

    assert page.context["mails"] == []
    assert "The buyer left no e-mail address" in page.content.decode()
    assert "The buyer left no e-mail address" in client.get(index()).content.decode()


def test_the_words_at_each_step_agree_with_the_mails():
    assert {state for state, step in STEPS.items() if "gets a mail" in str(step.told)} == set(BUYER_MAILS)


# --- a part cancelled
def test_a_part_is_cancelled_and_the_buyer_reads_why(client, seller_order, owner):
    line = seller_order.lines.get()
    data = {f"line_{line.pk}": "1", "reason": "Hết chè vụ này", "seen": seller_order.total}

    answer = post(client, "reduce", seller_order.number, **data)
    run_tasks()

    assert answer.status_code == 302
    line.refresh_from_db()
    assert (line.quantity, line.cancelled_quantity) == (2, 1)
    for text in ("Hết chè vụ này", "1 × Chè Bắc Sơn", "2 × Chè Bắc Sơn", "270.000"):
        assert text in last_to_buyer()
    page = client.get(reverse("producer_desk:order", args=[seller_order.number])).content.decode()
    assert "A part was cancelled" in page


@pytest.mark.parametrize(
    ("quantity", "reason", "seen", "error"),
    [
        ("1", "", 390_000, "Please say why: the buyer will read it."),
        ("9", "x", 390_000, "Ensure this value is less than or equal to 3."),
        ("1.5", "x", 390_000, "Enter a whole number."),
        ("", "x", 390_000, "Please say how many of which product to cancel."),
        ("3", "x", 390_000, "Nothing would be left to send. Please cancel the whole order."),
        ("1", "x", 1, "was changed in the meantime"),
    ],
)
def test_a_part_that_makes_no_sense_is_said_with_nothing_lost(
    client, seller_order, owner, quantity, reason, seen, error
):
    line = seller_order.lines.get()
    data = {f"line_{line.pk}": quantity, "reason": reason, "seen": seen}

    answer = post(client, "reduce", seller_order.number, **data)

    assert answer.status_code == 422
    html = answer.content.decode()
    assert error in html
    assert f'value="{quantity}"' in html or not quantity
    assert SellerOrder.objects.get().total == 390_000


# --- the parcel
def test_the_buyer_sees_who_carries_the_parcel_and_follows_it(client, seller_order, owner):
    advance(seller_order, "confirmed", "packed")

    answer = post(client, "parcel", seller_order.number, carrier="ghn", tracking_number=" gax3 r2p9 ")

    assert answer.status_code == 302
    fulfil.ship(SellerOrder.objects.get(), actor=None)
    run_tasks()
    assert "Giao Hàng Nhanh" in last_to_buyer()
    assert "https://donhang.ghn.vn/?order_code=GAX3R2P9" in last_to_buyer()
    order = seller_order.order
    page = client.get(reverse("customer:guest-order", args=[order.number, guest_link_token(order)]))
    assert 'href="https://donhang.ghn.vn/?order_code=GAX3R2P9"' in page.content.decode()


@pytest.mark.parametrize(
    ("carrier", "number"), [("", "A1"), ("raven", "A1"), ("ghn", "<b>"), ("ghn", "A" * 41)]
)
def test_a_parcel_that_makes_no_sense_is_refused(client, seller_order, owner, carrier, number):
    advance(seller_order, "confirmed")

    answer = post(client, "parcel", seller_order.number, carrier=carrier, tracking_number=number)

    assert answer.status_code == 422
    assert not hasattr(SellerOrder.objects.get(), "parcel")


def test_an_order_that_waits_has_no_carrier_yet(client, seller_order, owner):
    answer = post(client, "parcel", seller_order.number, carrier="ghn", tracking_number="A1")

    assert answer.status_code == 422


# --- today's list
def test_the_packing_list_sums_by_product_and_by_order(client, seller, owner):
    tea, rice = make_product(seller, title="Chè"), make_product(seller, title="Cốm")
    first, second, waiting = buy((tea, 2))[0], buy((tea, 1), (rice, 5))[0], buy(rice)[0]
    advance(first, "confirmed")
    advance(second, "confirmed")
    long_ago = datetime.datetime(2026, 11, 20, tzinfo=datetime.UTC)
    SellerOrder.objects.filter(pk=first.pk).update(placed_at=long_ago)

    context = client.get(reverse("producer_desk:packing")).context

    assert [(each["title"], each["pieces"], each["orders"]) for each in context["goods"]] == [
        ("Cốm", 5, 1),
        ("Chè", 3, 2),
    ]
    assert [(row["order"], row["is_late"]) for row in context["rows"]] == [(first, True), (second, False)]
    assert (context["numbers"]["waiting"], context["numbers"]["confirmed"]) == (1, 2)
    assert waiting.number not in client.get(reverse("producer_desk:packing")).content.decode()


@pytest.mark.parametrize(("count", "shown"), [(1, 1), (30, 15)])
def test_the_packing_list_costs_the_same_for_one_order_and_many(
    client, seller, owner, django_assert_num_queries, count, shown
):
    """A page shows 15 orders; above them stand the goods of all."""
    for _number in range(count):
        advance(buy(make_product(seller, pictured=True))[0], "confirmed")

    with django_assert_num_queries(13):
        context = client.get(reverse("producer_desk:packing")).context
        assert (len(context["rows"]), len(context["goods"])) == (shown, count)


# --- handing over
def test_parcels_are_handed_over_shipped_and_listed(client, seller, owner):
    product = make_product(seller, in_stock=50)
    first, second, third = (buy(product)[0] for _number in range(3))
    for each in (first, second, third):
        advance(each, "confirmed", "packed")
    post(client, "parcel", first.number, carrier="ghtk", tracking_number="S1.A2")
    post(client, "parcel", third.number, carrier="ghn", tracking_number="")

    page = client.get(reverse("producer_desk:handovers", query={"carrier": "ghtk"}))
    assert [each.number for each in page.context["parcels"]] == [first.number, second.number]

    answer = post(client, "handover-make", carrier="ghtk", order=[first.number, second.number])

    handover = seller.handovers.get()
    assert answer.url == reverse("producer_desk:handover", args=[handover.pk])
    states = SellerOrder.objects.order_by("pk").values_list("state", "parcel__carrier_code")
    assert list(states) == [("shipped", "ghtk"), ("shipped", "ghtk"), ("packed", "ghn")]
    assert [each.number for each in client.get(answer.url).context["parcels"]] == [
        first.number,
        second.number,
    ]
    paper = client.get(reverse("producer_desk:handover-paper", args=[handover.pk]))
    assert paper["Content-Type"] == "application/pdf"
    assert Activity.objects.get(act="handover.made").details["numbers"] == [first.number, second.number]


def test_a_parcel_that_has_left_already_is_told_and_makes_no_handover(client, seller, seller_order, owner):
    advance(seller_order, "confirmed", "packed", "shipped")

    post(client, "handover-make", carrier="ghn", order=[seller_order.number])

    assert told(client) == ["No parcel was handed over."]
    assert not seller.handovers.exists()


def test_a_handover_of_another_stall_is_not_found(client, seller, seller_order, owner):
    advance(seller_order, "confirmed", "packed")
    post(client, "handover-make", carrier="ghn", order=[seller_order.number])
    handover = seller.handovers.get()

    client.force_login(make_member(make_seller(), TeamRole.OWNER))

    assert client.get(reverse("producer_desk:handover", args=[handover.pk])).status_code == 404
    assert client.get(reverse("producer_desk:handover-paper", args=[handover.pk])).status_code == 404


@pytest.mark.parametrize("count", [1, 30])
def test_a_handover_costs_the_same_for_one_parcel_and_thirty(
    client, seller, owner, django_assert_num_queries, count
):
    product = make_product(seller, in_stock=50)
    packed = [buy(product)[0] for _number in range(count)]
    for each in packed:
        advance(each, "confirmed", "packed")
    handover = hand_over(seller, "ghn", packed, actor=owner).handover
    page = reverse("producer_desk:handover", args=[handover.pk])
    client.get(page)
    with django_assert_num_queries(7):
        assert len(client.get(page).context["parcels"]) == count


@pytest.mark.parametrize("count", [1, 30])
def test_the_page_of_handovers_costs_the_same_for_one_parcel_and_many(
    client, seller, owner, django_assert_num_queries, count
):
    product = make_product(seller, in_stock=50)
    for _number in range(count):
        advance(buy(product)[0], "confirmed", "packed")

    with django_assert_num_queries(9):
        page = client.get(reverse("producer_desk:handovers"))
        assert len(page.context["parcels"]) == count
