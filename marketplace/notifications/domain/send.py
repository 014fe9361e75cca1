"""Sending a mail once.

At least once, not at most once: a confirmation of an order that never arrives harms the buyer (and the law
asks for it), one that arrives twice does not. A worker first claims the message, sends it outside any
transaction (a slow mail server must not hold the database) and then notes that it is sent. If it dies in
between, nobody can know whether the mail server has taken the mail, and it is sent again: at once by the same
task, which no longer runs elsewhere, or after ``CLAIM_LASTS`` by another one. Each time it carries the same
``Message-ID``, by which most mailboxes show it once only.
"""

import datetime
import hashlib
import hmac
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from email.mime.image import MIMEImage
from email.utils import parseaddr

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db.models import Q
from django.template.loader import render_to_string
from django.utils.translation import override

from marketplace.core import clock
from marketplace.core.tasks import running_task_id
from marketplace.notifications.models import SentMessage

_EMPTY_LINES = re.compile(r"\n\s*\n(\s*\n)+")

CLAIM_LASTS = datetime.timedelta(minutes=10)


class BeingSent(Exception):
    """Another task has begun to send this message; whether it gets there is not known yet."""


def send_mail_once(
    key: str,
    *,
    template: str,
    to: str,
    language: str,
    context: Mapping[str, object],
    pictures: Mapping[str, bytes] | None = None,
) -> bool:
    """Send the mail ``mails/<template>`` unless it is sent already; gives whether it was sent now.

    The template's ``.subject.txt``, ``.txt`` and ``.html`` get the context in the recipient's language.
    ``pictures`` are PNG files that the HTML shows as ``cid:<name>``.
    Raises ``BeingSent`` while another task is at it, and what the mail server raises; the task is then to be
    tried again.
    """

    def write() -> EmailMultiAlternatives:
        with override(language):
            return _with_pictures(_mail(template, to, context), pictures or {})

    return send_once(key, to=to, write=write)


def send_once(key: str, *, to: str, write: Callable[[], EmailMultiAlternatives]) -> bool:
    """Send the mail that ``write`` makes, as ``send_mail_once`` does."""
    with sending_once(key, to=to) as is_mine:
        if is_mine:
            mail = write()
            mail.extra_headers["Message-ID"] = _message_id(key)
            mail.send()
    return is_mine


@contextmanager
def sending_once(key: str, *, to: str) -> Iterator[bool]:
    """Whether the message is to be sent now, inside; once the block has ended it counts as sent.

    It may be sent again if the block raises. Raises ``BeingSent`` while another task is at it.
    """
    if not _claim(key, to):
        yield False
        return
    try:
        yield True
    except Exception:
        SentMessage.objects.filter(key=key, sent_at=None).delete()
        raise
    SentMessage.objects.filter(key=key).update(sent_at=clock.now())


def absolute(path: str) -> str:
    """The address of one of our pages as it stands in a mail."""
    return f"{settings.BASE_URL.rstrip('/')}{path}"


def _claim(key: str, recipient: str) -> bool:
    now, task_id = clock.now(), running_task_id()
    message, created = SentMessage.objects.get_or_create(
        key=key, defaults={"recipient": recipient, "claimed_at": now, "claimed_by": task_id}
    )
    if created:
        return True
    if message.sent_at is not None:
        return False
    is_abandoned = Q(claimed_at__lte=now - CLAIM_LASTS)
    if task_id is not None:
        is_abandoned |= Q(claimed_by=task_id)
    unsent = SentMessage.objects.filter(is_abandoned, key=key, sent_at=None)
    if not unsent.update(claimed_at=now, claimed_by=task_id):
        raise BeingSent(key)
    return True


def _message_id(key: str) -> str:
    """The same for the same message, of this shop; nobody can tell from it what the message is."""
    digest = hmac.new(settings.SECRET_KEY.encode(), key.encode(), hashlib.sha256).hexdigest()[:32]
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
    return f"<{digest}@{domain}>"


def _with_pictures(mail: EmailMultiAlternatives, pictures: Mapping[str, bytes]) -> EmailMultiAlternatives:
    for name, content in pictures.items():
        picture = MIMEImage(content, "png")
        picture["Content-ID"] = f"<{name}>"
        picture.add_header("Content-Disposition", "inline", filename=f"{name}.png")
        mail.mixed_subtype = "related"
        mail.attach(picture)
    return mail


def _mail(template: str, to: str, context: Mapping[str, object]) -> EmailMultiAlternatives:
    known = {"shop_name": settings.SHOP_NAME, "demo": settings.DEMO, **context}
    subject = " ".join(render_to_string(f"mails/{template}.subject.txt", known).split())
    text = _EMPTY_LINES.sub("\n\n", render_to_string(f"mails/{template}.txt", known)).strip()
    mail = EmailMultiAlternatives(subject=subject, body=f"{text}\n", to=[to])
    html = render_to_string(f"mails/{template}.html", {**known, "subject": subject})
    mail.attach_alternative(html, "text/html")
    return mail
