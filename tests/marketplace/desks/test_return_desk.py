"""The desk's screens of returns: what is to be done, the answers, the office's view."""

import datetime

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse

from marketplace.core.roles import Role, TeamRole
from marketplace.payments.models import Payment
from marketplace.sales.domain import returns
from marketplace.sales.models import ReturnRequest
from tests.factories.catalog import make_member, make_seller, make_user
from tests.factories.contact import deliver, make_return
from tests.factories.sellers import make_officer
from tests.marketplace.sales.cases import buy, make_product

pytestmark = [pytest.mark.integration, pytest.mark.django_db, pytest.mark.usefixtures("frozen")]

QUERIES_OF_LIST = 8
QUERIES_OF_PAGE = 9
QUERIES_OF_OFFICE = 7
QUERIES_OF_OFFICE_PAGE = 9

State = ReturnRequest.State


@pytest.fixture
def seller():
    return make_seller(delivery_charge=30_000)


@pytest.fixture
def product(seller):
    return make_product(seller, price=100_000, in_stock=100)


@pytest.fixture
def packer(client, seller):
    person = make_member(seller, TeamRole.PACKER)
    client.force_login(person)
    return person


@pytest.fixture
def request_(product):
    return make_return(deliver(buy((product, 2))[0]))


def index(state: str = "") -> str:
    return f"{reverse('producer_desk:returns')}?state={state}"


def page_of(request_) -> str:
    return reverse("producer_desk:return", args=[request_.pk])


def answer(client, request_, act: str, **fields):
    return client.post(reverse("producer_desk:return-move", args=[request_.pk]), {"act": act, **fields})


def state_of(request_) -> str:
    return ReturnRequest.objects.get(pk=request_.pk).state


def test_tabs_say_what_is_to_be_done_and_what_is_due_comes_first(client, product, packer, frozen):
    made = [make_return(deliver(buy(product)[0])) for _number in range(4)]
    ReturnRequest.objects.filter(pk=made[1].pk).update(answer_by=datetime.date(2026, 11, 20))
    returns.refuse(made[2], actor=packer, note="Quá hạn dùng")
    returns.accept(made[3], actor=packer)
    response = client.get(index())

    assert [(tab.code, count) for tab, count in response.context["tabs"]] == [
        ("asked", 2),
        ("accepted", 1),
        ("received", 0),
        ("done", 1),
    ]
    assert [each for each, _kind in response.context["rows"]] == [made[1], made[0]]
    assert [each for each, _kind in client.get(index("done")).context["rows"]] == [made[2]]
    assert client.get(index("nonsense")).context["tab"].code == "asked"


def test_a_return_is_accepted_received_and_refunded(client, packer, request_):
    assert answer(client, request_, "accept", note="Gửi về xưởng").status_code == 302
    line = request_.lines.get()
    answer(client, request_, "receive", **{f"sellable_{line.pk}": "1"})
    assert state_of(request_) == State.RECEIVED
    answer(client, request_, "refund", amount="100.000", way="transfer", proof="FT26330")

    request_.refresh_from_db()
    assert (request_.state, request_.refund.amount, request_.refund.actor) == (
        State.REFUNDED,
        100_000,
        packer,
    )
    assert Payment.objects.get().refunded == 100_000
    assert "FT26330" in client.get(page_of(request_)).content.decode()


def test_the_sum_that_was_paid_for_the_goods_is_proposed(client, packer, request_):
    returns.accept(request_, actor=packer)
    assert 'value="100.000"' in client.get(page_of(request_)).content.decode()


@pytest.mark.parametrize(
    "fields",
    [
        {"act": "refuse"},
        {"act": "refund", "amount": "0", "way": "cash"},
        {"act": "refund", "amount": "1,5", "way": "cash"},
        {"act": "refund", "amount": "230.001", "way": "cash"},
        {"act": "refund", "amount": "1", "way": "gold"},
        {"act": "refund", "amount": "", "way": "cash"},
    ],
)
def test_faults_are_said_and_nothing_moves(client, packer, request_, fields):
    if fields["act"] == "refund":
        returns.accept(request_, actor=packer)
    before = state_of(request_)
    response = client.post(reverse("producer_desk:return-move", args=[request_.pk]), fields)

    assert response.status_code == 422
    assert state_of(request_) == before
    assert Payment.objects.get().refunded == 0


def test_more_than_came_back_cannot_be_sold_again(client, packer, request_):
    returns.accept(request_, actor=packer)
    response = answer(client, request_, "receive", **{f"sellable_{request_.lines.get().pk}": "2"})

    assert response.status_code == 422
    assert state_of(request_) == State.ACCEPTED


def test_who_comes_second_is_told(client, seller, packer, request_):
    returns.refuse(ReturnRequest.objects.get(), actor=make_member(seller), note="Đã dùng hết")
    response = answer(client, request_, "accept")

    assert response.status_code == 302
    assert "Đã dùng hết" in client.get(page_of(request_)).content.decode()
    assert request_.steps.count() == 1


def test_an_unknown_act_is_not_found(client, packer, request_):
    assert answer(client, request_, "burn").status_code == 404


@pytest.mark.parametrize("number", [1, 20])
def test_the_list_takes_a_fixed_number_of_queries(client, product, packer, django_assert_num_queries, number):
    for _number in range(number):
        make_return(deliver(buy(product)[0]))
    with django_assert_num_queries(QUERIES_OF_LIST):
        assert len(client.get(index()).context["rows"]) == number


def test_the_page_takes_a_fixed_number_of_queries(client, packer, request_, django_assert_num_queries):
    with django_assert_num_queries(QUERIES_OF_PAGE):
        assert client.get(page_of(request_)).status_code == 200


# --- the office
@pytest.fixture
def office(client):
    person = make_user()
    person.groups.add(Group.objects.get_or_create(name=Role.OFFICE)[0])
    client.force_login(person)


def test_the_office_sees_whose_answer_is_overdue(client, product, office):
    due, late = (make_return(deliver(buy(product)[0])) for _number in range(2))
    ReturnRequest.objects.filter(pk=late.pk).update(answer_by=datetime.date(2026, 11, 23))
    url = reverse("office_desk:returns")

    assert list(client.get(url).context["page"]) == [late]
    assert list(client.get(f"{url}?state=open").context["page"]) == [late, due]
    assert (
        late.seller_order.number in client.get(reverse("office_desk:return", args=[late.pk])).content.decode()
    )


@pytest.mark.parametrize("number", [1, 20])
def test_the_offices_list_takes_a_fixed_number_of_queries(
    client, product, office, django_assert_num_queries, number
):
    for _number in range(number):
        make_return(deliver(buy(product)[0]))
    url = f"{reverse('office_desk:returns')}?state=all"
    client.get(url)
    with django_assert_num_queries(QUERIES_OF_OFFICE):
        assert len(client.get(url).context["page"]) == number


# --- what the office decides
def decide(client, request_, **fields):
    return client.post(reverse("office_desk:return-decide", args=[request_.pk]), fields)


def test_the_office_decides_and_the_seller_sees_what_is_to_be_given_back(client, office, seller, request_):
    page = reverse("office_desk:return", args=[request_.pk])
    assert 'value="100.000"' in client.get(page).content.decode()
    assert decide(client, request_, amount="100.000", note="Hộp vỡ").status_code == 302
    assert state_of(request_) == State.DECIDED
    answered = client.get(page).content.decode()
    assert "100.000" in answered
    assert reverse("office_desk:return-decide", args=[request_.pk]) not in answered

    client.force_login(make_member(seller))
    assert [each for each, _kind in client.get(index("received")).context["rows"]] == [request_]
    assert 'value="100.000"' in client.get(page_of(request_)).content.decode()
    refused = answer(client, request_, "refund", amount="99.999", way="cash")
    assert (refused.status_code, state_of(request_)) == (422, State.DECIDED)
    assert answer(client, request_, "refund", amount="100.000", way="cash").status_code == 302
    assert state_of(request_) == State.REFUNDED


@pytest.mark.parametrize(
    "fields",
    [
        {"amount": "", "note": "Vỡ"},
        {"amount": "0", "note": "Vỡ"},
        {"amount": "1,5", "note": "Vỡ"},
        {"amount": "230.001", "note": "Vỡ"},
        {"amount": "100.000", "note": " "},
    ],
)
def test_a_decision_with_a_fault_changes_nothing_and_keeps_what_was_typed(client, office, request_, fields):
    answered = decide(client, request_, **fields)
    assert (answered.status_code, state_of(request_)) == (422, State.ASKED)
    assert fields["amount"] in answered.content.decode()


def test_what_cannot_be_decided_any_more_is_said(client, office, packer, request_):
    returns.accept(request_, actor=packer)
    returns.refund(request_, amount=100_000, way="cash", actor=packer)
    client.force_login(make_officer())
    answered = decide(client, request_, amount="1", note="Vỡ")
    assert answered.status_code == 422
    assert "errorlist" in answered.content.decode() or "alert" in answered.content.decode()


def test_only_card_payments_are_sent_back_by_the_office(client, office, request_):
    decide(client, request_, amount="100.000", note="Vỡ")
    refund = reverse("office_desk:return-refund", args=[request_.pk])
    assert refund not in client.get(reverse("office_desk:return", args=[request_.pk])).content.decode()
    assert client.post(refund).status_code == 302
    assert (state_of(request_), Payment.objects.get().refunded) == (State.DECIDED, 0)


def test_the_offices_page_takes_a_fixed_number_of_queries(
    client, office, request_, django_assert_num_queries
):
    url = reverse("office_desk:return", args=[request_.pk])
    client.get(url)
    with django_assert_num_queries(QUERIES_OF_OFFICE_PAGE):
        client.get(url)
