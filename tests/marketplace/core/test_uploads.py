"""Uploads: judged by their content, and never bigger in memory or on the disk than what is taken."""

import io

import pytest
from django import forms
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.test import RequestFactory, override_settings
from PIL import Image

from marketplace.core import uploads
from marketplace.core.uploads import DocumentField, PictureField, ThrownAway
from tests.factories.files import DOCX, PDF, SECRET, WITH_MACROS, XLSX, archive, photograph, upload

pytestmark = pytest.mark.unit


class OnePicture(forms.Form):
    picture = PictureField()


class OneDocument(forms.Form):
    document = DocumentField()


def errors(form_class, name, file) -> list[str]:
    form = form_class({}, {name: file})
    return [] if form.is_valid() else [each.code for each in form.errors[name].as_data()]


class TestPictures:
    def test_what_a_form_gives_is_tidy_and_named_by_its_type(self):
        sent = upload(photograph(image_format="WEBP"), "Ảnh đẹp.png")
        form = OnePicture({}, {"picture": sent})
        assert form.is_valid()
        picture = form.cleaned_data["picture"]
        content = picture.read()
        assert SECRET not in content
        assert (picture.name, picture.content_type, picture.size) == (
            "Ảnh đẹp.jpg",
            "image/jpeg",
            len(content),
        )
        assert Image.open(io.BytesIO(content)).format == "JPEG"

    def test_the_original_is_not_left_in_the_upload_itself(self):
        """Wagtail keeps what was sent, not what its form gives, while an editor has not finished a form."""
        sent = TemporaryUploadedFile("anh.jpg", "image/jpeg", 0, None)
        sent.write(photograph(400, 300))
        sent.size = sent.tell()
        assert OnePicture({}, {"picture": sent}).is_valid()
        with open(sent.temporary_file_path(), "rb") as kept:
            assert SECRET not in kept.read()
        sent.close()

    def test_a_zip_with_the_name_of_a_picture_is_refused(self):
        assert errors(OnePicture, "picture", upload(archive("a.txt"), "anh.jpg")) == ["no_picture"]

    def test_no_file_is_asked_for(self):
        assert errors(OnePicture, "picture", None) == ["required"]


class TestDocuments:
    @pytest.mark.parametrize(
        ("name", "content"),
        [
            ("Quyết định.pdf", PDF),
            ("ke-hoach.PDF", b"\n" + PDF),
            ("don.docx", DOCX),
            ("bang.xlsx", XLSX),
            ("bang.csv", "tên,sao\nChè,4\n".encode()),
            ("bang.csv", b"\xef\xbb\xbf" + ("chè,4\n" * 5000).encode()),
        ],
    )
    def test_documents_are_taken(self, name, content):
        assert errors(OneDocument, "document", upload(content, name)) == []

    @pytest.mark.parametrize(
        ("name", "content", "code"),
        [
            ("trang.html", b"<html></html>", "kind"),
            ("anh.svg", b"<svg/>", "kind"),
            ("chay.exe", b"MZ", "kind"),
            ("khong-duoi", PDF, "kind"),
            ("gia.pdf", b"<html><script>alert(1)</script></html>", "content"),
            ("gia.docx", XLSX, "content"),
            ("gia.docx", archive("a.txt"), "content"),
            ("gia.docx", b"PK\x03\x04 broken", "content"),
            (
                "macro.docx",
                WITH_MACROS,
                "content",
            ),
            ("gia.csv", b"<svg xmlns='x'/>", "content"),
            ("gia.csv", b"\x89PNG\r\n\x1a\n\0\0", "content"),
            ("gia.csv", "chè".encode("utf-16"), "content"),
        ],
    )
    def test_what_only_pretends_is_refused(self, name, content, code):
        assert errors(OneDocument, "document", upload(content, name)) == [code]

    def test_an_archive_that_would_fill_the_disk_is_refused(self, monkeypatch):
        monkeypatch.setattr(uploads, "LARGEST_UNPACKED", 10_000)
        bomb = archive("[Content_Types].xml", "word/document.xml", content=b"0" * 20_000)
        assert errors(OneDocument, "document", upload(bomb, "bom.docx")) == ["content"]


class TestSize:
    @pytest.fixture(autouse=True)
    def small(self, monkeypatch):
        monkeypatch.setattr(uploads, "LARGEST", 100_000)
        monkeypatch.setattr(PictureField, "max_size", 50_000)

    def receive(self, size: int):
        body = (
            b'--x\r\nContent-Disposition: form-data; name="picture"; filename="anh.jpg"\r\n'
            b"Content-Type: image/jpeg\r\n\r\n" + b"\xff" * size + b"\r\n--x--\r\n"
        )
        request = RequestFactory().generic("POST", "/", body, content_type="multipart/form-data; boundary=x")
        return request.FILES["picture"]

    @override_settings(FILE_UPLOAD_MAX_MEMORY_SIZE=1000)
    def test_a_file_beyond_all_limits_is_thrown_away_as_it_arrives(self):
        received = self.receive(1_000_000)
        assert isinstance(received, ThrownAway)
        assert received.size > 100_000
        assert received.read() == b""
        form = OnePicture({}, {"picture": received})
        assert not form.is_valid()
        assert form.errors["picture"].as_data()[0].code == "too_big"

    @pytest.mark.parametrize("in_memory", [10, 10_000_000])
    def test_a_smaller_one_is_received_whole(self, in_memory):
        with override_settings(FILE_UPLOAD_MAX_MEMORY_SIZE=in_memory):
            received = self.receive(99_000)
        assert not isinstance(received, ThrownAway)
        assert received.read() == b"\xff" * 99_000
        received.close()

    def test_a_picture_is_refused_by_its_size_before_it_is_looked_at(self):
        form = OnePicture({}, {"picture": upload(b"x" * 50_001)})
        assert form.errors["picture"].as_data()[0].code == "too_big"
