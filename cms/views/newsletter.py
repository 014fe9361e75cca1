"""The newsletter: asking for it, confirming by the link of a mail, ending it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from cms.forms.newsletter import NewsletterForm
from cms.models import NewsletterPage
from marketplace.core.csrf import tokenless
from marketplace.core.pages import mark_public, public_page
from marketplace.notifications.domain import subscribe
from marketplace.notifications.models import Subscription
from storefront.attempts import Limit, address_of
from storefront.requests import personal

UNPROCESSABLE, TOO_MANY = 422, 429

#: Mails to one address, and requests from one place.
SIGN_UPS = Limit("newsletter", most=3, minutes=24 * 60)
SIGN_UPS_OF_PLACE = Limit("newsletter-place", most=20, minutes=60)


@tokenless
@require_http_methods(["GET", "HEAD", "POST"])
def index(request: HttpRequest) -> HttpResponse:
    """The form. Its answer is the same whether the address is known or not."""
    if request.method == "POST":
        return _ask(request)
    return mark_public(_page(request, NewsletterForm()))


@personal
def _ask(request: HttpRequest) -> HttpResponse:
    filled = NewsletterForm(request.POST)
    if not filled.is_valid():
        return _page(request, filled, status=UNPROCESSABLE)
    email, place = filled.cleaned_data["email"].lower(), address_of(request)
    if SIGN_UPS_OF_PLACE.is_reached(place):
        words = _("Too many attempts. Please try again in an hour.")
        return _page(request, filled, refusal=words, status=TOO_MANY)
    SIGN_UPS_OF_PLACE.count(place)
    if not SIGN_UPS.is_reached(email):
        SIGN_UPS.count(email)
        subscribe.ask(email, language=get_language() or "vi", way=Subscription.Way.PAGE)
    return redirect("newsletter:asked")


@require_safe
@public_page
def asked(request: HttpRequest) -> HttpResponse:
    return render(request, "cms/newsletter/asked.html", {"crumbs": [{"title": _("Newsletter")}]})


@personal
@tokenless
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, key: str) -> HttpResponse:
    """Confirm by a button: programs that only look at the links of a mail confirm nothing."""
    if request.method == "POST":
        subscription = subscribe.confirm(key)
        status = 200 if subscription is not None else 404
        return _answer(request, {"act": "confirmed", "subscription": subscription}, status)
    waits = Subscription.objects.filter(key=key).exclude(state=Subscription.State.ENDED).first()
    return _answer(request, {"act": "confirm", "subscription": waits}, 200 if waits else 404)


# The key is the secret that a token would be, and mail providers send this form without cookies (RFC 8058).
@csrf_exempt
@personal
@require_http_methods(["GET", "HEAD", "POST"])
def end(request: HttpRequest, key: str) -> HttpResponse:
    """End the subscription, by the button of the page or by that of a mail program."""
    if request.method == "POST":
        subscription = subscribe.end(key)
        return _answer(request, {"act": "ended", "subscription": subscription}, 200 if subscription else 404)
    known = Subscription.objects.filter(key=key).first()
    return _answer(request, {"act": "end", "subscription": known}, 200 if known else 404)


def _answer(request: HttpRequest, context: dict, status: int) -> HttpResponse:
    return render(request, "cms/newsletter/answer.html", context, status=status)


def _page(
    request: HttpRequest, filled: NewsletterForm, *, refusal: str = "", status: int = 200
) -> HttpResponse:
    page = NewsletterPage.objects.live().filter(locale__language_code=get_language()).first()
    context = {
        "page": page,
        "form": filled,
        "refusal": refusal,
        "crumbs": [{"title": page.title if page else _("Newsletter")}],
    }
    return render(request, "cms/newsletter/form.html", context, status=status)
