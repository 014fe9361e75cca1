"""Around views: addresses that are safe to go to, acts that need a form, who may keep an answer."""

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.utils.cache import add_never_cache_headers, patch_cache_control
from django.utils.http import url_has_allowed_host_and_scheme


def safe_next(request: HttpRequest, default: str) -> str:
    """The address named by `next` if it is one of this site, else that of the URL name `default`."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    is_own = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if is_own else resolve_url(default)


def post_or(url_name: str) -> Callable:
    """Only a form may do this; whoever opens the address otherwise is sent to the page of the form.

    So the switch of languages and the back button work on a page that answered to a form.
    """

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def wrapped(request: HttpRequest, *args, **kwargs) -> HttpResponse:
            if request.method == "POST":
                return view(request, *args, **kwargs)
            return redirect(url_name)

        return wrapped

    return decorate


def personal(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """The answer belongs to one person: nobody keeps it.

    Only a form that came back with errors stays in the browser, so that its back button shows what was typed
    instead of an error of its own.
    """

    @wraps(view)
    def wrapped(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        response = view(request, *args, **kwargs)
        if request.method == "POST" and response.status_code >= 400:
            patch_cache_control(response, private=True, no_cache=True, max_age=0)
        else:
            add_never_cache_headers(response)
        return response

    return wrapped
