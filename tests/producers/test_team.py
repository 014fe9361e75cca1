"""Teams: invited once and for a time, roles, the last owner, and a history of all of it."""

import datetime

import pytest

from marketplace.core.roles import Right, TeamRole
from producers.domain import team
from producers.domain.team import InvitationGone, TeamRefused
from producers.links import invitation_from_token, invitation_token
from producers.models import TeamMember
from tests.factories.catalog import make_member, make_seller, make_user
from tests.factories.sellers import make_invitation

pytestmark = [pytest.mark.integration, pytest.mark.django_db]


def member_of(seller, user) -> TeamMember:
    return TeamMember.objects.get(seller=seller, user=user)


def history(seller) -> list[tuple]:
    return list(seller.team_steps.values_list("state", "role"))


# --- joining
def test_who_opens_the_link_joins_with_the_role_and_the_link_is_used_up():
    seller = make_seller()
    invitation = make_invitation(seller, role=TeamRole.PACKER)
    packer = make_user()

    member = team.accept(invitation, user=packer)

    assert (member.role, seller.grants(packer, Right.MOVE_ORDERS)) == (TeamRole.PACKER, True)
    assert history(seller) == [("invited", "packer"), ("joined", "packer")]
    with pytest.raises(InvitationGone):
        team.accept(invitation, user=make_user())
    assert seller.team.count() == 2


def test_an_invitation_ends_after_seven_days(frozen):
    invitation = make_invitation(make_seller())
    frozen.shift(datetime.timedelta(days=7, seconds=1))
    with pytest.raises(InvitationGone):
        team.accept(invitation, user=make_user())
    assert not invitation.is_open


def test_a_withdrawn_invitation_is_gone():
    invitation = make_invitation(make_seller())
    team.withdraw(invitation, actor=invitation.invited_by)
    with pytest.raises(InvitationGone):
        team.accept(invitation, user=make_user())
    with pytest.raises(InvitationGone):
        team.withdraw(invitation, actor=invitation.invited_by)


def test_a_new_link_ends_the_old_one(frozen):
    invitation = make_invitation(make_seller())
    old = invitation_token(invitation)
    frozen.shift(datetime.timedelta(days=8))
    team.renew(invitation, actor=invitation.invited_by)

    assert invitation_from_token(invitation.pk, old) is None
    found = invitation_from_token(invitation.pk, invitation_token(invitation))
    assert team.accept(found, user=make_user()).role == TeamRole.PACKER


def test_a_link_of_another_invitation_opens_nothing():
    first, second = (make_invitation(make_seller()) for _number in range(2))
    assert invitation_from_token(first.pk, invitation_token(second)) is None


def test_who_is_in_the_team_uses_nothing_up():
    seller = make_seller()
    invitation = make_invitation(seller)
    with pytest.raises(TeamRefused):
        team.accept(invitation, user=invitation.invited_by)
    assert team.accept(invitation, user=make_user())


def test_a_person_belongs_to_several_teams():
    person = make_user()
    for _number in range(2):
        team.accept(make_invitation(make_seller()), user=person)
    assert person.memberships.count() == 2


# --- roles and leaving
def test_a_removed_member_has_no_right_any_more():
    seller = make_seller()
    owner, packer = make_member(seller), make_member(seller, TeamRole.PACKER)
    team.remove(member_of(seller, packer), actor=owner)
    assert not seller.grants(packer, Right.SEE_ORDERS)
    assert history(seller) == [("removed", "packer")]


def test_the_last_owner_stays_one():
    seller = make_seller()
    owner = make_member(seller)
    for act in (
        lambda: team.remove(member_of(seller, owner), actor=owner),
        lambda: team.change_role(member_of(seller, owner), TeamRole.WRITER, actor=owner),
    ):
        with pytest.raises(TeamRefused):
            act()
    second = make_member(seller)
    team.remove(member_of(seller, owner), actor=owner)
    assert list(seller.team.values_list("user", "role")) == [(second.pk, TeamRole.OWNER)]
    assert history(seller) == [("left", "owner")]


@pytest.mark.parametrize("role", [TeamRole.MANAGER, TeamRole.PACKER, TeamRole.WRITER])
def test_only_owners_change_the_team(role):
    seller = make_seller()
    owner, other = make_member(seller), make_member(seller, role)
    for act in (
        lambda: team.invite(seller, role=TeamRole.OWNER, actor=other),
        lambda: team.change_role(member_of(seller, other), TeamRole.OWNER, actor=other),
        lambda: team.remove(member_of(seller, owner), actor=other),
    ):
        with pytest.raises(TeamRefused):
            act()
    assert history(seller) == []


def test_who_was_removed_while_the_page_was_open_changes_nothing():
    seller = make_seller()
    first, second, packer = make_member(seller), make_member(seller), make_member(seller, TeamRole.PACKER)
    team.remove(member_of(seller, first), actor=second)
    with pytest.raises(TeamRefused):
        team.change_role(member_of(seller, packer), TeamRole.OWNER, actor=first)
