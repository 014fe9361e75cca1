"""What is personal in the head of every page: one small fragment that no cache keeps."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from marketplace.notifications.models import Notice
from storefront import visits


@require_safe
@never_cache
def me(request: HttpRequest) -> HttpResponse:
    """The account's name, its unread notices, and the number of things in the basket.

    ``opened`` says that a page was opened.
    """
    if "opened" in request.GET:
        visits.note(request)
    user = request.user
    context = {
        "user": user,
        "unread": Notice.objects.unread_by(user).count() if user.is_authenticated else 0,
        "basket_count": request.basket.num_items,
    }
    response = render(request, "storefront/me.html", context)
    response["X-Robots-Tag"] = "noindex"
    return response
