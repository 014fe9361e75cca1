"""The forms of an application, one for each step; `answers` gives what the application keeps."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from marketplace.core import clock
from marketplace.core.fields import DayField, PhoneField, TextField
from marketplace.core.sealed import seal
from marketplace.core.uploads import PaperField
from marketplace.regions.forms import PlaceFields
from producers import banks
from producers.codes import clean_code, is_personal
from producers.models import ApplicationPaper, Partner, PointOfSale, SellerApplication


class StepForm(forms.Form):
    """One step of an application, filled with what was answered before."""

    use_required_attribute = False
    KEPT: tuple[str, ...] = ()

    def __init__(self, *args, application: SellerApplication, **kwargs):
        self.application = application
        kwargs.setdefault("initial", self.known(application))
        super().__init__(*args, **kwargs)

    def known(self, application: SellerApplication) -> dict:
        return {name: getattr(application, name) for name in self.KEPT}

    def answers(self) -> dict:
        """Fields of the application by name; only of a valid form."""
        return {name: self.cleaned_data[name] for name in self.KEPT}


class KindForm(StepForm):
    KEPT = ("legal_form", "kind")

    kind = forms.ChoiceField(
        label=_("What do you open?"),
        choices=[
            (Partner.Kind.PRODUCER, _("A stall: we make what we sell")),
            (Partner.Kind.POINT, _("A point of sale: we sell goods of many producers")),
        ],
        widget=forms.RadioSelect,
        required=False,
    )
    legal_form = forms.ChoiceField(
        label=_("Who sells?"),
        choices=Partner.LegalForm,
        widget=forms.RadioSelect,
        error_messages={"required": _("Please choose one.")},
    )

    def clean_kind(self) -> str:
        """Whoever says nothing, or claims a stall that is here, opens a stall."""
        if self.application.claims_id is not None:
            return Partner.Kind.PRODUCER
        return self.cleaned_data["kind"] or self.application.kind


class IdentityForm(StepForm):
    """Name, code and representative. A personal number is sealed at once and never comes back to the page."""

    KEPT = ("legal_name", "representative")

    legal_name = TextField(
        label=_("Registered name"),
        max_length=128,
        help_text=_("As it stands on your registration; a household writes the name of its owner."),
    )
    code = forms.CharField(
        label=_("Tax or business code"),
        max_length=20,
        help_text=_("10 or 13 digits; a household without one gives its owner's personal number, 12 digits."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    representative = TextField(
        label=_("Who represents the seller"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.has_sealed:
            self.fields["code"].required = False
            self.fields["code"].help_text = _(
                "A personal number is kept, encrypted. Leave this empty to keep it, or write another code."
            )

    def known(self, application: SellerApplication) -> dict:
        return {**super().known(application), "code": application.business_code}

    @property
    def has_sealed(self) -> bool:
        return bool(self.application.personal_number)

    def clean_code(self) -> str:
        code = self.cleaned_data["code"]
        return clean_code(code) if code else ""

    def answers(self) -> dict:
        code = self.cleaned_data["code"]
        if not code:
            return super().answers()
        if is_personal(code):
            return {**super().answers(), "business_code": "", "personal_number": seal(code)}
        return {**super().answers(), "business_code": code, "personal_number": ""}


class ContactForm(StepForm, PlaceFields):
    """How buyers and the office reach the seller, and where it is."""

    KEPT = ("phone", "email", "street")

    phone = PhoneField(label=_("Phone"))
    email = forms.EmailField(
        label=_("E-mail"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "inputmode": "email"}),
    )
    field_order = ["phone", "email", "province", "commune", "commune_choice", "street"]

    def known(self, application: SellerApplication) -> dict:
        person, region = application.applicant, application.region
        known = {**super().known(application)}
        known["phone"] = known["phone"] or person.phone
        known["email"] = known["email"] or person.email
        if region is not None:
            known |= {"province": region.parent_id, "commune": region.name}
        return known

    def answers(self) -> dict:
        return {**super().answers(), "region": self.found_commune}


class PointForm(StepForm, PlaceFields):
    """The point of sale: its name and kind, where it is, from when to when."""

    KEPT = ("point_name", "point_kind", "point_opens_on", "point_last_day")

    point_name = TextField(
        label=_("Name of the point"), max_length=128, help_text=_("As it stands over the door.")
    )
    point_kind = forms.ChoiceField(label=_("Kind of point"), choices=PointOfSale.Kind)
    point_opens_on = DayField(
        label=_("The point opens on"),
        required=False,
    )
    point_last_day = DayField(
        label=_("Last day of the point"),
        required=False,
        help_text=_("Of a booth at a fair."),
    )

    def known(self, application: SellerApplication) -> dict:
        known = {**super().known(application), "street": application.point_street}
        region = application.point_region
        if region is not None:
            known |= {"province": region.parent_id, "commune": region.name}
        return known

    def clean(self) -> dict:
        cleaned = super().clean()
        first, last = cleaned.get("point_opens_on"), cleaned.get("point_last_day")
        if last is not None and last < (first or clock.today()):
            words = _("It closes before it opens.") if first else _("This day is over.")
            self.add_error("point_last_day", ValidationError(words, code="order"))
        return cleaned

    def answers(self) -> dict:
        place = {"point_street": self.cleaned_data["street"], "point_region": self.found_commune}
        return {**super().answers(), **place}


class BankForm(StepForm):
    """Where buyers pay to: the account is the seller's own, or the person says that it is not."""

    KEPT = ("bank_code", "bank_number", "bank_holder", "is_other_name")

    bank_code = forms.ChoiceField(label=_("Bank"), choices=lambda: [("", _("Choose")), *banks.choices()])
    bank_number = forms.CharField(
        label=_("Account number"),
        max_length=30,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    bank_holder = forms.CharField(
        label=_("Account holder"), max_length=100, help_text=_("As the bank writes it: NGUYEN THI LAN.")
    )
    is_other_name = forms.BooleanField(
        label=_("The account is in another name than the seller's and the representative's"), required=False
    )

    def clean_bank_number(self) -> str:
        return banks.clean_number(self.cleaned_data["bank_number"])

    def clean_bank_holder(self) -> str:
        return banks.clean_holder(self.cleaned_data["bank_holder"])

    def clean(self) -> dict:
        cleaned = super().clean()
        holder = cleaned.get("bank_holder")
        names = (self.application.legal_name, self.application.representative)
        if holder and not banks.is_holder(holder, *names) and not cleaned.get("is_other_name"):
            words = _(
                "This is neither the seller's name nor the representative's. Correct it, or tick below."
            )
            self.add_error("bank_holder", ValidationError(words, code="other_name"))
        return cleaned


class PapersForm(StepForm):
    """One more paper, or the word that none is needed."""

    KEPT = ("needs_no_papers",)

    kind = forms.ChoiceField(label=_("What it is"), choices=ApplicationPaper.Kind, required=False)
    number = TextField(label=_("Number of the paper"), max_length=80, required=False)
    valid_until = DayField(
        label=_("Valid until"),
        required=False,
    )
    file = PaperField(
        label=_("Photo or PDF"), required=False, help_text=_("At most 20 MB. Only you and the office see it.")
    )
    needs_no_papers = forms.BooleanField(
        label=_("We sell no food, so there is no such paper"), required=False
    )

    def clean_valid_until(self):
        day = self.cleaned_data["valid_until"]
        if day is not None and day < clock.today():
            raise ValidationError(_("This paper is no longer valid. Send the one that is."), code="past")
        return day

    def clean(self) -> dict:
        cleaned = super().clean()
        describes = cleaned.get("number") or cleaned.get("valid_until")
        if describes and not cleaned.get("file") and "file" not in self.errors:
            self.add_error(
                "file", ValidationError(_("Choose the photo or file of this paper."), code="required")
            )
        return cleaned

    def paper(self) -> dict | None:
        """The fields of the paper that was sent, if one was."""
        cleaned = self.cleaned_data
        if not cleaned["file"]:
            return None
        return {
            "kind": cleaned["kind"] or ApplicationPaper.Kind.FOOD_SAFETY,
            "number": cleaned["number"],
            "valid_until": cleaned["valid_until"],
            "file": cleaned["file"],
            "file_type": cleaned["file"].content_type,
        }


class TermsForm(StepForm):
    """Agreeing to the terms that the page shows, and sending. Never ticked beforehand."""

    terms = forms.BooleanField(
        label=_("I have read the terms for sellers and agree to them."),
        error_messages={"required": _("Please read the terms and agree to them.")},
    )
    answer = forms.CharField(
        label=_("Message to the office"),
        max_length=500,
        required=False,
        widget=forms.Textarea({"rows": 3}),
    )
    edition = forms.CharField(max_length=20, required=False, widget=forms.HiddenInput)


FORMS: dict[str, type[StepForm]] = {
    "kind": KindForm,
    "identity": IdentityForm,
    "contact": ContactForm,
    "point": PointForm,
    "bank": BankForm,
    "papers": PapersForm,
    "terms": TermsForm,
}
