"""The mail by which an address confirms that it wants the newsletter."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from marketplace.core.tasks import retrying_task, running_task_id
from marketplace.notifications.domain.send import absolute, send_mail_once
from marketplace.notifications.models import Subscription


@retrying_task(title=_("Mail: confirm the newsletter"))
def mail_subscription(subscription_id: int) -> None:
    """To the address: the link to confirm, or that it gets the newsletter already."""
    subscription = Subscription.objects.filter(pk=subscription_id).first()
    if subscription is None or subscription.state == Subscription.State.ENDED:
        return
    with override(subscription.language):
        confirm_url = absolute(reverse("newsletter:confirm", args=[subscription.key]))
        end_url = absolute(reverse("newsletter:end", args=[subscription.key]))
    send_mail_once(
        f"subscription:{subscription.pk}:{running_task_id()}",
        template="subscription",
        to=subscription.email,
        language=subscription.language,
        context={
            "is_confirmed": subscription.state == Subscription.State.CONFIRMED,
            "confirm_url": confirm_url,
            "end_url": end_url,
        },
    )
