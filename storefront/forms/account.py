"""Registering, logging in, passwords and what an account knows about its person."""

from django import forms
from django.conf import settings
from django.contrib.auth import authenticate, password_validation
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from marketplace.core.fields import PhoneField, TextField
from marketplace.core.models import User


def _email_field(**attrs: str) -> forms.EmailField:
    return forms.EmailField(
        label=_("E-mail"),
        max_length=254,
        error_messages={
            "required": _("Please write your e-mail address."),
            "invalid": _("This is not an e-mail address. One looks like name@example.org."),
        },
        widget=forms.EmailInput(attrs={"autocomplete": "email", "inputmode": "email", **attrs}),
    )


def _password_field(label: str, autocomplete: str, **options) -> forms.CharField:
    return forms.CharField(
        label=label,
        strip=False,
        max_length=200,
        error_messages={"required": _("Please write the password.")},
        widget=forms.PasswordInput(attrs={"autocomplete": autocomplete}),
        **options,
    )


class LoginForm(forms.Form):
    """E-mail and password; `user` is the person once the form is valid."""

    email = _email_field(autocomplete="username")
    password = _password_field(_("Password"), "current-password")

    use_required_attribute = False
    user: User | None = None

    def __init__(self, *args, request=None, **kwargs):
        self.request = request
        super().__init__(*args, **kwargs)

    def clean(self):
        cleaned = super().clean()
        if self.errors:
            return cleaned
        self.user = authenticate(
            self.request, username=cleaned["email"], email=cleaned["email"], password=cleaned["password"]
        )
        if self.user is None:
            raise ValidationError(_("E-mail and password do not belong together. Please check both."))
        return cleaned


class RegistrationForm(forms.Form):
    """A new account."""

    name = TextField(
        label=_("Your name"),
        max_length=120,
        error_messages={"required": _("Please write your name.")},
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    email = _email_field()
    password = _password_field(
        _("Password"), "new-password", help_text=_("At least 8 characters, not one that is used everywhere.")
    )
    consent = forms.BooleanField(
        label=_("I have read how my data are used and agree to it"),
        error_messages={
            "required": _("Please agree to the use of your data: without it there is no account.")
        },
    )
    news = forms.BooleanField(
        label=_("Send me the newsletter by e-mail; I confirm it by a link and can end it at any time"),
        required=False,
    )

    use_required_attribute = False

    def clean_email(self):
        email = User.objects.normalize_email(self.cleaned_data["email"])
        if User.objects.filter(email__iexact=email).exists():
            raise ValidationError(_("An account with this address exists. Log in or ask for a new password."))
        return email

    def clean(self):
        cleaned = super().clean()
        if "password" in cleaned:
            person = User(email=cleaned.get("email", ""), first_name=cleaned.get("name", ""))
            try:
                password_validation.validate_password(cleaned["password"], person)
            except ValidationError as error:
                self.add_error("password", error)
        return cleaned


class ProfileForm(forms.ModelForm):
    """What an account knows about its person. The whole name is one field, in the order people say it."""

    first_name = TextField(
        label=_("Your name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    phone = PhoneField(label=_("Phone"), required=False)
    language = forms.ChoiceField(
        label=_("Language of the mails"), choices=settings.LANGUAGES, widget=forms.Select()
    )

    use_required_attribute = False

    class Meta:
        model = User
        fields = ["first_name", "phone", "language"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial["first_name"] = self.instance.get_full_name()

    def save(self, commit=True):
        self.instance.last_name = ""
        return super().save(commit)


class ForgottenForm(forms.Form):
    """Where to send the link for a new password."""

    email = _email_field()

    use_required_attribute = False


class NewPasswordForm(forms.Form):
    """A new password, written once: whoever mistypes it asks for another link."""

    password = _password_field(
        _("New password"),
        "new-password",
        help_text=_("At least 8 characters, not one that is used everywhere."),
    )

    use_required_attribute = False

    def __init__(self, user: User, *args, **kwargs):
        self.user = user
        super().__init__(*args, **kwargs)

    def clean_password(self):
        password_validation.validate_password(self.cleaned_data["password"], self.user)
        return self.cleaned_data["password"]

    def save(self) -> User:
        self.user.set_password(self.cleaned_data["password"])
        self.user.save(update_fields=["password"])
        return self.user


class PasswordForm(NewPasswordForm):
    """Another password, by whoever knows the present one."""

    old_password = _password_field(_("Present password"), "current-password")

    field_order = ["old_password", "password"]

    def clean_old_password(self):
        if not self.user.check_password(self.cleaned_data["old_password"]):
            raise ValidationError(_("This is not your present password."))
        return self.cleaned_data["old_password"]
