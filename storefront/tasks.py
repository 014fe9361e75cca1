"""Work of the storefront that happens after the answer."""

from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from django.utils.translation import gettext as _
from django.utils.translation import override
from django_tasks import task

from marketplace.core.models import User


@task()
def send_password_link(user_pk: int) -> None:
    """Mail the link for a new password, in the person's language.

    The link is made here, so that no queue holds it.
    """
    person = User.objects.filter(pk=user_pk, is_active=True).first()
    if person is None:
        return
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
        mail.send()


def _password_link(person: User) -> str:
    uid = urlsafe_base64_encode(force_bytes(person.pk))
    token = default_token_generator.make_token(person)
    return settings.BASE_URL + reverse("customer:password-reset-confirm", args=[uid, token])
