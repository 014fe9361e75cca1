"""News of becoming and being a seller: what the office decides, invitations to a team, where money goes."""

from django.dispatch import receiver
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from catalog.signals import listing_decided, listing_taken_down
from marketplace.core.models import User
from marketplace.core.roles import Role
from marketplace.core.tasks import retrying_task
from marketplace.notifications.domain.notify import notify_person, notify_team
from marketplace.notifications.domain.send import absolute, send_mail_once
from producers.links import invitation_path
from producers.models import Invitation, Partner
from producers.signals import (
    application_decided,
    application_sent,
    bank_account_set,
    invitation_made,
    stall_check_decided,
    stall_suspended,
)


@receiver(application_sent)
def tell_office(sender, application, **kwargs):
    step = application.steps.order_by("-pk").first()
    for official in User.objects.filter(is_active=True, groups__name=Role.OFFICE).order_by("pk"):
        notify_person(
            official.pk,
            "application_sent",
            key=f"{application.pk}:{step.pk}",
            application=application.pk,
            name=application.legal_name,
        )


@receiver(application_decided)
def tell_applicant(sender, application, **kwargs):
    step = application.steps.order_by("-pk").first()
    notify_person(
        application.applicant_id,
        "application",
        key=f"{application.pk}:{step.pk if step else 0}",
        application=application.pk,
        state_code=application.state,
        reason=step.note if step else "",
    )


@receiver(listing_decided)
def tell_of_listing(sender, check, **kwargs):
    if check.product.producer_id is not None:
        notify_team(
            check.product.producer_id,
            "listing",
            key=str(check.pk),
            product=check.product.title,
            state_code=check.state,
            reason=check.reason,
        )


@receiver(stall_check_decided)
def tell_of_stall_page(sender, check, **kwargs):
    notify_team(
        check.seller_id,
        "stall_page",
        key=str(check.pk),
        stall=check.seller.name,
        state_code=check.state,
        reason=check.reason,
    )


@receiver(listing_taken_down)
def tell_of_take_down(sender, take_down, **kwargs):
    if take_down.product.producer_id is not None:
        notify_team(
            take_down.product.producer_id,
            "take_down",
            key=f"{take_down.pk}:{take_down.state}",
            product=take_down.product.title,
            **_measure(take_down),
        )


@receiver(stall_suspended)
def tell_of_suspension(sender, suspension, **kwargs):
    notify_team(
        suspension.seller_id,
        "suspension",
        key=f"{suspension.pk}:{suspension.state}",
        stall=suspension.seller.name,
        **_measure(suspension),
    )


@receiver(bank_account_set)
def tell_of_bank_account(sender, account, **kwargs):
    notify_team(
        account.seller_id,
        "bank_account",
        key=str(account.pk),
        stall=account.seller.name,
        point=account.seller.slug if account.seller.kind == Partner.Kind.POINT else "",
        account=f"{account.bank}, {account.masked_number}",
    )


@receiver(invitation_made)
def mail_invited(sender, invitation, **kwargs):
    if invitation.email:
        mail_invitation.enqueue(invitation.pk, invitation.nonce)


@retrying_task(title=_("Mail: invitation to a seller's team"))
def mail_invitation(invitation_id: int, nonce: str) -> None:
    """To the address that was invited: the link; nothing if it was withdrawn or renewed meanwhile."""
    invitation = Invitation.objects.open().select_related("seller", "invited_by").filter(pk=invitation_id)
    found = invitation.filter(nonce=nonce).first()
    if found is None:
        return
    # Nobody knows yet which language who is invited reads; it is that of who invites.
    language = found.invited_by.language
    with override(language):
        context = {
            "title": _("You are invited to the team of %(stall)s") % {"stall": found.seller.name},
            "text": _("%(name)s invites you as: %(role)s. The link works once.")
            % {"name": found.invited_by, "role": found.get_role_display()},
            "action_url": absolute(invitation_path(found)),
        }
    send_mail_once(
        f"invitation:{found.pk}:{nonce}",
        template="notice",
        to=found.email,
        language=language,
        context=context,
    )


def _measure(measure) -> dict:
    is_lifted = measure.lifted_at is not None
    return {
        "state_code": measure.state.value,
        "reason": measure.lifted_reason if is_lifted else measure.reason,
    }
