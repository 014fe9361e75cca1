"""Sending a mail once.

At least once, not at most once: a confirmation of an order that never arrives harms the buyer (and the law
asks for it), one that arrives twice does not. A worker first claims the message, sends it outside any
transaction (a slow mail server must not hold the database) and then notes that it is sent. If it dies in
between, another worker sends the message again after ``CLAIM_LASTS``; while the claim is fresh, nobody else
does.
"""

import datetime
import re
from collections.abc import Mapping

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils.translation import override

from marketplace.core import clock
from marketplace.notifications.models import SentMessage

_EMPTY_LINES = re.compile(r"\n\s*\n(\s*\n)+")

CLAIM_LASTS = datetime.timedelta(minutes=10)


class BeingSent(Exception):
    """Another worker has begun to send this message; whether it gets there is not known yet."""


def send_mail_once(key: str, *, template: str, to: str, language: str, context: Mapping[str, object]) -> bool:
    """Send the mail ``mails/<template>`` unless it is sent already; gives whether it was sent now.

    The template's ``.subject.txt``, ``.txt`` and ``.html`` get the context in the recipient's language.
    Raises ``BeingSent`` while another worker is at it, and what the mail server raises; the task is then
    to be tried again.
    """
    if not _claim(key, to):
        return False
    try:
        with override(language):
            _mail(template, to, context).send()
    except Exception:
        SentMessage.objects.filter(key=key, sent_at=None).delete()
        raise
    SentMessage.objects.filter(key=key).update(sent_at=clock.now())
    return True


def absolute(path: str) -> str:
    """The address of one of our pages as it stands in a mail."""
    return f"{settings.BASE_URL.rstrip('/')}{path}"


def _claim(key: str, recipient: str) -> bool:
    now = clock.now()
    message, created = SentMessage.objects.get_or_create(
        key=key, defaults={"recipient": recipient, "claimed_at": now}
    )
    if created:
        return True
    if message.sent_at is not None:
        return False
    abandoned = SentMessage.objects.filter(key=key, sent_at=None, claimed_at__lte=now - CLAIM_LASTS)
    if not abandoned.update(claimed_at=now):
        raise BeingSent(key)
    return True


def _mail(template: str, to: str, context: Mapping[str, object]) -> EmailMultiAlternatives:
    known = {"shop_name": settings.SHOP_NAME, "demo": settings.DEMO, **context}
    subject = " ".join(render_to_string(f"mails/{template}.subject.txt", known).split())
    text = _EMPTY_LINES.sub("\n\n", render_to_string(f"mails/{template}.txt", known)).strip()
    mail = EmailMultiAlternatives(subject=subject, body=f"{text}\n", to=[to])
    html = render_to_string(f"mails/{template}.html", {**known, "subject": subject})
    mail.attach_alternative(html, "text/html")
    return mail
