"""Taking in questions and complaints, and moving them on until they are answered."""

from dataclasses import dataclass

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from cms import enquiry_mails
from cms.models import Enquiry, EnquiryEvent
from marketplace.core import clock
from marketplace.core.codes import random_code
from marketplace.core.exceptions import Refused
from marketplace.core.models import User
from marketplace.legal.domain.deadlines import deadline_for

State = Enquiry.State
REFERENCE_LENGTH = 8


class AnswerMissing(Refused):
    """An enquiry with an e-mail address is answered by words."""

    def __init__(self):
        super().__init__(_("Please write the answer that the sender gets."))


class AlreadyAnswered(Refused):
    """What was answered stays so: its answer has gone out."""

    def __init__(self):
        super().__init__(_("This enquiry has been answered. The sender writes again for more."))


@dataclass(frozen=True)
class Sender:
    """Who writes, and in which language; an e-mail address or a telephone number is there."""

    name: str
    email: str
    phone: str
    language: str


@transaction.atomic
def receive(
    *,
    sender: Sender,
    topic: str,
    text: str,
    order_number: str = "",
    about: str = "",
    file: UploadedFile | None = None,
) -> Enquiry:
    """Store what somebody wrote, with its deadline, and have the office and the sender told of it.

    ``file`` is a photo or PDF that `PaperField` has checked; only the office sees it.
    """
    today = clock.today()
    deadline = deadline_for(topic, today)
    enquiry = Enquiry.objects.create(
        reference=_new_reference(),
        topic=topic,
        name=sender.name,
        email=sender.email,
        phone=sender.phone,
        language=sender.language,
        order_number=order_number,
        about=about,
        text=text,
        file=file or "",
        file_type=file.content_type if file else "",
        due_on=deadline.due(today) if deadline is not None else None,
    )
    EnquiryEvent.objects.create(enquiry=enquiry, state=State.NEW)
    enquiry_mails.mail_office.enqueue(enquiry.pk)
    if enquiry.email:
        enquiry_mails.mail_receipt.enqueue(enquiry.pk)
    return enquiry


@transaction.atomic
def move(enquiry: Enquiry, state: str, *, actor: User, note: str = "", answer: str = "") -> Enquiry:
    """Note where the work on an enquiry stands; an answer goes to the sender by mail.

    Raises ``AlreadyAnswered``, also if somebody else has just answered it, and ``AnswerMissing`` where the
    sender gave an address and gets no words. Who gave only a number is called, and the note says so.
    """
    if state == State.ANSWERED and enquiry.email and not answer.strip():
        raise AnswerMissing
    changes = {"state": state, "answer": answer.strip()}
    if state == State.ANSWERED:
        changes["answered_at"] = clock.now()
    moved = Enquiry.objects.open().filter(pk=enquiry.pk).update(**changes)
    if not moved:
        raise AlreadyAnswered
    EnquiryEvent.objects.create(enquiry=enquiry, state=state, note=note, actor=actor)
    enquiry.refresh_from_db()
    if state == State.ANSWERED and enquiry.email:
        enquiry_mails.mail_answer.enqueue(enquiry.pk)
    return enquiry


def _new_reference() -> str:
    """Something that is read out on the telephone without mistakes, and that nobody can guess."""
    return random_code(REFERENCE_LENGTH)
