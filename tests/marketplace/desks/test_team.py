"""The desk's page of a team, and the page that an invitation opens."""

import pytest
from django.urls import reverse

from marketplace.core.roles import TeamRole
from producers.links import invitation_path
from producers.models import Invitation, TeamMember
from tests.factories.catalog import make_member, make_seller, make_user
from tests.factories.sellers import make_invitation

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

QUERIES_OF_PAGE = 7


@pytest.fixture
def seller():
    return make_seller(name="HTX Vụn Art")


@pytest.fixture
def owner(client, seller):
    person = make_member(seller)
    client.force_login(person)
    return person


def invite(client, **fields):
    return client.post(
        reverse("producer_desk:team"), {"name": "Anh Tuấn", "role": "packer", "email": "", **fields}
    )


def test_the_owner_gets_a_link_that_a_new_person_uses(client, seller, owner):
    assert invite(client).status_code == 302
    page = client.get(reverse("producer_desk:team"))
    (row,) = page.context["invitations"]
    path = invitation_path(row["invitation"])
    assert row["link"] == f"http://testserver{path}"
    assert row["link"] in page.content.decode()

    client.logout()
    shown = client.get(path).content.decode()
    assert f"next={path}".replace("/", "%2F") in shown or f"next={path}" in shown
    assert client.post(path).status_code == 302
    packer = make_user()
    client.force_login(packer)
    response = client.post(path)
    assert response.headers["Location"] == reverse("producer_desk:index")
    assert client.get(reverse("producer_desk:index")).status_code == 200
    assert seller.team.get(user=packer).role == TeamRole.PACKER


def test_a_writer_begins_with_the_stories(client, seller):
    path = invitation_path(make_invitation(seller, role=TeamRole.WRITER))
    client.force_login(make_user())
    assert client.post(path).headers["Location"] == reverse("producer_desk:stories")


def test_a_removed_member_is_out_with_the_next_request(client, seller, owner):
    packer = make_member(seller, TeamRole.PACKER)
    other = type(client)()
    other.force_login(packer)
    assert other.get(reverse("producer_desk:index")).status_code == 200
    client.post(reverse("producer_desk:team-remove", args=[seller.team.get(user=packer).pk]))
    assert other.get(reverse("producer_desk:index")).status_code == 404


def test_the_last_owner_is_told_why_not(client, seller, owner):
    member = seller.team.get()
    response = client.post(reverse("producer_desk:team-remove", args=[member.pk]), follow=True)
    assert TeamMember.objects.filter(pk=member.pk).exists()
    assert len(list(response.context["messages"])) == 1


def test_who_makes_somebody_else_the_owner_may_leave(client, seller, owner):
    other = make_member(seller, TeamRole.MANAGER)
    pk = seller.team.get(user=other).pk
    client.post(reverse("producer_desk:team-change", args=[pk]), {"role": "owner"})
    response = client.post(reverse("producer_desk:team-remove", args=[seller.team.get(user=owner).pk]))
    assert response.headers["Location"] == reverse("customer:summary")
    assert list(seller.team.values_list("user", "role")) == [(other.pk, "owner")]


def test_a_role_that_there_is_not_changes_nothing(client, seller, owner):
    packer = make_member(seller, TeamRole.PACKER)
    pk = seller.team.get(user=packer).pk
    client.post(reverse("producer_desk:team-change", args=[pk]), {"role": "king"})
    assert seller.team.get(pk=pk).role == TeamRole.PACKER


def test_a_wrong_address_is_told_and_the_name_stays(client, owner):
    response = invite(client, email="tuan@")
    assert response.status_code == 422
    assert response.context["form"]["name"].value() == "Anh Tuấn"
    assert not Invitation.objects.exists()


@pytest.mark.parametrize("end", ["invitation-withdraw", "invitation-renew"])
def test_an_old_link_says_that_it_is_gone(client, seller, owner, end):
    invitation = make_invitation(seller, actor=owner)
    path = invitation_path(invitation)
    client.post(reverse(f"producer_desk:{end}", args=[invitation.pk]))
    person = make_user()
    client.force_login(person)
    client.post(path)
    assert client.get(path).status_code in (200, 404)
    assert not person.memberships.exists()


def test_teams_of_others_are_not_touched(client, owner):
    other = make_seller()
    member = make_member(other, TeamRole.PACKER)
    pk = other.team.get(user=member).pk
    assert client.post(reverse("producer_desk:team-remove", args=[pk])).status_code == 404
    assert client.get(reverse("producer_desk:team") + f"?stall={other.slug}").status_code == 404


@pytest.mark.parametrize("number", [1, 20])
def test_the_page_takes_the_same_queries(client, seller, owner, number, django_assert_num_queries):
    for _number in range(number):
        make_member(seller, TeamRole.PACKER)
        make_invitation(seller, actor=owner)
    with django_assert_num_queries(QUERIES_OF_PAGE):
        client.get(reverse("producer_desk:team"))
