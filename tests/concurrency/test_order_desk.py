"""Two packers and one seller order, on SQLite and on PostgreSQL."""

from collections import Counter

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from marketplace.core.exceptions import Refused
from marketplace.core.roles import TeamRole
from marketplace.sales.domain import fulfil
from marketplace.sales.domain.reduce import cancel_lines
from marketplace.sales.models import Parcel, SellerOrder
from producers.models import StockMovement
from tests.concurrency.crowd import at_once
from tests.factories.catalog import make_member, make_seller
from tests.marketplace.sales.cases import buy, make_product

pytestmark = [pytest.mark.concurrency, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def seller():
    return make_seller()


def packers(seller, count) -> list[Client]:
    clients = []
    for _number in range(count):
        client = Client()
        client.force_login(make_member(seller, TeamRole.PACKER))
        clients.append(client)
    return clients


def test_of_two_packers_who_move_one_order_exactly_one_wins_and_the_other_is_told(seller):
    [seller_order] = buy(make_product(seller))
    for step in ("confirmed", "packed"):
        fulfil.ACTS[step](seller_order, actor=None)
    clients = packers(seller, 2)
    with override("en"):
        url = reverse("producer_desk:move", args=[seller_order.number])

    answers = at_once(2, lambda position: clients[position].post(url, {"state": "shipped"}))

    assert [answer.status_code for answer in answers] == [302, 302]
    told = sorted(
        str(message) for client in clients for message in client.get(answers[0].url).context["messages"]
    )
    number = seller_order.number
    assert told == [
        f"Order {number} is on its way.",
        f"Order {number} was “Shipped” already; nothing else has changed.",
    ]
    assert seller_order.events.filter(state="shipped").count() == 1
    assert StockMovement.objects.filter(kind=StockMovement.Kind.HANDED_OVER).count() == 1


def test_two_handovers_of_the_same_parcels_ship_each_once(seller):
    product = make_product(seller, in_stock=50)
    numbers = []
    for _number in range(4):
        [seller_order] = buy(product)
        for step in ("confirmed", "packed"):
            fulfil.ACTS[step](seller_order, actor=None)
        numbers.append(seller_order.number)
    clients = packers(seller, 2)
    url = reverse("producer_desk:handover-make")

    answers = at_once(2, lambda place: clients[place].post(url, {"carrier": "ghn", "order": numbers}))

    assert [answer.status_code for answer in answers] == [302, 302]
    assert set(SellerOrder.objects.values_list("state", flat=True)) == {"shipped"}
    assert Parcel.objects.exclude(handover=None).count() == 4
    assert StockMovement.objects.filter(kind=StockMovement.Kind.HANDED_OVER).count() == 4


def test_the_same_part_cancelled_eight_times_at_once_is_cancelled_once(seller):
    [seller_order] = buy((make_product(seller), 3))
    line = seller_order.lines.get()

    def cancel(_position):
        mine = SellerOrder.objects.get(pk=seller_order.pk)
        return cancel_lines(mine, {line.pk: 1}, seen_total=seller_order.total, actor=None, note="x")

    results = at_once(8, cancel)

    assert Counter(isinstance(result, Refused) for result in results) == {True: 7, False: 1}
    line.refresh_from_db()
    assert (line.quantity, line.cancelled_quantity) == (2, 1)
    assert seller_order.payments.get().amount == 270_000
    assert seller_order.events.count() == 2
