import base64
import hashlib
import json

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from marketplace.core.models import User
from marketplace.notifications.channels.base import Channel
from marketplace.notifications.domain.send import sending_once
from marketplace.notifications.kinds import kind_of
from marketplace.notifications.models import Notice
from marketplace.notifications.push.sending import send


class PushChannel(Channel):
    """To every browser in which the person asked for notices."""

    code = "push"
    label = _("On your devices")

    def reaches(self, person: User) -> bool:
        return person.push_devices.exists()

    def deliver(self, notice: Notice) -> None:
        kind, person = kind_of(notice.kind), notice.recipient
        topic = _topic(notice)
        with override(person.language):
            payload = json.dumps(
                {
                    "title": kind.title_of(notice.facts),
                    "body": kind.text_of(notice.facts),
                    "url": reverse("customer:notice", args=[notice.pk]),
                    "tag": topic,
                },
                ensure_ascii=False,
            )
        for device in person.push_devices.all():
            with sending_once(f"push:{notice.pk}:{device.pk}", to=person.email) as is_mine:
                if is_mine:
                    send(device, payload, topic=topic, is_urgent=kind.is_urgent)


def _topic(notice: Notice) -> str:
    """By this a push service, and then the device, put one message in the place of its double."""
    digest = hashlib.sha256(f"{notice.kind}:{notice.key}".encode()).digest()
    return base64.urlsafe_b64encode(digest[:24]).decode()
