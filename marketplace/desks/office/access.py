"""Who works at the office's desk."""

from collections.abc import Callable
from functools import wraps

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from marketplace.core.roles import Role, has_role


def for_office(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Only the programme office and administrators; who is not logged in is asked to, others get 404."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if not request.user.is_authenticated:
            is_read = request.method in ("GET", "HEAD")
            return redirect_to_login(request.get_full_path() if is_read else reverse("office_desk:index"))
        if not has_role(request.user, Role.OFFICE):
            raise Http404
        return view(request, *args, **kwargs)

    return wrapped
