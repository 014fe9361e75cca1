"""The mails about a question or complaint: to the office, and to whoever wrote it."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from cms.models import Enquiry
from marketplace.core.models import User
from marketplace.core.roles import Role
from marketplace.core.tasks import retrying_task
from marketplace.notifications.domain.send import absolute, send_mail_once


@retrying_task(title=_("Mail to the office: new enquiry"))
def mail_office(enquiry_id: int) -> None:
    """To everybody of the programme office: what came in, and by when it wants an answer."""
    enquiry = Enquiry.objects.get(pk=enquiry_id)
    office = User.objects.filter(is_active=True, groups__name=Role.OFFICE).exclude(email="").order_by("pk")
    for person in office:
        with override(person.language):
            url = absolute(reverse("enquiries:edit", args=[enquiry.pk]))
        send_mail_once(
            f"enquiry:{enquiry.pk}:{person.pk}",
            template="enquiry_office",
            to=person.email,
            language=person.language,
            context={"enquiry": enquiry, "url": url},
        )


@retrying_task(title=_("Mail to the sender: enquiry received"))
def mail_receipt(enquiry_id: int) -> None:
    """To the sender: the reference and the deadline, and none of the words that were sent.

    Anybody can put any address into the form, so the mail must not carry a stranger's text to it.
    """
    _mail_sender(enquiry_id, "enquiry_received")


@retrying_task(title=_("Mail to the sender: answer"))
def mail_answer(enquiry_id: int) -> None:
    """To the sender: what the office answers."""
    _mail_sender(enquiry_id, "enquiry_answered")


def _mail_sender(enquiry_id: int, template: str) -> None:
    enquiry = Enquiry.objects.get(pk=enquiry_id)
    with override(enquiry.language):
        url = absolute(reverse("contact:form"))
    send_mail_once(
        f"{template}:{enquiry.pk}",
        template=template,
        to=enquiry.email,
        language=enquiry.language,
        context={"enquiry": enquiry, "url": url},
    )
