"""A buyer's review: a rating, words, pictures, and the name that is shown."""

from io import BytesIO

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from PIL import Image

from marketplace.core.fields import TextField
from marketplace.core.pictures import in_widths, store_in_widths
from marketplace.core.text import nfc_lines, slugify
from marketplace.core.uploads import PicturesField

PICTURES = 4
LONGEST = 2000
WIDTHS = (320, 960, 1440)
FOLDER = "reviews"

RATINGS = [
    (5, gettext_lazy("5, very good")),
    (4, gettext_lazy("4, good")),
    (3, gettext_lazy("3, all right")),
    (2, gettext_lazy("2, not good")),
    (1, gettext_lazy("1, bad")),
]


class ReviewForm(forms.Form):
    rating = forms.TypedChoiceField(
        label=gettext_lazy("How do you find it?"),
        choices=RATINGS,
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Please choose a number from 1 to 5.")},
    )
    text = forms.CharField(
        label=gettext_lazy("Your review"),
        max_length=LONGEST,
        required=False,
        widget=forms.Textarea({"rows": 5}),
        help_text=gettext_lazy(
            "What is good, what could be better? Please no telephone numbers or addresses."
        ),
    )
    pictures = PicturesField(
        label=gettext_lazy("Pictures"),
        most=PICTURES,
        required=False,
        help_text=gettext_lazy(
            "At most four, JPEG, PNG, WebP or AVIF. Where and when they were taken is removed."
        ),
    )
    name = TextField(
        label=gettext_lazy("Name that is shown"),
        max_length=60,
        help_text=gettext_lazy("Everybody can read it. Your first name is enough."),
    )

    def content(self, title: str) -> dict:
        """What `reviewing.write` takes of a valid form; stores the files of the pictures."""
        cleaned = self.cleaned_data
        alt = _("Picture by a buyer: %(title)s") % {"title": title}
        return {
            "rating": cleaned["rating"],
            "text": nfc_lines(cleaned["text"]),
            "name": cleaned["name"],
            "pictures": [_stored(file, title, alt) for file in cleaned["pictures"]],
        }


def _stored(upload: UploadedFile, title: str, alt: str) -> dict:
    files = in_widths(upload, WIDTHS)
    name = store_in_widths(files, FOLDER, slugify(title)[:60].strip("-"))
    width, height = Image.open(BytesIO(files[max(files)])).size
    return {"name": name, "width": width, "height": height, "alt": alt, "widths": sorted(files)}
