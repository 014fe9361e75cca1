"""The producer's desk: who sees and moves what, the list, the order, its steps."""

import pytest
from django.core import mail
from django.urls import reverse
from django.utils.translation import override

from marketplace.core.models import Activity
from marketplace.core.roles import Role, TeamRole
from marketplace.desks.producer.links import links_of
from marketplace.sales.domain import fulfil
from marketplace.sales.domain.place import Buyer
from marketplace.sales.models import SellerOrder
from producers.models import StockMovement
from tests.factories.catalog import make_member, make_seller, make_user
from tests.marketplace.sales.cases import buy, make_product
from tests.tasks import run_tasks, waiting

pytestmark = [pytest.mark.integration, pytest.mark.django_db, pytest.mark.usefixtures("frozen")]


@pytest.fixture(autouse=True)
def _english():
    """Texts are compared in English; pages come in Vietnamese as well as under /en/."""
    with override("en"):
        yield


@pytest.fixture
def seller():
    return make_seller(name="HTX Bắc Sơn")


@pytest.fixture
def seller_order(seller) -> SellerOrder:
    return buy((make_product(seller, title="Chè Bắc Sơn"), 2), note="Gọi trước khi giao")[0]


def as_member(client, seller, role=TeamRole.OWNER):
    person = make_member(seller, role)
    client.force_login(person)
    return person


def index(**query) -> str:
    return reverse("producer_desk:index", query=query)


def page_of(seller_order) -> str:
    return reverse("producer_desk:order", args=[seller_order.number])


def move(client, seller_order, state, **more):
    url = reverse("producer_desk:move", args=[seller_order.number])
    return client.post(url, {"state": state, **more})


def numbers(response) -> list[str]:
    return [row["order"].number for row in response.context["rows"]]


def told(response) -> list[str]:
    return [str(message) for message in response.context["messages"]]


def assert_nothing_moved(seller_order, *, tasks: int) -> None:
    fresh = SellerOrder.objects.get(pk=seller_order.pk)
    assert (fresh.state, fresh.events.count()) == ("pending", 1)
    assert StockMovement.objects.exclude(kind="received").count() == 1
    assert [payment.state for payment in fresh.payments] == ["awaiting"]
    assert Activity.objects.exclude(act="order.placed").count() == 0
    assert len(waiting()) == tasks


# --- who may do what
@pytest.mark.parametrize("role", [TeamRole.OWNER, TeamRole.MANAGER, TeamRole.PACKER])
def test_those_who_may_see_and_move_orders_do(client, seller, seller_order, role):
    person = as_member(client, seller, role)

    assert numbers(client.get(index())) == [seller_order.number]
    assert client.get(page_of(seller_order)).status_code == 200
    assert move(client, seller_order, "confirmed").status_code == 302
    assert seller_order.events.get(state="confirmed").actor == person


def test_a_writer_of_the_team_is_forbidden_to_see_or_move(client, seller, seller_order):
    as_member(client, seller, TeamRole.WRITER)

    assert client.get(index()).status_code == 403
    assert client.get(page_of(seller_order)).status_code == 403
    assert move(client, seller_order, "confirmed").status_code == 403
    assert_nothing_moved(seller_order, tasks=2)


def test_a_member_of_another_team_finds_nothing(client, seller_order):
    as_member(client, make_seller())

    assert numbers(client.get(index())) == []
    assert client.get(page_of(seller_order)).status_code == 404
    assert move(client, seller_order, "confirmed").status_code == 404
    assert_nothing_moved(seller_order, tasks=2)


def test_a_buyer_without_a_stall_finds_no_desk(client, seller_order):
    client.force_login(make_user())

    assert client.get(index()).status_code == 404
    assert client.get(page_of(seller_order)).status_code == 404
    assert move(client, seller_order, "cancelled", note="x").status_code == 404
    assert_nothing_moved(seller_order, tasks=2)


def test_anonymous_visitors_are_asked_to_log_in(client, seller_order):
    login = reverse("customer:login")

    for response in (client.get(index()), client.get(page_of(seller_order))):
        assert (response.status_code, response.url.split("?")[0]) == (302, login)
    posted = move(client, seller_order, "confirmed")
    assert posted.url == f"{login}?next={page_of(seller_order)}"
    assert_nothing_moved(seller_order, tasks=2)


def test_an_administrator_sees_all_orders_and_moves_none(client, seller_order):
    from django.contrib.auth.models import Group  # noqa: PLC0415 - only this test needs groups

    person = make_user()
    person.groups.add(Group.objects.get_or_create(name=Role.ADMINISTRATOR)[0])
    client.force_login(person)

    assert numbers(client.get(index())) == [seller_order.number]
    assert client.get(page_of(seller_order)).context["steps"] == []
    assert move(client, seller_order, "confirmed").status_code == 403
    assert_nothing_moved(seller_order, tasks=2)


def test_a_member_who_was_shut_out_is_asked_to_log_in(client, seller, seller_order):
    person = as_member(client, seller)
    type(person).objects.filter(pk=person.pk).update(is_active=False)

    assert client.get(index()).status_code == 302


def test_steps_need_a_post_with_a_token(client, seller, seller_order):
    from django.test import Client  # noqa: PLC0415 - the one client that checks tokens

    person = as_member(client, seller)
    url = reverse("producer_desk:move", args=[seller_order.number])
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(person)

    assert client.get(url).status_code == 405
    assert strict.post(url, {"state": "confirmed"}).status_code == 403
    assert_nothing_moved(seller_order, tasks=2)


# --- the list
def test_tabs_count_the_orders_of_each_state(client, seller):
    product = make_product(seller, in_stock=50)
    placed = [buy(product)[0] for _number in range(6)]
    fulfil.confirm(placed[0], actor=None)
    for step in ("confirmed", "packed", "shipped", "delivered"):
        fulfil.ACTS[step](placed[1], actor=None)
    fulfil.cancel(placed[2], actor=None)
    as_member(client, seller)

    response = client.get(index(state="done"))

    assert [(tab.code, count.value) for tab, count in response.context["tabs"]] == [
        ("waiting", 3),
        ("confirmed", 1),
        ("packed", 0),
        ("shipped", 0),
        ("done", 1),
        ("cancelled", 1),
    ]
    assert numbers(response) == [placed[1].number]


@pytest.mark.parametrize("state", ["", "nonsense", "pending' OR 1=1"])
def test_an_unknown_tab_is_the_first(client, seller, seller_order, state):
    as_member(client, seller)

    assert client.get(index(state=state)).context["tab"].code == "waiting"


@pytest.mark.parametrize(
    "text",
    [
        "{number}",
        "{short}",
        "0912 345 678",
        "0912.345.678",
        "+84912345678",
        "345678",
        "Lan",
        "nguyen lan",
        "LAN",
    ],
)
def test_orders_are_found_by_number_phone_or_name(client, seller, seller_order, text):
    buy(make_product(seller), buyer=Buyer("Trần Văn Bình", "", "+84987654321", "vi"))
    as_member(client, seller)
    found = text.format(number=seller_order.number, short=seller_order.number[7:12].lower())

    response = client.get(index(q=found))

    assert numbers(response) == [seller_order.number]
    assert response.context["tabs"][0][1].value == 1


@pytest.mark.parametrize("text", ["Hoa", "0900000000", "%", "999999-ZZZZZ"])
def test_what_does_not_match_is_not_found(client, seller, seller_order, text):
    as_member(client, seller)

    assert numbers(client.get(index(q=text))) == []


def test_a_person_with_several_stalls_chooses_among_them(client, seller, seller_order):
    other = make_seller(name="Lụa Vạn Phúc")
    [second] = buy(make_product(other))
    person = as_member(client, seller)
    make_member(other, TeamRole.PACKER, user=person)

    assert set(numbers(client.get(index()))) == {seller_order.number, second.number}
    assert numbers(client.get(index(stall=other.slug))) == [second.number]
    assert client.get(index(stall=make_seller().slug)).status_code == 404


def test_orders_of_a_stall_where_one_only_writes_stay_out_of_the_list(client, seller, seller_order):
    other = make_seller()
    [hidden] = buy(make_product(other))
    person = as_member(client, seller)
    make_member(other, TeamRole.WRITER, user=person)

    assert numbers(client.get(index())) == [seller_order.number]
    assert client.get(page_of(hidden)).status_code == 403


def test_the_list_has_pages(client, seller):
    product = make_product(seller, in_stock=50)
    placed = [buy(product)[0].number for _number in range(21)]
    as_member(client, seller)

    assert numbers(client.get(index())) == placed[:20]
    assert numbers(client.get(index(page=2))) == placed[20:]
    assert numbers(client.get(index(page="abc"))) == placed[:20]


@pytest.mark.parametrize(("count", "shown"), [(1, 1), (30, 20)])
def test_the_list_costs_the_same_for_one_row_and_for_many(
    client, seller, django_assert_num_queries, count, shown
):
    """A page shows 20."""
    products = [make_product(seller, in_stock=50, pictured=True) for _number in range(2)]
    for _number in range(count):
        buy(*products)
    as_member(client, seller)

    with django_assert_num_queries(14):
        assert len(client.get(index()).context["rows"]) == shown


@pytest.mark.parametrize(
    ("role", "dock"),
    [
        (TeamRole.OWNER, ["Orders", "Products", "Messages", "Notices"]),
        (TeamRole.PACKER, ["Orders", "Products", "Messages", "Notices"]),
        (TeamRole.WRITER, ["Notices", "Stories", "Reviews"]),
    ],
)
def test_a_phone_has_four_entries_and_the_rest_of_what_one_may_open_under_more(client, seller, role, dock):
    menu = links_of(as_member(client, seller, role))
    with override("en"):
        assert [str(link.label) for link in menu["dock"]] == dock
    for link in (*menu["dock"], *menu["more"]):
        assert client.get(link.url).status_code == 200, link.url
    page = client.get(menu["dock"][0].url, follow=True).content.decode()
    assert '<details class="dockrest">' in page


# --- one order
def test_the_page_shows_what_to_send_to_whom(client, seller, seller_order):
    as_member(client, seller)

    html = client.get(page_of(seller_order)).content.decode()

    for text in (
        "Chè Bắc Sơn",
        "hộp 500 g",
        "240.000\u00a0₫",
        "270.000\u00a0₫",
        "Nguyễn Thị Lan",
        'href="tel:+84912345678"',
        "0912 345 678",
        "12 ngõ Gạch",
        "Phường Hà Đông, Thành phố Hà Nội",
        "Gọi trước khi giao",
        "Cash on delivery",
        "Awaiting payment",
    ):
        assert text in html


@pytest.mark.parametrize("count", [1, 30])
def test_an_order_costs_the_same_for_one_line_and_thirty(client, seller, django_assert_num_queries, count):
    [seller_order] = buy(*(make_product(seller) for _number in range(count)))
    as_member(client, seller)

    with django_assert_num_queries(13):
        assert len(client.get(page_of(seller_order)).context["lines"]) == count


@pytest.mark.parametrize(
    ("before", "offered"),
    [
        ([], ["confirmed", "cancelled"]),
        (["confirmed"], ["packed", "cancelled"]),
        (["confirmed", "packed"], ["shipped", "cancelled"]),
        (["confirmed", "packed", "shipped"], ["delivered", "refused"]),
        (["cancelled"], []),
    ],
)
def test_the_page_offers_the_steps_that_are_possible(client, seller, seller_order, before, offered):
    for step in before:
        fulfil.ACTS[step](seller_order, actor=None)
    as_member(client, seller)

    assert [step.state for step in client.get(page_of(seller_order)).context["steps"]] == offered


def test_a_seller_order_goes_all_the_way(client, seller, seller_order):
    person = as_member(client, seller)

    for step in ("confirmed", "packed", "shipped", "delivered"):
        assert move(client, seller_order, step).url == page_of(seller_order)

    seller_order.refresh_from_db()
    assert seller_order.state == "delivered"
    assert [event.actor for event in seller_order.events.all()] == [None, person, person, person, person]
    assert [payment.state for payment in seller_order.payments] == ["paid"]


def test_a_step_from_the_list_leads_back_to_it(client, seller, seller_order):
    as_member(client, seller)

    assert move(client, seller_order, "confirmed", back=index(state="waiting")).url == index(state="waiting")


@pytest.mark.parametrize("back", ["https://evil.example/", "//evil.example/ban-hang/", "/tai-khoan/", ""])
def test_a_step_leads_nowhere_else(client, seller, seller_order, back):
    as_member(client, seller)

    assert move(client, seller_order, "confirmed", back=back).url == page_of(seller_order)


def test_a_second_click_is_told_and_changes_nothing(client, seller, seller_order):
    as_member(client, seller)
    move(client, seller_order, "confirmed")
    enqueued = len(waiting())

    move(client, seller_order, "confirmed")

    response = client.get(page_of(seller_order))
    assert told(response)[-1] == (
        f"Order {seller_order.number} was “Confirmed” already; nothing else has changed."
    )
    assert (seller_order.events.count(), len(waiting())) == (2, enqueued)


def test_a_step_that_is_not_possible_is_refused_in_words(client, seller, seller_order):
    as_member(client, seller)

    move(client, seller_order, "delivered")

    response = client.get(page_of(seller_order))
    assert told(response) == [
        f"Order {seller_order.number} is now “Waiting for the seller”, so this step is not possible."
    ]
    assert_nothing_moved(seller_order, tasks=2)


def test_cancelling_needs_a_reason_which_the_buyer_reads(client, seller, seller_order):
    as_member(client, seller)

    refused = move(client, seller_order, "cancelled", note="  ")
    assert refused.status_code == 422
    assert refused.context["form"].errors == {"note": ["Please say why: the buyer will read it."]}
    assert_nothing_moved(seller_order, tasks=2)

    move(client, seller_order, "cancelled", note="Hết chè vụ này")
    run_tasks()
    seller_order.refresh_from_db()
    assert seller_order.state == "cancelled"
    to_buyer = [each for each in mail.outbox if each.to == ["lan@example.org"]]
    assert "Hết chè vụ này" in to_buyer[-1].body


@pytest.mark.parametrize("state", ["", "pending", "returned", "gone"])
def test_a_state_that_is_no_step_is_refused(client, seller, seller_order, state):
    as_member(client, seller)

    assert move(client, seller_order, state).status_code == 422
    assert_nothing_moved(seller_order, tasks=2)


def test_the_desk_is_kept_by_no_cache_and_no_search_engine(client, seller, seller_order):
    as_member(client, seller)

    for url in (index(), page_of(seller_order)):
        response = client.get(url)
        assert "no-store" in response["Cache-Control"]
        assert '<meta name="robots" content="noindex">' in response.content.decode()


@pytest.mark.parametrize(("state", "queries"), [("confirmed", 14), ("cancelled", 37)])
@pytest.mark.parametrize("count", [1, 30])
def test_a_step_costs_the_same_for_one_line_and_thirty(
    client, seller, django_assert_num_queries, state, queries, count
):
    [seller_order] = buy(*(make_product(seller) for _number in range(count)))
    as_member(client, seller)

    with django_assert_num_queries(queries):
        assert move(client, seller_order, state, note="Hết hàng").status_code == 302
