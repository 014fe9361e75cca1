"""Wagtail's forms for pictures and files, with the site's own checks of what is uploaded."""

from django import forms
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from wagtail.documents.forms import BaseDocumentForm
from wagtail.images.forms import BaseImageForm

from cms.models import File
from marketplace.core.pictures import MAX_SIDE
from marketplace.core.uploads import DocumentField, PictureField


class _ForTheUploader:
    """What Wagtail's uploader of many files asks a field for, to refuse a file before it is sent."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.max_upload_size = self.max_size
        self.error_messages["file_too_large_unknown_size"] = _(
            "This file is too big: at most %(largest)s are taken."
        ) % {"largest": filesizeformat(self.max_size)}


class UploadedPictureField(_ForTheUploader, PictureField):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.error_messages["invalid_image_extension"] = _("Send a JPEG, PNG, WebP or AVIF file.")
        self.help_text = _(
            "JPEG, PNG, WebP or AVIF, at most %(largest)s and %(side)s pixels along a side. Where and when it"
            " was taken is removed."
        ) % {"largest": filesizeformat(self.max_size), "side": MAX_SIDE}


class UploadedFileField(_ForTheUploader, DocumentField):
    def __init__(self, **kwargs):
        super().__init__(kinds=File.KINDS, **kwargs)
        self.help_text = _("%(kinds)s, at most %(largest)s, without macros.") % {
            "kinds": ", ".join(kind.upper() for kind in self.kinds),
            "largest": filesizeformat(self.max_size),
        }


def _exchange(form: forms.ModelForm, field_class: type[forms.FileField]) -> None:
    """Put our field in the place of Wagtail's, where the form has one: that of many files leaves it out."""
    wagtails = form.fields.get("file")
    if wagtails is not None:
        form.fields["file"] = field_class(
            label=wagtails.label, required=wagtails.required, widget=wagtails.widget
        )


class PictureForm(BaseImageForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _exchange(self, UploadedPictureField)


class FileForm(BaseDocumentForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _exchange(self, UploadedFileField)
