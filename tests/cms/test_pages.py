"""Pages of text: what readers get, what editors may do."""

import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command
from wagtail.models import Locale, PageViewRestriction

from cms.domain.site import set_up
from cms.models import ContentPage
from marketplace.core.models import User
from marketplace.core.roles import Role

pytestmark = [pytest.mark.integration, pytest.mark.django_db]


@pytest.fixture
def root(db):
    return set_up()


def add_page(root, slug="cach-dat-hang", title="Cách đặt hàng", **fields):
    page = root.add_child(
        instance=ContentPage(
            title=title, slug=slug, locale=root.locale, body=[("text", "<p>Chọn món, đặt.</p>")], **fields
        )
    )
    page.save_revision().publish()
    return page


def translate(page, title):
    translated = page.copy_for_translation(Locale.objects.get(language_code="en"))
    translated.title = title
    translated.slug = page.slug
    translated.save_revision().publish()
    return translated


def make_editor(role):
    editor = User.objects.create_user(f"{role.value.replace(' ', '-')}@example.org", "mat khau thu")
    editor.groups.add(Group.objects.get(name=role))
    return editor


def test_a_page_answers_under_its_own_path_in_both_languages(root, client):
    translate(add_page(root), "How to order")

    vietnamese, english = client.get("/cach-dat-hang/"), client.get("/en/cach-dat-hang/")

    assert "<h1>Cách đặt hàng</h1>" in vietnamese.text
    assert 'lang="vi"' in vietnamese.text
    assert "<h1>How to order</h1>" in english.text
    assert 'lang="en"' in english.text


def test_the_footer_names_the_pages_of_the_readers_language_only(root, client):
    translate(add_page(root, show_in_footer=True), "How to order")
    add_page(root, slug="nhap", title="Không ở chân trang")

    vietnamese, english = client.get("/cach-dat-hang/").text, client.get("/en/cach-dat-hang/").text

    assert '<a href="/cach-dat-hang/">Cách đặt hàng</a>' in vietnamese
    assert "Không ở chân trang" not in vietnamese
    assert '<a href="/en/cach-dat-hang/">How to order</a>' in english
    assert "Cách đặt hàng" not in english


def test_the_footer_follows_its_pages_at_once(root, client):
    page = add_page(root, show_in_footer=True)
    client.get("/cach-dat-hang/")
    page.title = "Đặt hàng thế nào"
    page.save()
    assert '<a href="/cach-dat-hang/">Đặt hàng thế nào</a>' in client.get("/cach-dat-hang/").text


@pytest.mark.parametrize("others", [0, 30])
def test_a_page_takes_the_same_number_of_queries_whatever_else_is_published(
    root, client, django_assert_num_queries, others
):
    add_page(root, show_in_footer=True)
    for number in range(others):
        add_page(root, slug=f"trang-{number}", title=f"Trang {number}", show_in_footer=True)
    client.get("/cach-dat-hang/")  # fills Wagtail's cache of site roots

    with django_assert_num_queries(6):
        client.get("/cach-dat-hang/")


def test_setting_up_twice_changes_nothing(root):
    add_page(root)
    before = list(ContentPage.objects.values_list("pk", "url_path"))

    call_command("set_up_site")

    assert set_up() == root
    assert list(ContentPage.objects.values_list("pk", "url_path")) == before


@pytest.mark.parametrize(("role", "publishes"), [(Role.EDITOR, False), (Role.CHIEF_EDITOR, True)])
def test_only_a_chief_editor_publishes(root, role, publishes):
    page = add_page(root)
    rights = page.permissions_for_user(make_editor(role))

    assert rights.can_edit()
    assert rights.can_publish() is publishes


def test_the_admin_opens_for_editors_and_nobody_else(root, client):
    assert client.get("/quan-tri/").status_code == 302

    client.force_login(User.objects.create_user("khach@example.org", "mat khau thu"))
    assert client.get("/quan-tri/").status_code == 302

    client.force_login(make_editor(Role.EDITOR))
    response = client.get("/quan-tri/")
    assert response.status_code == 200
    assert 'lang="vi"' in response.text


def test_a_page_with_a_password_asks_for_it_and_so_do_those_below(root, client):
    page = add_page(root)
    below = page.add_child(
        instance=ContentPage(title="Dưới", slug="duoi", locale=root.locale, body=[("text", "<p>Kín</p>")])
    )
    below.save_revision().publish()
    assert "Kín" in client.get("/cach-dat-hang/duoi/").text
    PageViewRestriction.objects.create(page=page, restriction_type="password", password="mo ra")
    answer = client.get("/cach-dat-hang/duoi/")
    assert "Kín" not in answer.text
    assert "no-store" in answer["Cache-Control"]
