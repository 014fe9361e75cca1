"""The administrators' desk: what the workers do, what has failed, and trying it again."""

import uuid
from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from marketplace.core.exceptions import Refused
from marketplace.core.roles import has_role
from marketplace.core.tasks import again
from marketplace.core.tasks.declare import title_at
from marketplace.desks.system import queue


def for_administrators(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Only administrators; who is not logged in is asked to, for everybody else the desk does not exist."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if not request.user.is_authenticated:
            is_read = request.method in ("GET", "HEAD")
            return redirect_to_login(request.get_full_path() if is_read else reverse("system_desk:tasks"))
        if not has_role(request.user):
            raise Http404
        return view(request, *args, **kwargs)

    return wrapped


@require_safe
@never_cache
@for_administrators
def tasks(request: HttpRequest) -> HttpResponse:
    """The queue by state and kind, the workers, and what recurs; without a choice, what has failed."""
    kinds = queue.kinds()
    chosen = next((kind for kind in kinds if kind.path == request.GET.get("task")), None)
    shown = kinds if chosen is None else [chosen]
    counts = {tab: sum(kind.counts[tab.status] for kind in shown) for tab in queue.TABS}
    tab = queue.tab_of(request.GET.get("state"))
    page = queue.page_of(tab, chosen, request.GET.get("page"), counts[tab])
    workers = queue.workers()
    context = {
        "kinds": kinds,
        "chosen": chosen,
        "tab": tab,
        "tabs": counts.items(),
        "page": page,
        "rows": queue.rows_of(page, workers),
        "failed_kinds": [kind for kind in shown if kind.failed],
        "waiting_since": queue.oldest_waiting_since(),
        "workers": workers,
        "living": sum(is_alive for _worker, is_alive in workers),
        "recurring": queue.recurring(),
    }
    return render(request, "desks/system/tasks.html", context)


@require_POST
@never_cache
@for_administrators
def retry(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    try:
        row = again.retry(pk, actor=request.user)
    except Refused as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, _("“%(task)s” is being tried again.") % {"task": title_at(row.task_path)})
    return redirect(_way_back(request))


@require_POST
@never_cache
@for_administrators
def retry_all(request: HttpRequest) -> HttpResponse:
    """Try again all that has failed of one kind."""
    path = request.POST.get("task", "")
    number = again.retry_all(path, actor=request.user)
    if number:
        words = ngettext(
            "“%(task)s”: %(number)s task is being tried again.",
            "“%(task)s”: %(number)s tasks are being tried again.",
            number,
        )
        messages.success(request, words % {"task": title_at(path), "number": number})
    else:
        messages.info(request, _("No task of this kind has failed, or they are being tried again already."))
    return redirect(_way_back(request))


def _way_back(request: HttpRequest) -> str:
    """The list from which the button was pressed."""
    page, desk = request.POST.get("back", ""), reverse("system_desk:tasks")
    is_ours = page.startswith(desk) and url_has_allowed_host_and_scheme(
        page, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return page if is_ours else desk
