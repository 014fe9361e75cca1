"""One link opened by many, and two owners who remove each other, on SQLite and on PostgreSQL."""

from collections import Counter

import pytest

from marketplace.core.roles import TeamRole
from producers.domain import team
from producers.domain.team import InvitationGone, TeamRefused
from producers.models import TeamMember
from tests.concurrency.crowd import at_once
from tests.factories.catalog import make_member, make_seller, make_user
from tests.factories.sellers import make_invitation

pytestmark = [pytest.mark.concurrency, pytest.mark.django_db(transaction=True)]


def test_of_many_who_open_one_link_one_gets_in():
    seller = make_seller()
    invitation = make_invitation(seller)
    people = [make_user() for _number in range(8)]

    results = at_once(8, lambda place: team.accept(invitation, user=people[place]))

    assert Counter(type(result) for result in results) == {TeamMember: 1, InvitationGone: 7}
    assert seller.team.count() == 2


def test_of_two_owners_who_remove_each_other_one_stays():
    seller = make_seller()
    owners = [make_member(seller, TeamRole.OWNER) for _number in range(2)]
    members = [TeamMember.objects.select_related("seller").get(user=owner) for owner in owners]

    results = at_once(2, lambda place: team.remove(members[1 - place], actor=owners[place]))

    assert Counter(type(result) for result in results) == {type(None): 1, TeamRefused: 1}
    assert seller.team.filter(role=TeamRole.OWNER).count() == 1


def test_of_two_owners_who_leave_at_once_one_stays():
    seller = make_seller()
    owners = [make_member(seller, TeamRole.OWNER) for _number in range(2)]
    members = [TeamMember.objects.select_related("seller").get(user=owner) for owner in owners]

    results = at_once(2, lambda place: team.remove(members[place], actor=owners[place]))

    assert Counter(type(result) for result in results) == {type(None): 1, TeamRefused: 1}
