"""Reviews at the producer's and the office's desk: lists, answering, hiding; notices of a team."""

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse

from marketplace.core.roles import Role, TeamRole
from marketplace.reviews.domain import reviewing
from producers.models import TeamMember
from tests.factories.catalog import make_member, make_product, make_seller, make_user
from tests.factories.reviews import make_notice, make_review

pytestmark = [pytest.mark.integration, pytest.mark.django_db, pytest.mark.usefixtures("frozen")]

QUERIES_OF_LIST = 8
QUERIES_OF_OFFICE = 5
QUERIES_OF_NOTICES = 7


@pytest.fixture
def seller():
    return make_seller(name="HTX Vụn Art")


@pytest.fixture
def product(seller):
    return make_product(seller=seller, title="Tranh lụa vụn", stock=100)


@pytest.fixture
def writer(client, seller):
    person = make_member(seller, TeamRole.WRITER)
    client.force_login(person)
    return person


@pytest.fixture
def office(client):
    person = make_user()
    person.groups.add(Group.objects.get_or_create(name=Role.OFFICE)[0])
    client.force_login(person)
    return person


def page_of(review, desk="producer_desk") -> str:
    return reverse(f"{desk}:review", args=[review.pk])


# --- the producer
def test_the_list_has_the_stalls_reviews_and_those_that_wait(client, product, writer):
    answered, waiting = make_review(product), make_review(product)
    make_review(make_product())
    reviewing.answer(answered, actor=writer, text="Cảm ơn.")
    address = reverse("producer_desk:reviews")

    assert list(client.get(address).context["page"]) == [waiting, answered]
    assert list(client.get(address, {"state": "open"}).context["page"]) == [waiting]


@pytest.mark.parametrize("count", [1, 30])
def test_the_list_takes_a_fixed_number_of_queries(client, product, writer, django_assert_num_queries, count):
    buyer = make_user()
    for _number in range(count):
        make_review(product, user=buyer)

    with django_assert_num_queries(QUERIES_OF_LIST):
        client.get(reverse("producer_desk:reviews"))


def test_a_writer_answers_and_changes_the_answer(client, product, writer):
    review = make_review(product)

    response = client.post(page_of(review), {"answer": " Cảm ơn\r\nbạn. "})
    assert response.status_code == 302
    review.refresh_from_db()
    assert review.answer == "Cảm ơn\nbạn."

    client.post(page_of(review), {"answer": "Cảm ơn chị."})
    review.refresh_from_db()
    assert review.answer == "Cảm ơn chị."
    assert "Cảm ơn chị." in client.get(page_of(review)).content.decode()


@pytest.mark.parametrize("answer", ["", "  ", "x" * 2001])
def test_a_bad_answer_comes_back(client, product, writer, answer):
    review = make_review(product)

    response = client.post(page_of(review), {"answer": answer})

    assert response.status_code == 422
    review.refresh_from_db()
    assert review.answered_at is None


def test_a_member_removed_while_typing_answers_nothing(client, product, writer):
    review = make_review(product)
    TeamMember.objects.filter(user=writer).delete()

    assert client.post(page_of(review), {"answer": "Cảm ơn."}).status_code == 404
    review.refresh_from_db()
    assert review.answer == ""


def test_a_hidden_review_is_answered_no_more(client, product, writer):
    review = make_review(product)
    reviewing.hide(review, actor=make_user(), reason="Trùng")

    assert client.post(page_of(review), {"answer": "Cảm ơn."}).status_code == 422
    page = client.get(page_of(review)).content.decode()
    assert "Trùng" in page
    assert 'name="answer"' not in page


# --- the office
def test_the_office_hides_with_a_reason_and_shows_again(client, product, office):
    review = make_review(product)
    move = reverse("office_desk:review-move", args=[review.pk])

    assert client.post(move, {"act": "hide", "reason": " "}).status_code == 422
    assert client.post(move, {"act": "hide", "reason": "Nêu số  điện thoại"}).status_code == 302
    review.refresh_from_db()
    assert review.is_hidden
    assert review.steps.last().note == "Nêu số điện thoại"
    assert list(client.get(reverse("office_desk:reviews"), {"state": "hidden"}).context["page"]) == [review]

    assert client.post(move, {"act": "hide", "reason": "Nữa"}).status_code == 422
    assert client.post(move, {"act": "show"}).status_code == 302
    review.refresh_from_db()
    assert not review.is_hidden
    assert client.post(move, {"act": "burn"}).status_code == 422


@pytest.mark.parametrize("count", [1, 30])
def test_the_offices_list_takes_a_fixed_number_of_queries(
    client, product, office, django_assert_num_queries, count
):
    buyer = make_user()
    for _number in range(count):
        make_review(product, user=buyer)

    with django_assert_num_queries(QUERIES_OF_OFFICE):
        client.get(reverse("office_desk:reviews"))


# --- notices of a team
def test_the_desk_lists_the_news_of_the_teams_that_one_is_in(client, seller, writer):
    mine = make_notice(writer, seller=seller)
    make_notice(writer)
    make_notice(writer, seller=make_seller())
    make_notice(make_user(), seller=seller)
    page = client.get(reverse("producer_desk:notices"))

    assert [row.pk for row in page.context["notices"]] == [mine.pk]
    assert page.context["unread_notices"] == 1


@pytest.mark.parametrize("count", [1, 30])
def test_the_notices_take_a_fixed_number_of_queries(client, seller, writer, django_assert_num_queries, count):
    for _number in range(count):
        make_notice(writer, seller=seller)

    with django_assert_num_queries(QUERIES_OF_NOTICES):
        client.get(reverse("producer_desk:notices"))
