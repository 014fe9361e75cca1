"""The form of a stall's page: its looks and its blocks, in the order that the writer gives them."""

from dataclasses import dataclass
from io import BytesIO
from urllib.parse import urlsplit

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.forms.boundfield import BoundField
from django.utils.translation import gettext_lazy as _
from PIL import Image

from marketplace.core.fields import DayField, TextField
from marketplace.core.keys import key_of
from marketplace.core.pictures import in_widths, store_in_widths
from marketplace.core.text import nfc
from marketplace.core.uploads import PictureField
from producers.models import Accent, BlockKind, Partner
from producers.models.stall_pages import StallText

BLOCKS = 20
LONGEST_TEXT = 5_000
MILESTONES = 20
BANNER_WIDTHS = (640, 1280, 1920)
WIDTHS = (480, 960, 1440)
LOGO_WIDTHS = (160, 320)
FOLDER = "stalls"
VIDEO_HOSTS = ("youtube.com", "youtu.be", "vimeo.com", "facebook.com", "fb.watch", "tiktok.com")

#: What each kind of block holds, by the names of its fields.
PARTS = {
    BlockKind.TEXT: ("heading", "body"),
    BlockKind.PICTURE: ("file", "alt", "caption"),
    BlockKind.VIDEO: ("url", "title"),
    BlockKind.MILESTONES: ("heading", "rows"),
}


@dataclass(frozen=True)
class BlockRow:
    """A block as the page of the form shows it."""

    number: int
    kind: str
    label: str
    order: BoundField
    fields: list[BoundField]
    hidden: list[BoundField]
    picture: object
    is_first: bool
    is_last: bool


class PauseForm(forms.Form):
    """The days on which the stall takes no orders."""

    first = DayField(label=_("First day"))
    last = DayField(label=_("Last day"))
    words = TextField(
        label=_("What buyers read"),
        max_length=200,
        required=False,
        help_text=_("Such as: “We are at the Tết market and pack again from the 20th.”"),
    )


class StallForm(forms.Form):
    """A stall's page; ``before`` is the draft that the writer has in view, whose pictures can be kept.

    What is not complete may be saved; ``is_strict`` asks for everything, before it is published.
    """

    accent = forms.ChoiceField(label=_("Colour"), choices=Accent, widget=forms.RadioSelect)
    banner = PictureField(
        label=_("Banner"), required=False, help_text=_("A wide picture, such as 1920 × 576.")
    )
    drop_banner = forms.BooleanField(label=_("Take the banner out"), required=False)
    logo = PictureField(label=_("Logo"), required=False, help_text=_("A square picture."))
    drop_logo = forms.BooleanField(label=_("Take the logo out"), required=False)
    village = TextField(
        label=_("Craft village"), max_length=120, required=False, help_text=_("If the stall belongs to one.")
    )
    opening_hours = TextField(
        label=_("Opening hours"),
        max_length=200,
        required=False,
        help_text=_("When guests are welcome, such as: every day 8:00 to 17:00."),
    )
    revision = forms.IntegerField(widget=forms.HiddenInput)
    count = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=BLOCKS)

    def __init__(self, data=None, files=None, *, seller: Partner, before: StallText, is_strict: bool = False):
        self.seller, self.before, self.is_strict = seller, before, is_strict
        initial = {name: getattr(before, name) for name in ("accent", "village", "opening_hours", "revision")}
        super().__init__(data, files, initial={**initial, "count": len(before.blocks)})
        self.kinds = self._kinds()
        for number, kind in enumerate(self.kinds):
            self._add_block(number, kind)

    def _kinds(self) -> list[str]:
        """The kinds of the blocks in the order in which the form names them."""
        if not self.is_bound:
            return [block["kind"] for block in self.before.blocks]
        number = min(key_of(self.data.get("count", "")) or 0, BLOCKS)
        kinds = [self.data.get(f"kind_{each}", "") for each in range(number)]
        return [kind if kind in BlockKind.values else BlockKind.TEXT for kind in kinds]

    def _add_block(self, number: int, kind: str) -> None:
        self._add(f"kind_{number}", forms.CharField, widget=forms.HiddenInput)
        self._add(f"was_{number}", forms.IntegerField, widget=forms.HiddenInput, min_value=0)
        self._add(f"order_{number}", forms.IntegerField, widget=forms.HiddenInput)
        for name in PARTS[kind]:
            field, options = FIELDS[name]
            self._add(f"{name}_{number}", field, **options)
        if not self.is_bound:
            self.initial |= {f"kind_{number}": kind, f"was_{number}": number, f"order_{number}": number}
            block = self.before.blocks[number]
            self.initial |= {
                f"{name}_{number}": _typed(name, block) for name in PARTS[kind] if name != "file"
            }

    def _add(self, name: str, kind: type[forms.Field], **options) -> None:
        self.fields[name] = kind(required=False, **options)

    @property
    def rows(self) -> list[BlockRow]:
        labels = dict(BlockKind.choices)
        shown = self.before.shown_blocks
        last = len(self.kinds) - 1
        return [
            BlockRow(
                number=number,
                kind=kind,
                label=str(labels[kind]),
                order=self[f"order_{number}"],
                fields=[self[f"{name}_{number}"] for name in PARTS[kind]],
                hidden=[self[f"{name}_{number}"] for name in ("kind", "was", "order")],
                picture=self._shown_picture(number, shown),
                is_first=number == 0,
                is_last=number == last,
            )
            for number, kind in enumerate(self.kinds)
        ]

    def _shown_picture(self, number: int, shown: list[dict]) -> object:
        was = self._was(number)
        return shown[was].get("picture") if was is not None else None

    def _was(self, number: int) -> int | None:
        """Which block of the draft this one was, if it was one of the same kind."""
        was = key_of(self.data.get(f"was_{number}", "")) if self.is_bound else number
        if was is None or was >= len(self.before.blocks):
            return None
        return was if self.before.blocks[was]["kind"] == self.kinds[number] else None

    def clean(self) -> dict:
        cleaned = super().clean()
        for number, kind in enumerate(self.kinds):
            if kind == BlockKind.VIDEO:
                self._check_video(f"url_{number}")
            if kind == BlockKind.MILESTONES:
                self._check_milestones(f"rows_{number}")
            if self.is_strict:
                self._check_complete(number, kind)
        return cleaned

    def _check_video(self, name: str) -> None:
        url = self.cleaned_data.get(name)
        if not url:
            return
        host = (urlsplit(url).hostname or "").removeprefix("www.").removeprefix("m.")
        if host not in VIDEO_HOSTS or urlsplit(url).scheme != "https":
            words = _("Videos can be on YouTube, Vimeo, Facebook or TikTok; the address begins with https.")
            self.add_error(name, forms.ValidationError(words, code="host"))

    def _check_milestones(self, name: str) -> None:
        for line in _lines(self.cleaned_data.get(name, "")):
            when, colon, what = line.partition(":")
            if not colon or not when.strip() or not what.strip() or len(when.strip()) > 20:
                words = _("Write “year: what happened” in each line; this one is different: %(line)s")
                self.add_error(name, forms.ValidationError(words, code="line", params={"line": line[:60]}))
                return

    def _check_complete(self, number: int, kind: str) -> None:
        needed = {
            BlockKind.TEXT: ["body"],
            BlockKind.PICTURE: ["alt"],
            BlockKind.VIDEO: ["url", "title"],
            BlockKind.MILESTONES: ["rows"],
        }[kind]
        if kind == BlockKind.PICTURE and not self._has_picture(number):
            needed = ["file", *needed]
        for name in needed:
            field = f"{name}_{number}"
            if not self.cleaned_data.get(field) and field not in self.errors:
                self.add_error(
                    field, forms.ValidationError(_("Fill this in, or take the block out."), "empty")
                )

    def _has_picture(self, number: int) -> bool:
        was = self._was(number)
        return bool(self.cleaned_data.get(f"file_{number}")) or (
            was is not None and bool(self.before.blocks[was]["picture"])
        )

    # --- what is kept
    def content(self) -> dict:
        """What the draft keeps of a valid form; stores the files of new pictures."""
        cleaned = self.cleaned_data
        return {
            **{name: cleaned[name] for name in ("accent", "village", "opening_hours")},
            "banner": self._picture_of("banner", BANNER_WIDTHS, ""),
            "logo": self._picture_of("logo", LOGO_WIDTHS, ""),
            "blocks": [self._block(number) for number in self.order()],
        }

    def order(self) -> list[int]:
        """The numbers of the blocks, by the places that they were given."""
        places = {number: self.cleaned_data.get(f"order_{number}") for number in range(len(self.kinds))}
        return sorted(
            places, key=lambda number: (number if places[number] is None else places[number], number)
        )

    def _block(self, number: int) -> dict:
        kind = self.kinds[number]
        value = {name: self.cleaned_data.get(f"{name}_{number}") or "" for name in PARTS[kind]}
        if kind == BlockKind.TEXT:
            return {"kind": kind, "heading": nfc(value["heading"]), "body": _paragraphs(value["body"])}
        if kind == BlockKind.VIDEO:
            return {"kind": kind, "url": value["url"], "title": nfc(value["title"])}
        if kind == BlockKind.MILESTONES:
            rows = [[nfc(part) for part in line.split(":", 1)] for line in _lines(value["rows"])]
            return {"kind": kind, "heading": nfc(value["heading"]), "rows": rows[:MILESTONES]}
        alt = nfc(value["alt"])
        was = self._was(number)
        kept = self.before.blocks[was]["picture"] if was is not None else None
        picture = _stored(value["file"], self.seller.slug, WIDTHS, alt) if value["file"] else kept
        return {
            "kind": kind,
            "picture": {**picture, "alt": alt} if picture else None,
            "alt": alt,
            "caption": nfc(value["caption"]),
        }

    def _picture_of(self, name: str, widths: tuple[int, ...], alt: str) -> dict | None:
        if self.cleaned_data.get(name):
            return _stored(self.cleaned_data[name], self.seller.slug, widths, alt)
        return None if self.cleaned_data.get(f"drop_{name}") else getattr(self.before, name)


FIELDS: dict[str, tuple[type[forms.Field], dict]] = {
    "heading": (TextField, {"label": _("Heading"), "max_length": 120}),
    "body": (
        forms.CharField,
        {"label": _("Text"), "max_length": LONGEST_TEXT, "widget": forms.Textarea({"rows": 5})},
    ),
    "file": (PictureField, {"label": _("Picture")}),
    "alt": (
        TextField,
        {"label": _("What it shows"), "max_length": 200, "help_text": _("For those who do not see it.")},
    ),
    "caption": (TextField, {"label": _("Words under the picture"), "max_length": 200}),
    "url": (
        forms.URLField,
        {"label": _("Address of the video"), "max_length": 500, "assume_scheme": "https"},
    ),
    "title": (TextField, {"label": _("Title"), "max_length": 120}),
    "rows": (
        forms.CharField,
        {
            "label": _("Milestones"),
            "max_length": LONGEST_TEXT,
            "widget": forms.Textarea({"rows": 5}),
            "help_text": _("One in each line: year, colon, what happened. Such as “1989: the first kiln”."),
        },
    ),
}


def _typed(name: str, block: dict) -> str:
    """A part of a block as its field shows it."""
    if name == "rows":
        return "\n".join(f"{when}: {what}" for when, what in block["rows"])
    return block.get(name, "")


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _paragraphs(text: str) -> str:
    return "\n\n".join(filter(None, (nfc(part) for part in text.replace("\r\n", "\n").split("\n\n"))))


def _stored(upload: UploadedFile, slug: str, widths: tuple[int, ...], alt: str) -> dict:
    """Keep a new picture in these widths and give what the page keeps of it."""
    files = in_widths(upload, widths)
    name = store_in_widths(files, FOLDER, slug[:60].strip("-"))
    width, height = Image.open(BytesIO(files[max(files)])).size
    return {"name": name, "width": width, "height": height, "alt": alt, "widths": sorted(files)}
