"""Work of the storefront that happens after the answer."""

import datetime

from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from marketplace.core.models import User
from marketplace.core.tasks import retrying_task, running_task_id
from marketplace.notifications.domain.send import send_once


@retrying_task(
    attempts=4, first_wait=datetime.timedelta(seconds=10), title=gettext_lazy("Mail: link for a new password")
)
def send_password_link(user_pk: int) -> None:
    """Mail the link for a new password, in the person's language.

    The link is made here, so that no queue holds it. Each request for one is a task, and gets a mail.
    """
    person = User.objects.filter(pk=user_pk, is_active=True).first()
    if person is not None:
        send_once(f"password link:{running_task_id()}", to=person.email, write=lambda: _password_mail(person))


def _password_mail(person: User) -> EmailMultiAlternatives:
    with override(person.language):
        context = {
            "name": person.get_full_name(),
            "link": _password_link(person),
            "shop_name": settings.SHOP_NAME,
        }
        mail = EmailMultiAlternatives(
            subject=_("A new password"),
            body=render_to_string("storefront/mails/password.txt", context),
            to=[person.email],
        )
        mail.attach_alternative(render_to_string("storefront/mails/password.html", context), "text/html")
        return mail


def _password_link(person: User) -> str:
    uid = urlsafe_base64_encode(force_bytes(person.pk))
    token = default_token_generator.make_token(person)
    return settings.BASE_URL + reverse("customer:password-reset-confirm", args=[uid, token])
