"""The admin as editors meet it: its first page, its language, its previews, what it makes of pasted text."""

import datetime
import json
import re
import socket

import pytest
from bs4 import BeautifulSoup
from django.core.cache import caches
from django.urls import reverse
from wagtail.admin.rich_text import get_rich_text_editor_widget
from wagtail.users.models import UserProfile

from cms.domain.site import set_up
from marketplace.core import clock
from marketplace.core.roles import Role
from tests.cms.test_workflow import LOGIN, add_page, form
from tests.factories.media import make_editor

pytestmark = [pytest.mark.integration, pytest.mark.django_db, pytest.mark.usefixtures("frozen")]


@pytest.fixture
def root(db):
    return set_up()


@pytest.fixture
def editor(root, client):
    client.force_login(make_editor(), backend=LOGIN)
    return client


class TestFirstPage:
    def test_it_is_vietnamese_unless_the_editor_has_chosen_english(self, editor):
        assert 'lang="vi"' in editor.get("/quan-tri/", headers={"Accept-Language": "en"}).text
        UserProfile.objects.create(user_id=editor.session["_auth_user_id"], preferred_language="en")
        assert 'lang="en"' in editor.get("/quan-tri/").text

    def test_it_says_what_happens_by_itself(self, root, editor):
        soon = clock.now() + datetime.timedelta(days=2)
        page = add_page(root, "Sắp đăng", live=False)
        page.go_live_at = soon
        page.save_revision(approved_go_live_at=soon)
        add_page(root, "Sắp gỡ", expire_at=soon)
        add_page(root, "Còn lâu", expire_at=soon + datetime.timedelta(days=60))

        text = editor.get("/quan-tri/").text.partition('id="coming')[2]

        assert text.index("Sắp đăng") < text.index("Sắp gỡ")
        assert "26/11/2026" in text
        assert "Còn lâu" not in text.partition("</section>")[0]

    def test_the_office_finds_nothing_to_write(self, root, client):
        client.force_login(make_editor(Role.OFFICE), backend=LOGIN)
        text = client.get("/quan-tri/").text
        assert 'id="begin' not in text


class TestPreview:
    def preview(self, client, page, **data) -> str:
        url = reverse("wagtailadmin_pages:preview_on_edit", args=[page.pk])
        assert client.post(url, {**form(**data)}).json()["is_valid"]
        return client.get(f"{url}?in_preview_panel=true&mode=")

    def test_a_preview_shows_the_draft_though_the_published_page_is_cached(self, root, editor, settings):
        settings.PAGE_CACHE = True
        page = add_page(root)
        # Under the name of the site, as which Wagtail asks for a preview.
        here = {"headers": {"Host": "localhost"}}
        assert "Chọn món." in editor.get("/cach-dat-hang/", **here).text
        answer = self.preview(editor, page, text="Nhận hàng tận nhà.")
        assert "Nhận hàng tận nhà." in answer.text
        assert "Nhận hàng tận nhà." not in editor.get("/cach-dat-hang/", **here).text
        caches["pages"].clear()
        self.preview(editor, page, text="Nhận hàng tận nhà.")
        assert "Nhận hàng tận nhà." not in editor.get("/cach-dat-hang/", **here).text

    def test_only_the_admin_may_frame_it_and_it_checks_accessibility(self, root, editor):
        page = add_page(root)
        answer = self.preview(editor, page)
        assert "frame-ancestors 'self'" in answer.headers["Content-Security-Policy"]
        assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"
        assert "wagtail-userbar" in answer.text
        read = editor.get("/cach-dat-hang/")
        assert "frame-ancestors 'none'" in read.headers["Content-Security-Policy"]
        assert "wagtail-userbar" not in read.text

    def test_a_video_whose_host_is_gone_is_a_link_in_the_preview(self, root, editor, monkeypatch):
        def refuse(*args, **kwargs):
            raise AssertionError("Nobody may be asked.")

        monkeypatch.setattr(socket, "getaddrinfo", refuse)
        page = add_page(root)
        gone = {"url": "https://video.invalid/mua-che", "title": "Mùa chè", "poster": None, "caption": ""}
        page.body = [("text", "<p>Chọn món.</p>"), ("embed", gone)]
        page.save_revision()
        answer = editor.get(reverse("wagtailadmin_pages:view_draft", args=[page.pk]))
        assert answer.status_code == 200
        link = BeautifulSoup(answer.text, "html.parser").find("a", href=gone["url"])
        assert "Mùa chè" in link.text
        assert "Chọn món." in answer.text


WORD = """
<html xmlns:o="urn:schemas-microsoft-com:office:office"><body lang=VI>
<!--[if gte mso 9]><xml><o:OfficeDocumentSettings/></xml><![endif]-->
<h2 class=MsoHeading2>Mục tiêu<o:p></o:p></h2>
<p class=MsoNormal style='text-align:justify;line-height:150%'><b style='mso-bidi-font-weight:normal'><span
lang=VI style='font-size:14.0pt;font-family:"Times New Roman",serif;color:red'>Năm 2026</span></b><span
style='mso-spacerun:yes'>&nbsp; </span>có <i>100</i> sản phẩm<font color="red"> mới</font>.<o:p>&nbsp;</o:p>
</p>
<ul style='margin-top:0cm' type=disc><li class=MsoNormal style='mso-list:l0 level1 lfo1'>Chè</li></ul>
<table class=MsoTableGrid><tr><td>Ô bảng</td></tr></table>
<p><a href="javascript:alert(1)" onclick="x()">nguồn</a> <a href="https://hanoimoi.vn/a">báo</a><img
src="file:///C:/anh.png" onerror="alert(1)"/></p></body></html>
"""


class TestText:
    @pytest.fixture
    def stored(self) -> str:
        """What the editor's field makes of a fragment of Word, when it is opened and saved."""
        converter = get_rich_text_editor_widget().converter
        return converter.to_database_format(converter.from_database_format(WORD))

    @pytest.mark.parametrize(
        "kept",
        [
            ">Mục tiêu</h2>",
            "<b>Năm 2026</b>",
            "<i>100</i>",
            "sản phẩm mới",
            ">Chè</li>",
            "Ô bảng",
            'href="https://hanoimoi.vn/a"',
            "nguồn",
        ],
    )
    def test_words_and_their_meaning_come_out_of_word(self, stored, kept):
        assert kept in stored

    @pytest.mark.parametrize(
        "dropped",
        ["Mso", "mso", "style", "font", "o:p", "javascript", "onclick", "onerror", "<img", "xml", "<table"],
    )
    def test_what_word_puts_around_them_does_not(self, stored, dropped):
        assert dropped not in stored

    def test_the_editor_has_no_other_tools_than_the_texts_need(self):
        assert get_rich_text_editor_widget().features == [
            "h2",
            "h3",
            "bold",
            "italic",
            "ol",
            "ul",
            "hr",
            "blockquote",
            "link",
            "document-link",
        ]

    def test_slugs_lose_their_marks_in_the_browser_too(self, root, editor):
        """The browser itself is driven in tests/e2e/test_editing.py."""
        page = editor.get(reverse("wagtailadmin_pages:add", args=["cms", "contentpage", root.pk]))
        slug = BeautifulSoup(page.text, "html.parser").find("input", {"name": "slug"})
        assert "data-w-slug-allow-unicode-value" not in slug.attrs
        bare = {
            letter: re.compile(marked[0])
            for marked, letter in json.loads(slug["data-w-slug-formatters-value"])
        }
        assert bare["d"].fullmatch("đ")
        assert bare["o"].fullmatch("Ộ")
        assert bare["u"].fullmatch("ữ")
