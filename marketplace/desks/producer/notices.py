"""The producer's desk: news for the teams that a person is in."""

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from marketplace.desks.producer.links import links_of
from marketplace.notifications.models import Notice
from marketplace.notifications.rows import notice_rows
from producers.models import Partner

NOTICES_PER_PAGE = 30


@require_safe
@login_required
@never_cache
def index(request: HttpRequest) -> HttpResponse:
    """The notices to this person as a team member, the newest first; 404 for who is in no team."""
    stalls = list(Partner.objects.filter(team__user=request.user)[:2])
    if not stalls:
        raise Http404
    notices = Notice.objects.listed_for(request.user).filter(seller__isnull=False)
    page = Paginator(notices, NOTICES_PER_PAGE).get_page(request.GET.get("page"))
    context = {
        **links_of(request.user),
        "stall": stalls[0] if len(stalls) == 1 else None,
        "page": page,
        "notices": notice_rows(page),
    }
    return render(request, "desks/producer/notices.html", context)
