"""The producer's desk: keys with which a bank, or who watches the account, tells of transfers at once."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from marketplace.core.addresses import address
from marketplace.core.exceptions import Refused
from marketplace.core.models import User
from marketplace.desks.producer.money_pages import Desk
from marketplace.desks.producer.order_access import login_first
from marketplace.payments.domain import bank_notifications
from marketplace.payments.models import NotificationKey


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def index(request: HttpRequest) -> HttpResponse:
    """The stall's keys; a POST makes one, whose secret stands on this answer and nowhere again."""
    desk = Desk.of(request)
    made, secret = None, ""
    if request.method == "POST":
        try:
            made, secret = bank_notifications.make_key(desk.stall, actor=request.user)
        except Refused as refusal:
            messages.warning(request, str(refusal))
            return redirect(desk.url("bank-keys"))
    keys = NotificationKey.objects.filter(seller=desk.stall).select_related("made_by")
    context = {
        **desk.context(request, "bank-keys"),
        "made": made,
        "secret": secret,
        "keys": [(key, _told_at(request, key)) for key in keys],
        "replay_minutes": bank_notifications.REPLAY_SECONDS // 60,
    }
    return render(request, "desks/producer/bank_keys.html", context)


@require_POST
@never_cache
@login_first("producer_desk:bank-keys")
def revoke(request: HttpRequest, key: int) -> HttpResponse:
    """Take a key away."""
    bank_notifications.revoke(_key_of(request.user, key), actor=request.user)
    messages.success(request, _("The key is revoked. What is signed with it no longer counts."))
    return redirect("producer_desk:bank-keys")


def _told_at(request: HttpRequest, key: NotificationKey) -> str:
    """Where notifications signed with a key are sent."""
    return request.build_absolute_uri(address("checkout:bank-notification", key.name))


def _key_of(user: User, pk: int) -> NotificationKey:
    """A key of a stall whose money this person may see; 403 for its team without the right, else 404."""
    found = NotificationKey.objects.visible_to(user).filter(pk=pk).first()
    if found is None:
        if NotificationKey.objects.filter(pk=pk, seller__team__user=user).exists():
            raise PermissionDenied
        raise Http404
    return found
