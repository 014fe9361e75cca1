from django.utils.translation import gettext_lazy as _

from marketplace.core.models import User
from marketplace.notifications.channels.base import Channel
from marketplace.notifications.models import Notice


class SiteChannel(Channel):
    """The list behind the bell."""

    code = "site"
    label = _("In the site")
    is_immediate = True

    def reaches(self, person: User) -> bool:
        return True

    def deliver(self, notice: Notice) -> None:
        Notice.objects.filter(pk=notice.pk).update(is_listed=True)
