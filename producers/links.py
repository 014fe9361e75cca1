"""Signed links by which somebody accepts a place in a team."""

from django.core.signing import Signer
from django.urls import reverse
from django.utils.crypto import constant_time_compare

from producers.models import Invitation

_signer = Signer(salt="producers.invitation")


def invitation_token(invitation: Invitation) -> str:
    """The part of the link that proves that its bearer was invited; another one after each renewal."""
    return _signer.signature(f"{invitation.pk} {invitation.nonce}")


def invitation_path(invitation: Invitation) -> str:
    """Path of the page on which the invitation is accepted, in the language that is active."""
    return reverse("producer_desk:invitation", args=[invitation.pk, invitation_token(invitation)])


def invitation_from_token(pk: int, token: str) -> Invitation | None:
    """The invitation, whatever its state; None for a forged or renewed link."""
    invitation = Invitation.objects.select_related("seller", "invited_by").filter(pk=pk).first()
    if invitation is None or not constant_time_compare(token, invitation_token(invitation)):
        return None
    return invitation
