"""Teams of sellers: inviting, joining, changing roles, leaving; each change is a step in the team's history.

All acts hold the seller's row, so that of two owners who act at the same time the second one is judged by
what the first one has left.
"""

import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from marketplace.core import activity, clock
from marketplace.core.exceptions import Refused
from marketplace.core.models import User
from marketplace.core.roles import Right, TeamRole, has_role
from producers.models import Invitation, Partner, TeamMember, TeamStep
from producers.models.invitations import new_nonce
from producers.signals import invitation_made

VALID_FOR = datetime.timedelta(days=7)
MOST_OPEN = 20

State = TeamStep.State


class TeamRefused(Refused):
    """A rule forbids the change of the team; the message says which."""


class InvitationGone(TeamRefused):
    """The invitation was used, withdrawn, renewed or has ended."""

    def __init__(self):
        super().__init__(
            _("This invitation is no longer open. Please ask the owner of the stall for a new one.")
        )


@transaction.atomic
def invite(seller: Partner, *, role: str, actor: User, email: str = "", name: str = "") -> Invitation:
    """Offer a place; with an e-mail address the link is sent there, else the owner hands it on."""
    _hold(seller, actor)
    _check_role(seller, role)
    if seller.invitations.open().count() >= MOST_OPEN:
        raise TeamRefused(_("Too many invitations are open. Withdraw some first."))
    if email and seller.team.filter(user__email__iexact=email).exists():
        raise TeamRefused(_("Who has this e-mail address is in the team already."))
    invitation = Invitation.objects.create(
        seller=seller,
        role=role,
        email=email,
        name=name,
        invited_by=actor,
        expires_at=clock.now() + VALID_FOR,
    )
    _note(seller, State.INVITED, actor, role=role, note=invitation.whom)
    invitation_made.send(sender=Invitation, invitation=invitation)
    return invitation


@transaction.atomic
def renew(invitation: Invitation, *, actor: User) -> None:
    """Give an invitation that is not used a new link and its full time; the old link ends."""
    _hold(invitation.seller, actor)
    fields = {"nonce": new_nonce(), "expires_at": clock.now() + VALID_FOR}
    unused = Invitation.objects.filter(pk=invitation.pk, accepted_at=None, withdrawn_at=None)
    if not unused.update(**fields):
        raise InvitationGone
    for name, value in fields.items():
        setattr(invitation, name, value)
    _note(invitation.seller, State.INVITED, actor, role=invitation.role, note=invitation.whom)
    invitation_made.send(sender=Invitation, invitation=invitation)


@transaction.atomic
def withdraw(invitation: Invitation, *, actor: User) -> None:
    """End an invitation before it is used; raises ``InvitationGone``."""
    _hold(invitation.seller, actor)
    unused = Invitation.objects.filter(pk=invitation.pk, accepted_at=None, withdrawn_at=None)
    if not unused.update(withdrawn_at=clock.now()):
        raise InvitationGone
    _note(invitation.seller, State.WITHDRAWN, actor, role=invitation.role, note=invitation.whom)


@transaction.atomic
def accept(invitation: Invitation, *, user: User) -> TeamMember:
    """Join the team; of two who open one link at the same time one gets in.

    Raises ``InvitationGone``, and ``TeamRefused`` for who is in the team already, which uses nothing up.
    """
    seller = Partner.objects.select_for_update().get(pk=invitation.seller_id)
    if seller.team.filter(user=user).exists():
        raise TeamRefused(_("You are in this team already."))
    used = Invitation.objects.open().filter(pk=invitation.pk, nonce=invitation.nonce)
    if not used.update(accepted_at=clock.now(), accepted_by=user):
        raise InvitationGone
    member = TeamMember.objects.create(seller=seller, user=user, role=invitation.role)
    _note(seller, State.JOINED, user, person=user, role=invitation.role, note=invitation.whom)
    return member


@transaction.atomic
def change_role(member: TeamMember, role: str, *, actor: User) -> None:
    """Give a member another role from the next request on."""
    _hold(member.seller, actor)
    _check_role(member.seller, role)
    _keep_an_owner(member, becomes=role)
    if not TeamMember.objects.filter(pk=member.pk).exclude(role=role).update(role=role):
        raise TeamRefused(_("This member has that role already, or has left the team."))
    member.role = role
    _note(member.seller, State.CHANGED, actor, person=member.user, role=role)


@transaction.atomic
def remove(member: TeamMember, *, actor: User) -> None:
    """End a member's access with the next request; who removes oneself leaves."""
    if member.user_id == actor.pk:
        Partner.objects.select_for_update().get(pk=member.seller_id)
    else:
        _hold(member.seller, actor)
    _keep_an_owner(member)
    removed, _each = TeamMember.objects.filter(pk=member.pk).delete()
    if not removed:
        raise TeamRefused(_("This member has left the team already."))
    state = State.LEFT if member.user_id == actor.pk else State.REMOVED
    _note(member.seller, state, actor, person=member.user, role=member.role)


def add_owner(seller: Partner, person: User, *, actor: User) -> None:
    """The first member of a team, by the office's decision."""
    TeamMember.objects.create(seller=seller, user=person, role=TeamRole.OWNER)
    _note(seller, State.JOINED, actor, person=person, role=TeamRole.OWNER)


def _hold(seller: Partner, actor: User) -> None:
    """Lock the seller and ask again whether the actor may still change its team."""
    Partner.objects.select_for_update().get(pk=seller.pk)
    if not seller.grants(actor, Right.MANAGE_TEAM) and not has_role(actor):
        raise TeamRefused(_("You may no longer change this team."))


def _check_role(seller: Partner, role: str) -> None:
    if role not in seller.roles:
        raise TeamRefused(_("The team does not know this role."))


def _keep_an_owner(member: TeamMember, becomes: str = "") -> None:
    if becomes == TeamRole.OWNER:
        return
    owners = TeamMember.objects.filter(seller=member.seller_id, role=TeamRole.OWNER)
    is_owner = owners.filter(pk=member.pk).exists()
    if is_owner and not owners.exclude(pk=member.pk).exists():
        raise TeamRefused(_("A team needs an owner. Make somebody else an owner first."))


def _note(
    seller: Partner, state: State, actor: User, *, role: str, person: User | None = None, note: str = ""
) -> None:
    TeamStep.objects.create(seller=seller, state=state, actor=actor, person=person, role=role, note=note)
    activity.record(f"team.{state}", seller, actor=actor, person=person.pk if person else None, role=role)
