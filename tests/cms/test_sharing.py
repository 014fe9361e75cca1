"""What editors' pages tell machines of themselves: languages and previews."""

import datetime
from io import BytesIO

import pytest
from django.utils import translation
from PIL import Image
from wagtail.models import Locale, PageViewRestriction

from cms.domain.site import set_up
from cms.models import ContentPage
from tests.factories.events import make_event
from tests.storefront.heads import HOST, links, properties

pytestmark = [pytest.mark.integration, pytest.mark.django_db]


@pytest.fixture(autouse=True)
def _vietnamese():
    """Each test begins in Vietnamese, whatever language the last request of the one before it was in."""
    with translation.override("vi"):
        yield


@pytest.fixture
def page(db):
    root = set_up()
    page = root.add_child(
        instance=ContentPage(
            title='Cách "đặt" hàng',
            slug="cach-dat-hang-thu",
            locale=root.locale,
            intro="Bốn bước,\n không cần tài khoản.",
            body=[("text", "<p>Chọn món, đặt.</p>")],
        )
    )
    page.save_revision().publish()
    return page


def translate(page) -> ContentPage:
    translated = page.copy_for_translation(Locale.objects.get(language_code="en"))
    translated.title, translated.slug = "How to order", "how-to-order"
    translated.save_revision().publish()
    translated.refresh_from_db()
    return translated


def test_a_page_names_its_translation_by_its_own_slug(client, page):
    translate(page)
    vietnamese, english = f"{HOST}/cach-dat-hang-thu/", f"{HOST}/en/how-to-order/"
    both = {"vi": vietnamese, "en": english, "x-default": vietnamese}

    assert links(client.get("/cach-dat-hang-thu/").text) == {"canonical": vietnamese, **both}
    html = client.get("/en/how-to-order/").text
    assert links(html) == {"canonical": english, **both}
    assert '<a href="/cach-dat-hang-thu/" lang="vi" hreflang="vi">' in html


def test_a_page_in_one_language_claims_no_other(client, page):
    translate(page).unpublish()
    html = client.get("/cach-dat-hang-thu/").text
    assert links(html) == {"canonical": f"{HOST}/cach-dat-hang-thu/"}
    assert 'hreflang="en"' not in html


def test_the_preview_of_a_page(client, page):
    found = properties(client.get("/cach-dat-hang-thu/").text)
    assert found["og:title"] == "Cách &quot;đặt&quot; hàng"
    assert found["og:description"] == "Bốn bước, không cần tài khoản."
    response = client.get(found["og:image"].removeprefix(HOST))
    assert response["Content-Type"] == "image/jpeg"
    assert Image.open(BytesIO(response.content)).size == (1200, 630)


def test_another_title_has_another_picture(client, page):
    before = properties(client.get("/cach-dat-hang-thu/").text)["og:image"]
    page.title = "Đặt hàng thế nào"
    page.save_revision().publish()
    after = properties(client.get("/cach-dat-hang-thu/").text)["og:image"]
    assert before != after
    assert client.get(before.removeprefix(HOST)).content == client.get(after.removeprefix(HOST)).content


def test_no_picture_of_what_not_everybody_may_read(client, page):
    path = f"/trang/{page.pk}/chia-se-{'0' * 16}.jpg"
    assert client.get(path).status_code == 200
    restriction = PageViewRestriction.objects.create(page=page, restriction_type="password", password="kin")
    assert client.get(path).status_code == 404
    restriction.delete()
    page.unpublish()
    assert client.get(path).status_code == 404
    assert client.get(f"/trang/999999/chia-se-{'0' * 16}.jpg").status_code == 404


def test_the_preview_of_an_event_names_day_and_place(client):
    event = make_event(title="Hội chợ Xuân", venue="Sân đình", starts_on=datetime.date(2026, 12, 1))
    found = properties(client.get(event.get_absolute_url()).text)
    assert found["og:title"] == "Hội chợ Xuân"
    assert found["og:description"].endswith(", Sân đình")
    assert "2026" in found["og:description"]
    assert "share" in found["og:image"]
