"""Forms of cached pages: taken on the browser's word of where they come from, with a way for old browsers."""

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from oscar.apps.basket.models import Line

from tests.factories.catalog import make_product

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

HERE = "http://testserver"


@pytest.fixture
def browser():
    """A visitor whose forms are checked, unlike those of Django's ordinary test client."""
    return Client(enforce_csrf_checks=True)


@pytest.fixture
def product(regions, frozen):
    return make_product(title="Mật ong <hoa> nhãn")


def add(browser, product, prefix="", **headers):
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return browser.post(f"{prefix}/gio-hang/them/{product.pk}/", {"quantity": "2"}, headers=named)


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec_Fetch_Site": "same-origin"},
        {"Sec_Fetch_Site": "same-origin", "Origin": HERE},
        {"Origin": HERE},
    ],
    ids=["fetch metadata", "both", "origin alone"],
)
def test_a_form_of_this_site_needs_no_token(browser, product, headers):
    assert add(browser, product, **headers).status_code == 302
    assert Line.objects.get().quantity == 2


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec_Fetch_Site": "cross-site", "Origin": "http://evil.test"},
        {"Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site", "Origin": "http://shop.testserver"},
        {"Origin": "http://evil.test"},
        {"Origin": "https://testserver"},
        {"Origin": "null"},
        {"Origin": "http://testserver.evil.test"},
        {"Origin": "http://["},
    ],
    ids=lambda headers: " ".join(headers.values()),
)
def test_a_form_from_elsewhere_is_refused_and_nothing_of_it_given_back(browser, product, headers):
    answer = add(browser, product, "/en", **headers)

    assert answer.status_code == 403
    assert "This form was not accepted" in answer.content.decode()
    assert BeautifulSoup(answer.content, "html.parser").form is None
    assert not Line.objects.exists()


def test_a_trusted_origin_counts_as_this_site(browser, product, settings):
    settings.CSRF_TRUSTED_ORIGINS = ["https://shop.example.org"]

    answer = add(browser, product, Sec_Fetch_Site="same-site", Origin="https://shop.example.org")

    assert answer.status_code == 302


@pytest.mark.parametrize(("prefix", "button"), [("", "Gửi lại"), ("/en", "Send again")])
def test_an_old_browser_is_asked_once_more_with_a_token(browser, product, prefix, button):
    asked = add(browser, product, prefix)
    form = BeautifulSoup(asked.content, "html.parser").form
    sent = {field["name"]: field["value"] for field in form.find_all("input")}

    assert asked.status_code == 403
    assert not Line.objects.exists()
    assert form.button.get_text() == button
    assert sent["quantity"] == "2"

    assert browser.post(form["action"], sent).status_code == 302
    assert Line.objects.get().quantity == 2


def test_other_forms_are_not_taken_on_the_browsers_word(browser, product):
    log_in = {"login-username": "a@example.org", "login-password": "secret"}

    answer = browser.post("/en/tai-khoan/dang-nhap/", log_in, headers={"Sec-Fetch-Site": "same-origin"})

    assert answer.status_code == 403
    assert b"secret" not in answer.content


def test_what_was_typed_into_an_old_page_can_be_sent_again(browser, product):
    answer = browser.post("/en/thanh-toan/", {"name": "Nguyễn Thị “Mẫu”", "note-1": "a\nb"})

    sent = BeautifulSoup(answer.content, "html.parser").form.find_all("input")
    assert {field["name"]: field["value"] for field in sent}["name"] == "Nguyễn Thị “Mẫu”"


def test_public_pages_carry_no_token(client, product):
    for path in ("/", "/san-pham/", product.get_absolute_url(), product.producer.get_absolute_url()):
        page = client.get(path)
        assert b"csrfmiddlewaretoken" not in page.content
        assert not page.cookies
