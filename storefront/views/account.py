"""An account: registering, logging in and out, passwords, what it knows about its person."""

from django.contrib import messages
from django.contrib.auth import login, logout, update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import PasswordResetConfirmView
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse_lazy
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters

from marketplace.core.exceptions import Refused
from marketplace.core.models import User
from storefront.attempts import Limit, address_of
from storefront.domain import accounts
from storefront.forms.account import (
    ForgottenForm,
    LoginForm,
    NewPasswordForm,
    PasswordForm,
    ProfileForm,
    RegistrationForm,
)
from storefront.requests import personal, post_or, safe_next
from storefront.tasks import send_password_link
from storefront.views.orders import orders_of

UNPROCESSABLE, TOO_MANY = 422, 429
BACKEND = "oscar.apps.customer.auth_backends.EmailBackend"
LATEST_ORDERS = 3

#: Wrong passwords for one account from one place, and from one place in all.
LOGINS = Limit("login", most=10, minutes=15)
LOGINS_OF_PLACE = Limit("login-place", most=100, minutes=15)
REGISTRATIONS = Limit("registration", most=20, minutes=60)
PASSWORD_LINKS = Limit("password-link", most=5, minutes=60)
PASSWORD_LINKS_OF_PLACE = Limit("password-link-place", most=30, minutes=60)


@personal
@login_required
def summary(request: HttpRequest) -> HttpResponse:
    person = request.user
    context = {
        "orders": orders_of(person)[:LATEST_ORDERS],
        "address": person.addresses.order_by("-is_default_for_shipping", "pk").first(),
        "current": "summary",
    }
    return render(request, "storefront/account/summary.html", context)


@sensitive_post_parameters("password")
@personal
def log_in(request: HttpRequest) -> HttpResponse:
    """By e-mail and password; the basket of the visit joins that of the account."""
    after = safe_next(request, "customer:summary")
    if request.method != "POST":
        if request.user.is_authenticated:
            return redirect(after)
        return _sign_page(request, "login", LoginForm())
    place = address_of(request)
    account = f"{request.POST.get('email', '').strip().casefold()} {place}"
    if LOGINS.is_reached(account) or LOGINS_OF_PLACE.is_reached(place):
        words = _("Too many attempts. Please wait a quarter of an hour, or ask for a new password.")
        form = LoginForm(initial={"email": request.POST.get("email", "")})
        return _sign_page(request, "login", form, words, status=TOO_MANY)
    form = LoginForm(request.POST, request=request)
    if not form.is_valid():
        LOGINS.count(account)
        LOGINS_OF_PLACE.count(place)
        return _sign_page(request, "login", form, status=UNPROCESSABLE)
    LOGINS.forget(account)
    login(request, form.user)
    return redirect(after)


@sensitive_post_parameters("password")
@personal
def register(request: HttpRequest) -> HttpResponse:
    after = safe_next(request, "customer:summary")
    if request.method != "POST":
        if request.user.is_authenticated:
            return redirect(after)
        return _sign_page(request, "register", RegistrationForm())
    form = RegistrationForm(request.POST)
    place = address_of(request)
    if REGISTRATIONS.is_reached(place):
        words = _("Too many attempts. Please try again in an hour.")
        return _sign_page(request, "register", form, words, status=TOO_MANY)
    REGISTRATIONS.count(place)
    if not form.is_valid():
        return _sign_page(request, "register", form, status=UNPROCESSABLE)
    person = form.cleaned_data
    try:
        user = accounts.register(
            name=person["name"],
            email=person["email"],
            password=person["password"],
            language=get_language() or "vi",
            wants_news=person["news"],
        )
    except Refused as error:
        return _sign_page(request, "register", form, str(error), status=UNPROCESSABLE)
    login(request, user, backend=BACKEND)
    messages.success(request, _("Your account is ready."))
    return redirect(after)


@post_or("customer:summary")
def log_out(request: HttpRequest) -> HttpResponse:
    logout(request)
    messages.success(request, _("You are logged out."))
    return redirect("home")


@personal
def forgotten(request: HttpRequest) -> HttpResponse:
    """Ask for a link for a new password. The answer is the same whether or not there is such an account."""
    form = ForgottenForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        status = UNPROCESSABLE if form.is_bound else 200
        return render(request, "storefront/account/forgotten.html", {"form": form}, status=status)
    email, place = form.cleaned_data["email"], address_of(request)
    if PASSWORD_LINKS_OF_PLACE.is_reached(place):
        words = _("Too many attempts. Please try again in an hour.")
        context = {"form": form, "refusal": words}
        return render(request, "storefront/account/forgotten.html", context, status=TOO_MANY)
    PASSWORD_LINKS_OF_PLACE.count(place)
    if not PASSWORD_LINKS.is_reached(email.casefold()):
        PASSWORD_LINKS.count(email.casefold())
        _send_link(email)
    return redirect("customer:password-reset-done")


def _send_link(email: str) -> None:
    with transaction.atomic():
        for pk in User.objects.filter(email__iexact=email, is_active=True).values_list("pk", flat=True):
            send_password_link.enqueue(pk)


@personal
def link_sent(request: HttpRequest) -> HttpResponse:
    return render(request, "storefront/account/link_sent.html")


class NewPassword(PasswordResetConfirmView):
    """A new password by the link of a mail; a link that is used, old or forged says so."""

    form_class = NewPasswordForm
    template_name = "storefront/account/new_password.html"
    success_url = reverse_lazy("customer:login")

    def dispatch(self, *args, **kwargs):
        response = super().dispatch(*args, **kwargs)
        if response.status_code == 200 and not self.validlink:
            response.status_code = 404
        return response

    def form_invalid(self, form):
        response = super().form_invalid(form)
        response.status_code = UNPROCESSABLE
        return response

    def form_valid(self, form):
        messages.success(self.request, _("Your new password is set. You can log in with it now."))
        return super().form_valid(form)


@personal
@login_required
def profile(request: HttpRequest) -> HttpResponse:
    form = ProfileForm(request.POST if request.method == "POST" else None, instance=request.user)
    if form.is_valid():
        form.save()
        messages.success(request, _("Your data are saved."))
        return redirect("customer:profile")
    status = UNPROCESSABLE if form.is_bound else 200
    if form.is_bound:
        # What was typed belongs into the form, not yet into the header.
        request.user.refresh_from_db(fields=["first_name", "last_name", "phone", "language"])
    return render(
        request, "storefront/account/profile.html", {"form": form, "current": "profile"}, status=status
    )


@sensitive_post_parameters("old_password", "password")
@personal
@login_required
def change_password(request: HttpRequest) -> HttpResponse:
    form = PasswordForm(request.user, request.POST if request.method == "POST" else None)
    if form.is_valid():
        # The other sessions of the account end, this one goes on.
        update_session_auth_hash(request, form.save())
        messages.success(request, _("Your new password is set."))
        return redirect("customer:profile")
    status = UNPROCESSABLE if form.is_bound else 200
    return render(
        request, "storefront/account/password.html", {"form": form, "current": "profile"}, status=status
    )


def _sign_page(
    request: HttpRequest, name: str, form, refusal: str | None = None, status: int = 200
) -> HttpResponse:
    context = {
        "form": form,
        "refusal": refusal,
        "next": request.POST.get("next") or request.GET.get("next") or "",
    }
    return render(request, f"storefront/account/{name}.html", context, status=status)
