"""Pages for what went wrong."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "400.html", status=400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "403.html", status=403)


def untrusted_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form whose origin is not certain: what was sent stands in a form of ours, to be sent again.

    Nothing of a form that came from another site, and no password, is given back.
    """
    sent = [] if getattr(request, "is_from_here", None) is False else _sent_again(request)
    return render(request, "untrusted_form.html", {"sent": sent}, status=403)


def _sent_again(request: HttpRequest) -> list[tuple[str, str]]:
    names = [name for name in request.POST if name != "csrfmiddlewaretoken"]
    if request.method != "POST" or request.FILES or any("password" in name for name in names):
        return []
    return [(name, value) for name in names for value in request.POST.getlist(name)]


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Rendered without context processors: whatever failed may be what they need."""
    return render(None, "500.html", status=500)
