"""Files that editors bring for readers to take away."""

import pytest

from cms.domain.site import set_up
from cms.models import File
from tests.factories.files import DOCX, PDF, WITH_MACROS, upload
from tests.factories.media import make_editor, make_file

pytestmark = [pytest.mark.integration, pytest.mark.django_db]


@pytest.fixture
def editor(client):
    set_up()
    client.force_login(make_editor(), backend="django.contrib.auth.backends.ModelBackend")
    return client


def send(editor, content: bytes, name: str):
    return editor.post(
        "/quan-tri/documents/multiple/add/", {"title": "Quyết định", "files[]": upload(content, name)}
    ).json()


@pytest.mark.parametrize(("content", "name"), [(PDF, "quyet-dinh.pdf"), (DOCX, "don.docx")])
def test_a_document_is_taken(editor, content, name):
    assert send(editor, content, name)["success"]
    made = File.objects.get()
    assert made.file_size == len(content)
    assert made.uploaded_by_user.email == "editor@example.org"


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"<html><script>alert(1)</script></html>", "quyet-dinh.pdf"),
        (b"<html></html>", "trang.html"),
        (WITH_MACROS, "don.docx"),
    ],
    ids=["html called pdf", "html", "macros"],
)
def test_what_is_no_document_is_refused_in_plain_words(editor, content, name):
    answer = send(editor, content, name)
    assert not answer["success"]
    assert answer["error_message"]
    assert not File.objects.exists()


def test_a_reader_takes_a_file_away(client):
    made = make_file(name="bang.csv", content="tên\nChè\n".encode())
    answer = client.get(made.url)
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert b"".join(answer.streaming_content) == "tên\nChè\n".encode()


def test_a_pdf_opens_in_the_browser_without_rights(client):
    answer = client.get(make_file().url)
    answer.close()
    assert answer.headers["Content-Type"] == "application/pdf"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
