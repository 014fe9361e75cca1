"""Questions and complaints: the form, and what was received."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from cms.domain import enquire
from cms.domain.enquire import Sender
from cms.forms.contact import ContactForm
from cms.models import ContactPage, Enquiry
from marketplace.core import clock
from marketplace.core.csrf import tokenless
from marketplace.core.pages import mark_public
from marketplace.legal.domain.deadlines import Deadline, deadline_for
from storefront.attempts import Limit, address_of
from storefront.requests import personal

UNPROCESSABLE, TOO_MANY = 422, 429
PREFILLED = {"topic": 20, "order": 40, "about": 300}

#: Messages from one place.
MESSAGES = Limit("contact", most=8, minutes=60)
_RECEIVED = "received_enquiry"


@tokenless
@require_http_methods(["GET", "HEAD", "POST"])
def form(request: HttpRequest) -> HttpResponse:
    """The form, the same for everybody; what it is about may stand in the address (``topic``, ``order``,
    ``about``)."""
    if request.method == "POST":
        return _receive(request)
    given = {name: request.GET.get(name, "")[:most] for name, most in PREFILLED.items()}
    initial = {"topic": given["topic"], "order_number": given["order"], "about": given["about"]}
    return mark_public(_page(request, ContactForm(initial=initial)))


@personal
def _receive(request: HttpRequest) -> HttpResponse:
    filled = ContactForm(request.POST, request.FILES)
    if not filled.is_valid():
        return _page(request, filled, status=UNPROCESSABLE)
    place = address_of(request)
    if MESSAGES.is_reached(place):
        words = _("Many messages came from here within an hour. Please send yours later; it is still below.")
        return _page(request, filled, refusal=words, status=TOO_MANY)
    MESSAGES.count(place)
    answers = filled.cleaned_data
    sender = Sender(answers["name"], answers["email"], answers["phone"], get_language() or "vi")
    enquiry = enquire.receive(
        sender=sender,
        topic=answers["topic"],
        text=answers["text"],
        order_number=answers["order_number"],
        about=answers["about"],
        file=answers["file"],
    )
    request.session[_RECEIVED] = enquiry.pk
    return redirect("contact:received")


@personal
@require_safe
def received(request: HttpRequest) -> HttpResponse:
    """The reference of what this visitor has just sent; without that to the form."""
    enquiry = Enquiry.objects.filter(pk=request.session.get(_RECEIVED)).first()
    if enquiry is None:
        return redirect("contact:form")
    context = {"enquiry": enquiry, "crumbs": [{"title": _("Contact")}]}
    return render(request, "cms/contact/received.html", context)


def _page(request: HttpRequest, filled: ContactForm, *, refusal: str = "", status: int = 200) -> HttpResponse:
    filled.ask_for_file_again()
    page = ContactPage.objects.live().filter(locale__language_code=get_language()).first()
    context = {
        "page": page,
        "form": filled,
        "refusal": refusal,
        "deadlines": _deadlines(),
        "crumbs": [{"title": page.title if page else _("Contact")}],
    }
    return render(request, "cms/contact/form.html", context, status=status)


def _deadlines() -> list[tuple[str, Deadline]]:
    """Topics with a deadline today."""
    found = [(topic.label, deadline_for(topic, clock.today())) for topic in Enquiry.Topic]
    return [(label, deadline) for label, deadline in found if deadline is not None]
