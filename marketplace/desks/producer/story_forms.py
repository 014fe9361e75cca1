"""The form of a story: texts in two languages, facts, sources and pictures."""

from collections.abc import Iterable
from io import BytesIO

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from PIL import Image

from catalog.models import Product
from marketplace.core.pictures import in_widths, store_in_widths
from marketplace.core.text import nfc, slugify
from marketplace.core.uploads import PictureField
from marketplace.desks.product_fields import ProductNamesField
from producers.models import StoryText

TEXTS = ("title", "title_en", "slogan", "slogan_en", "body", "body_en")
FACTS = 4
SOURCES = 4
PICTURES = 6
LONGEST_TEXT = 20_000
WIDTHS = (480, 960, 1440)
FOLDER = "stories"


class AboutForm(forms.Form):
    """What a new story is about: a stall or one of its products.

    ``products`` are those that can be named, where there are too many to choose one from a list.
    """

    about = forms.ChoiceField(label=_("What the story is about"))

    def __init__(self, *args, choices: Iterable, products: QuerySet[Product] | None = None, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["about"].choices = choices
        if products is not None:
            self.fields["named"] = ProductNamesField(
                products, label=_("Or one of its products"), required=False, most=1, widget=forms.TextInput
            )


class StoryForm(forms.Form):
    """One version of a story. ``before`` is the text from which it is written; its pictures can be kept."""

    title = forms.CharField(label=_("Title"), max_length=120)
    slogan = forms.CharField(
        label=_("Slogan"), max_length=160, required=False, help_text=_("One sentence under the title.")
    )
    body = forms.CharField(
        label=_("Text"),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea({"rows": 12}),
        help_text=_("Leave an empty line between paragraphs."),
    )
    title_en = forms.CharField(label=_("Title in English"), max_length=120, required=False)
    slogan_en = forms.CharField(label=_("Slogan in English"), max_length=160, required=False)
    body_en = forms.CharField(
        label=_("Text in English"),
        max_length=LONGEST_TEXT,
        required=False,
        widget=forms.Textarea({"rows": 8}),
    )
    picture = PictureField(
        label=_("New picture"), required=False, help_text=_("JPEG, PNG, WebP or AVIF, at most 20 MB.")
    )
    picture_alt = forms.CharField(
        label=_("What the new picture shows"),
        max_length=200,
        required=False,
        help_text=_("For those who do not see it."),
    )
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, before: StoryText | None = None, seen: str = "", **kwargs):
        self.pictures = list(before.pictures) if before is not None else []
        initial = {"seen": seen} if before is None else {**_initial(before), "seen": seen}
        super().__init__(*args, initial=initial, **kwargs)
        for number in range(FACTS):
            self._add(f"fact_name_{number}", forms.CharField, label=_("Fact"), max_length=60)
            self._add(f"fact_value_{number}", forms.CharField, label=_("Value"), max_length=120)
        for number in range(SOURCES):
            self._add(f"source_title_{number}", forms.CharField, label=_("Source"), max_length=160)
            self._add(f"source_url_{number}", forms.URLField, label=_("Address"), max_length=500)
        for number, picture in enumerate(self.pictures):
            self._add(f"alt_{number}", forms.CharField, label=_("What it shows"), max_length=200)
            self._add(f"drop_{number}", forms.BooleanField, label=_("Take this picture out"))
            self.initial[f"alt_{number}"] = picture["alt"]

    def _add(self, name: str, kind: type[forms.Field], **options) -> None:
        extra = {"assume_scheme": "https"} if kind is forms.URLField else {}
        self.fields[name] = kind(required=False, **options, **extra)

    @property
    def fact_rows(self) -> list[tuple]:
        return [(self[f"fact_name_{number}"], self[f"fact_value_{number}"]) for number in range(FACTS)]

    @property
    def source_rows(self) -> list[tuple]:
        return [(self[f"source_title_{number}"], self[f"source_url_{number}"]) for number in range(SOURCES)]

    @property
    def picture_rows(self) -> list[tuple]:
        shown = StoryText.pictures_of(self.pictures)
        return [
            (picture, self[f"alt_{number}"], self[f"drop_{number}"]) for number, picture in enumerate(shown)
        ]

    def clean(self) -> dict:
        cleaned = super().clean()
        for number in range(FACTS):
            self._need_both(f"fact_name_{number}", f"fact_value_{number}")
        for number in range(SOURCES):
            if cleaned.get(f"source_title_{number}") and not cleaned.get(f"source_url_{number}"):
                self._require(f"source_url_{number}")
        for number in range(len(self.pictures)):
            if not cleaned.get(f"drop_{number}"):
                self._need(f"alt_{number}")
        if cleaned.get("picture"):
            self._need("picture_alt")
            if len(self._kept_pictures()) >= PICTURES:
                words = _("A story has at most %(number)s pictures.") % {"number": PICTURES}
                self.add_error("picture", forms.ValidationError(words, code="too_many"))
        if cleaned.get("title_en") and not cleaned.get("body_en"):
            self._require("body_en")
        return cleaned

    def content(self) -> dict:
        """What a version keeps of a valid form; stores the files of a new picture."""
        cleaned = self.cleaned_data
        lines = {name: nfc(cleaned[name]) for name in ("title", "title_en", "slogan", "slogan_en")}
        bodies = {name: _paragraphs(cleaned[name]) for name in ("body", "body_en")}
        return {
            **lines,
            **bodies,
            "facts": self._rows("fact_name", "fact_value", FACTS),
            "sources": [
                {"title": nfc(title), "url": url}
                for title, url in self._rows("source_title", "source_url", SOURCES)
            ],
            "pictures": self._all_pictures(),
        }

    def _rows(self, first: str, second: str, number: int) -> list[list[str]]:
        rows = (
            [self.cleaned_data[f"{first}_{row}"], self.cleaned_data[f"{second}_{row}"]]
            for row in range(number)
        )
        return [row for row in rows if row[1]]

    def _kept_pictures(self) -> list[dict]:
        return [
            {**picture, "alt": nfc(self.cleaned_data.get(f"alt_{number}") or "")}
            for number, picture in enumerate(self.pictures)
            if not self.cleaned_data.get(f"drop_{number}")
        ]

    def _all_pictures(self) -> list[dict]:
        kept, new = self._kept_pictures(), self.cleaned_data["picture"]
        if not new:
            return kept
        return [*kept, _stored(new, self.cleaned_data["title"], nfc(self.cleaned_data["picture_alt"]))]

    def _need_both(self, first: str, second: str) -> None:
        if bool(self.cleaned_data.get(first)) != bool(self.cleaned_data.get(second)):
            self._need(first)
            self._need(second)

    def _need(self, name: str) -> None:
        if not self.cleaned_data.get(name) and name not in self.errors:
            self._require(name)

    def _require(self, name: str) -> None:
        field = self.fields[name]
        self.add_error(name, forms.ValidationError(field.error_messages["required"], code="required"))


def _initial(before: StoryText) -> dict:
    initial = {name: getattr(before, name) for name in TEXTS}
    for number, (name, value) in enumerate(before.facts[:FACTS]):
        initial |= {f"fact_name_{number}": name, f"fact_value_{number}": value}
    for number, source in enumerate(before.sources[:SOURCES]):
        initial |= {f"source_title_{number}": source["title"], f"source_url_{number}": source["url"]}
    return initial


def _paragraphs(text: str) -> str:
    """In NFC, with single spaces and one empty line between paragraphs."""
    parts = (nfc(part) for part in text.replace("\r\n", "\n").split("\n\n"))
    return "\n\n".join(part for part in parts if part)


def _stored(upload: UploadedFile, title: str, alt: str) -> dict:
    files = in_widths(upload, WIDTHS)
    name = store_in_widths(files, FOLDER, slugify(title)[:60].strip("-"))
    width, height = Image.open(BytesIO(files[max(files)])).size
    return {"name": name, "width": width, "height": height, "alt": alt, "widths": sorted(files)}
