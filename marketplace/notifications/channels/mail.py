from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from marketplace.core.models import User
from marketplace.notifications.channels.base import Channel
from marketplace.notifications.domain.send import absolute, send_mail_once
from marketplace.notifications.kinds import kind_of
from marketplace.notifications.models import Notice


class MailChannel(Channel):
    """To the address of the account; a kind may have a mail of its own that says more than the notice."""

    code = "mail"
    label = _("By e-mail")

    def reaches(self, person: User) -> bool:
        return bool(person.email)

    def deliver(self, notice: Notice) -> None:
        kind, person = kind_of(notice.kind), notice.recipient
        with override(person.language):
            context = {
                "title": kind.title_of(notice.facts),
                "text": kind.text_of(notice.facts),
                "action_url": absolute(kind.address_of(notice.facts)),
                "choices_url": absolute(reverse("customer:notice-choices")),
            }
            if kind.mail_context is not None:
                context |= kind.mail_context(notice.facts)
        send_mail_once(
            f"{notice.kind}:{notice.key}:{person.pk}",
            template=kind.mail_template,
            to=person.email,
            language=person.language,
            context=context,
        )
