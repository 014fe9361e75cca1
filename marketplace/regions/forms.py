"""The fields of a place in the two levels of today: province, commune or ward, street.

The commune is a text box that also knows former names. What it may mean is asked back as a choice, and the
form comes back with everything that was typed.
"""

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse_lazy
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from marketplace.core.fields import TextField
from marketplace.core.keys import key_of
from marketplace.regions.domain.addresses import Suggestion, find_commune
from marketplace.regions.models import Region


class ProvinceField(forms.ModelChoiceField):
    """One of the provinces of today."""

    def __init__(self, **kwargs):
        super().__init__(
            Region.objects.current().provinces().order_by("folded"),
            label=_("Province or city"),
            empty_label=_("Choose"),
            **kwargs,
        )

    def label_from_instance(self, province: Region) -> str:
        return province.name_en if get_language() == "en" else province.name


class PlaceFields(forms.Form):
    """Province, commune and street; `found_commune` is what they mean once the form is valid."""

    province = ProvinceField(
        error_messages={"required": _("Please choose the province or city.")},
        widget=forms.Select(
            attrs={
                "autocomplete": "address-level1",
                "hx-get": reverse_lazy("checkout:communes"),
                "hx-trigger": "change",
                "hx-include": "#id_commune",
                "hx-target": "#communes",
                "hx-sync": "closest form:queue last",
            }
        ),
    )
    commune = TextField(
        label=_("Commune or ward"),
        max_length=120,
        help_text=_("Former names work too: “Vạn Phúc” leads to “Phường Hà Đông”."),
        error_messages={"required": _("Please write the commune or ward.")},
        widget=forms.TextInput(
            attrs={
                "autocomplete": "address-level2",
                "hx-get": reverse_lazy("checkout:communes"),
                "hx-trigger": "input changed delay:300ms",
                "hx-include": "#id_province",
                "hx-target": "#communes",
                "hx-sync": "closest form:queue last",
            }
        ),
    )
    commune_choice = forms.IntegerField(required=False, widget=forms.HiddenInput)
    street = TextField(
        label=_("House number, lane, street or hamlet"),
        max_length=200,
        error_messages={"required": _("Please write where in the commune or ward you live.")},
        widget=forms.TextInput(attrs={"autocomplete": "street-address"}),
    )

    #: What the commune may mean; shown as a choice.
    suggestions: list[Suggestion] = []
    found_commune: Region | None = None

    def clean(self):
        cleaned = super().clean() or self.cleaned_data
        province, text = cleaned.get("province"), cleaned.get("commune")
        if province is not None and text:
            self._find_commune(province, text, cleaned.get("commune_choice"))
        return cleaned

    def _find_commune(self, province: Region, text: str, chosen: int | None) -> None:
        found = find_commune(province, text)
        if isinstance(found, Region):
            self.found_commune = found
            return
        self.suggestions = found
        self.found_commune = next((each.region for each in found if each.region.pk == chosen), None)
        if self.found_commune is None:
            self.add_error("commune", self._not_found(province))

    def _not_found(self, province: Region) -> ValidationError:
        if self.suggestions:
            return ValidationError(_("Please choose below which place you mean."), code="ambiguous")
        return ValidationError(
            _("No commune or ward of this name was found in %(province)s. Check spelling and province."),
            code="unknown",
            params={"province": self.fields["province"].label_from_instance(province)},
        )

    @property
    def chosen_commune(self) -> int | None:
        """The suggestion that was chosen, as it was sent."""
        sent = str(self["commune_choice"].value() or "")
        return key_of(sent)
