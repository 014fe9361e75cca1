"""The demo's legal texts, library and craft villages: real, with sources, loaded once."""

import pytest

from cms.models import LegalPage, LibraryPage, Paper, VillagePage
from marketplace.legal.models import Kind, Version
from marketplace.sampledata.office import load_office

pytestmark = [pytest.mark.integration, pytest.mark.django_db, pytest.mark.usefixtures("frozen", "regions")]


def test_the_office_is_loaded_once_and_what_editors_change_stays(client):
    assert load_office() > 0
    edited = LibraryPage.objects.get(locale__language_code="vi")
    edited.title = "Tủ văn bản"
    edited.save_revision().publish()

    assert load_office() == 0
    edited.refresh_from_db()
    assert edited.title == "Tủ văn bản"

    _every_kind_of_legal_text_holds_in_both_languages(client)
    _what_comes_is_announced(client)
    _villages_lie_where_they_are_and_name_their_sources(client)
    _papers_can_be_opened(client)


def _every_kind_of_legal_text_holds_in_both_languages(client):
    for kind in Kind:
        version = Version.objects.in_force(kind)
        assert {text.language for text in version.texts.all()} == {"vi", "en"}
    for page in LegalPage.objects.filter(locale__language_code="vi"):
        for prefix in ("", "/en"):
            response = client.get(f"{prefix}/{page.slug}/")
            assert response.status_code == 200
            assert "minh hoạ" in response.text or "demonstration" in response.text


def _what_comes_is_announced(client):
    page = client.get("/gia-ban/").text
    assert "01/01/2027" in page
    assert "10%" not in page
    assert "10%" in client.get("/gia-ban/phien-ban/2027-01/").text


def _villages_lie_where_they_are_and_name_their_sources(client):
    villages = VillagePage.objects.filter(locale__language_code="vi").select_related(
        "region", "former_region"
    )
    assert villages.count() == 9
    for village in villages:
        assert village.region.is_current
        assert village.former_region.is_former
        assert len(village.sources) > 0
        for prefix in ("", "/en"):
            assert client.get(f"{prefix}/lang-nghe/{village.slug}/").status_code == 200
    assert villages.get(slug="van-phuc").region.name == "Phường Hà Đông"
    assert client.get("/lang-nghe/").status_code == client.get("/en/lang-nghe/").status_code == 200


def _papers_can_be_opened(client):
    assert Paper.objects.count() == 19
    assert not Paper.objects.filter(source_url="").exists()
    assert Paper.objects.get(number="148/QĐ-TTg").replaced_by.number == "26/2026/QĐ-TTg"
    assert "26/2026/QĐ-TTg" in client.get("/en/van-ban/").text
