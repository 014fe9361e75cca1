"""Files that people send: judged by their content, not by their name, and made harmless before they are kept.

Whoever takes a file from a browser uses `PictureField`, `DocumentField` or `PaperField`. `TooBig` stands
before Django's own upload handlers and lets nothing beyond `LARGEST` reach memory or disk.
"""

import codecs
import zipfile
from collections.abc import Callable, Sequence
from io import BytesIO
from pathlib import PurePath

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from marketplace.core.pictures import PictureRefused, tidied

MEBIBYTE = 2**20
LARGEST_PICTURE = 20 * MEBIBYTE
LARGEST_DOCUMENT = 50 * MEBIBYTE
LARGEST = max(LARGEST_PICTURE, LARGEST_DOCUMENT)
"""Nothing bigger is taken in, whatever it is."""

LARGEST_UNPACKED = 10 * LARGEST_DOCUMENT
"""What the parts of an office document may come to when they are unpacked."""

_SNIFFED = 8192


class ThrownAway(UploadedFile):
    """Stands for a file that was too big to be taken in: it knows its size, and holds nothing."""

    def __init__(self, name: str, size: int, content_type: str):
        super().__init__(file=BytesIO(), name=name, size=size, content_type=content_type)


class TooBig(FileUploadHandler):
    """Throws the rest of a file away as it arrives, once it has become bigger than any that is taken."""

    def new_file(self, *args, **kwargs):
        super().new_file(*args, **kwargs)
        self.received = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        was_small = self.received <= LARGEST
        self.received = start + len(raw_data)
        if self.received <= LARGEST:
            return raw_data
        if was_small:
            self._let_go()
        return None

    def file_complete(self, file_size: int) -> UploadedFile | None:
        if self.received <= LARGEST:
            return None
        return ThrownAway(self.file_name, self.received, self.content_type)

    def _let_go(self) -> None:
        """Have the other handlers drop what they have of the file."""
        for handler in self.request.upload_handlers:
            if handler is not self:
                handler.upload_interrupted()


class _CheckedField(forms.FileField):
    """A file field that asks about the size before anything looks inside."""

    max_size = LARGEST

    def to_python(self, data: UploadedFile | None) -> UploadedFile | None:
        if data is not None:
            check_size(data, self.max_size)
        return super().to_python(data)


class PictureField(_CheckedField):
    """A picture for the site; what it gives is upright, without metadata, and named by its true type."""

    max_size = LARGEST_PICTURE

    def to_python(self, data: UploadedFile | None) -> UploadedFile | None:
        upload = super().to_python(data)
        if upload is not None:
            tidy_picture(upload)
        return upload

    def widget_attrs(self, widget: forms.Widget) -> dict:
        return {**super().widget_attrs(widget), "accept": "image/jpeg,image/png,image/webp,image/avif"}


class _SeveralFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class PicturesField(PictureField):
    """Several pictures at once, each as `PictureField` gives one; no more than ``most``."""

    widget = _SeveralFiles

    def __init__(self, *args, most: int, **kwargs):
        self.most = most
        super().__init__(*args, **kwargs)

    def clean(self, data: list[UploadedFile] | None, initial=None) -> list[UploadedFile]:
        uploads = [each for each in data or [] if each]
        if not uploads:
            super().clean(None, initial)
            return []
        if len(uploads) > self.most:
            raise ValidationError(
                _("At most %(most)s pictures are taken at once."), code="too_many", params={"most": self.most}
            )
        pictures, errors = [], []
        for upload in uploads:
            try:
                pictures.append(super().clean(upload, initial))
            except ValidationError as error:
                words = " ".join(error.messages)
                errors.append(ValidationError(f"{upload.name}: {words}", code=error.error_list[0].code))
        if errors:
            raise ValidationError(errors)
        return pictures


class DocumentField(_CheckedField):
    """A document of one of these kinds, as `KINDS` names them."""

    max_size = LARGEST_DOCUMENT

    def __init__(self, *args, kinds: Sequence[str] = ("pdf", "docx", "xlsx", "csv"), **kwargs):
        self.kinds = kinds
        super().__init__(*args, **kwargs)

    def to_python(self, data: UploadedFile | None) -> UploadedFile | None:
        upload = super().to_python(data)
        if upload is not None:
            check_document(upload, self.kinds)
        return upload

    def widget_attrs(self, widget: forms.Widget) -> dict:
        return {**super().widget_attrs(widget), "accept": ",".join(f".{kind}" for kind in self.kinds)}


class PaperField(_CheckedField):
    """A PDF, or a photo of a paper, which is made upright and loses what the camera wrote."""

    max_size = LARGEST_PICTURE

    def to_python(self, data: UploadedFile | None) -> UploadedFile | None:
        upload = super().to_python(data)
        if upload is None:
            return None
        if upload.name.lower().endswith(".pdf"):
            check_document(upload, ("pdf",))
            upload.content_type = "application/pdf"
        else:
            tidy_picture(upload)
        return upload

    def widget_attrs(self, widget: forms.Widget) -> dict:
        return {**super().widget_attrs(widget), "accept": "application/pdf,image/*"}


def check_size(upload: UploadedFile, largest: int) -> None:
    """Raise ``ValidationError`` for a file of more bytes than this."""
    if upload.size > largest:
        raise ValidationError(
            _("This file is too big: it has %(size)s, and at most %(largest)s are taken."),
            code="too_big",
            params={"size": filesizeformat(upload.size), "largest": filesizeformat(largest)},
        )


def tidy_picture(upload: UploadedFile) -> None:
    """Put the tidied picture in the place of what was sent, in the same upload.

    In the same one, so that nobody who has it in hand can keep the original with its place and time. Raises
    ``ValidationError`` for what is no picture that the site shows.
    """
    try:
        picture = tidied(upload)
    except PictureRefused as refused:
        raise ValidationError(str(refused), code=refused.code) from refused
    upload.seek(0)
    upload.truncate()
    upload.write(picture.content)
    upload.seek(0)
    upload.size = len(picture.content)
    upload.content_type = picture.content_type
    upload.name = f"{PurePath(upload.name).stem}.{picture.extension}"


def check_document(upload: UploadedFile, kinds: Sequence[str]) -> None:
    """Raise ``ValidationError`` unless name and content are of one of these kinds."""
    kind = PurePath(upload.name).suffix.lower().lstrip(".")
    if kind not in kinds:
        raise ValidationError(
            _("Files of this type are not taken. Send one of: %(kinds)s."),
            code="kind",
            params={"kinds": ", ".join(kinds)},
        )
    upload.seek(0)
    is_of_kind = KINDS[kind](upload)
    upload.seek(0)
    if not is_of_kind:
        raise ValidationError(
            _("The file is called .%(kind)s, but its content is something else, or holds macros."),
            code="content",
            params={"kind": kind},
        )


def _is_pdf(upload: UploadedFile) -> bool:
    return upload.read(_SNIFFED)[:1024].lstrip().startswith(b"%PDF-")


def _is_text(upload: UploadedFile) -> bool:
    beginning = upload.read(_SNIFFED)
    try:
        # A letter may be cut in two where the reading ends.
        text = codecs.getincrementaldecoder("utf-8-sig")().decode(beginning, final=len(beginning) < _SNIFFED)
    except UnicodeDecodeError:
        return False
    return "\0" not in text and not text.lstrip().lower().startswith(("<!doctype", "<html", "<svg", "<?xml"))


def _office(folder: str) -> Callable[[UploadedFile], bool]:
    def is_office(upload: UploadedFile) -> bool:
        try:
            with zipfile.ZipFile(upload) as archive:
                parts = archive.infolist()
        except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError):
            return False
        names = {part.filename for part in parts}
        return (
            "[Content_Types].xml" in names
            and any(name.startswith(f"{folder}/") for name in names)
            and not any(name.lower().endswith(("vbaproject.bin", ".exe", ".dll")) for name in names)
            and sum(part.file_size for part in parts) <= LARGEST_UNPACKED
        )

    return is_office


KINDS: dict[str, Callable[[UploadedFile], bool]] = {
    "pdf": _is_pdf,
    "docx": _office("word"),
    "xlsx": _office("xl"),
    "csv": _is_text,
}
"""Endings of names, and what tells whether the content is of that kind."""
