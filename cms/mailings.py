"""The tasks that send a newsletter.

At most once: a delivery is claimed, and the claim committed, before the mail server gets it. A worker that
dies in between leaves one claimed delivery behind whose fate nobody knows; it is not sent again, because a
newsletter that is missed harms less than one that comes twice. Orders are the other way round: see
``marketplace.notifications.domain.send``.
"""

import smtplib
from collections.abc import Iterable

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from cms.letters import Letter, compose
from cms.models import Delivery, Issue
from marketplace.core import clock
from marketplace.core.models import User
from marketplace.core.tasks import retrying_task, running_task_id
from marketplace.notifications.domain.send import absolute, send_once
from marketplace.notifications.models import Subscription

ADDRESSED = 2_000
"""How many deliveries are written by one statement."""
BATCH = 100
"""How many mails one task sends, before the next task goes on."""
PERMANENT = range(500, 600)
"""Answers of a mail server that are its last word."""

SAMPLE_KEY = "sample"

State = Delivery.State


@retrying_task(in_transaction=True, title=_("Newsletter: list the addresses"))
def address_issue(issue_id: int) -> None:
    """Write down everybody who has confirmed by now, then begin to send."""
    confirmed = Subscription.objects.filter(state=Subscription.State.CONFIRMED).order_by("pk")
    pks = confirmed.values_list("pk", flat=True)
    Delivery.objects.bulk_create(
        (Delivery(issue_id=issue_id, subscription_id=pk) for pk in pks.iterator()),
        batch_size=ADDRESSED,
        ignore_conflicts=True,
    )
    send_deliveries.enqueue(issue_id)


@retrying_task(title=_("Newsletter: send"))
def send_deliveries(issue_id: int) -> None:
    """Send the next mails, then have the next task go on; the last one notes that all is sent."""
    issue = Issue.objects.get(pk=issue_id)
    if issue.state != Issue.State.SENDING:
        return
    waiting = issue.deliveries.filter(state=State.WAITING)
    ended = waiting.exclude(subscription__state=Subscription.State.CONFIRMED)
    waiting.filter(pk__in=list(ended.values_list("pk", flat=True))).update(state=State.LEFT_OUT)
    _send(issue, waiting.select_related("subscription").order_by("pk")[:BATCH])
    if waiting.exists():
        send_deliveries.enqueue(issue_id)
    else:
        Issue.objects.filter(pk=issue_id).update(state=Issue.State.SENT, finished_at=clock.now())


@retrying_task(title=_("Newsletter: a sample for the editor"))
def mail_samples(issue_id: int, user_id: int) -> None:
    """The newsletter in each language to the editor alone; its link to unsubscribe ends nothing."""
    issue, person = Issue.objects.get(pk=issue_id), User.objects.get(pk=user_id)
    for language, _name in settings.LANGUAGES:
        with override(language):
            mail = _mail(compose(issue, language), Subscription(email=person.email, key=SAMPLE_KEY))
        key = f"newsletter sample:{language}:{running_task_id()}"
        send_once(key, to=person.email, write=lambda mail=mail: mail)


def _send(issue: Issue, deliveries: Iterable[Delivery]) -> None:
    """Send these over one connection; a server that cannot be reached is noticed before any is claimed."""
    letters: dict[str, Letter] = {}
    with get_connection() as server:
        for delivery in deliveries:
            if not _claim(delivery):
                continue
            subscription = delivery.subscription
            language = subscription.language
            with override(language):
                if language not in letters:
                    letters[language] = compose(issue, language)
                mail = _mail(letters[language], subscription)
            mail.connection = server
            _hand_over(delivery, mail)


def _claim(delivery: Delivery) -> bool:
    """Take a delivery, unless another worker has it or the person has just unsubscribed."""
    confirmed = Subscription.objects.filter(pk=delivery.subscription_id, state=Subscription.State.CONFIRMED)
    waiting = Delivery.objects.filter(pk=delivery.pk, state=State.WAITING, subscription__in=confirmed)
    return bool(waiting.update(state=State.CLAIMED, claimed_at=clock.now()))


def _hand_over(delivery: Delivery, mail: EmailMultiAlternatives) -> None:
    """Give the mail to the server and note its answer.

    What the server refuses for good stays refused; what it refuses for now waits for the next attempt. Any
    other failure leaves the delivery claimed: the server may have taken the mail.
    """
    claimed = Delivery.objects.filter(pk=delivery.pk)
    try:
        mail.send()
    except (smtplib.SMTPResponseException, smtplib.SMTPRecipientsRefused) as error:
        code, words = _answer(error, mail.to[0])
        if code in PERMANENT:
            claimed.update(state=State.REFUSED, note=f"{code} {words}"[:200])
            return
        claimed.update(state=State.WAITING, claimed_at=None)
        raise
    claimed.update(state=State.SENT)


def _answer(error: Exception, to: str) -> tuple[int, str]:
    code, words = (
        error.recipients[to]
        if isinstance(error, smtplib.SMTPRecipientsRefused)
        else (error.smtp_code, error.smtp_error)
    )
    return code, words.decode(errors="replace") if isinstance(words, bytes) else str(words)


def _mail(letter: Letter, subscription: Subscription) -> EmailMultiAlternatives:
    """The letter for one address, with the links and headers (RFC 8058) that end the subscription."""
    end_url = absolute(reverse("newsletter:end", args=[subscription.key]))
    context = {"letter": letter, "end_url": end_url, "subject": letter.subject, **letter.frame}
    mail = EmailMultiAlternatives(
        subject=letter.subject,
        body=render_to_string("mails/letter.txt", context),
        to=[subscription.email],
        headers={
            "List-Unsubscribe": f"<{end_url}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        },
    )
    mail.attach_alternative(render_to_string("mails/letter.html", context), "text/html")
    return mail
