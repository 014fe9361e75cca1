"""Legal pages: readers find what holds today, what comes and what held; editors cannot rewrite it."""

import datetime

import pytest
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError

from cms.domain.site import set_up
from cms.models import LegalPage
from marketplace.core.roles import Role
from marketplace.legal.models import Acceptance, Kind, Version
from tests.factories.catalog import make_user

pytestmark = [pytest.mark.integration, pytest.mark.django_db, pytest.mark.usefixtures("frozen")]

TODAY, NEW_YEAR = datetime.date(2026, 11, 24), datetime.date(2027, 1, 1)
PATH = "/dieu-khoan/"
DAY = 24 * 60 * 60


@pytest.fixture
def home():
    return set_up()


@pytest.fixture
def page(home):
    """The terms of purchase, edition 2026-11, published today in Vietnamese."""
    page = home.add_child(
        instance=LegalPage(
            title="Điều khoản mua hàng",
            slug="dieu-khoan",
            locale=home.locale,
            kind=Kind.TERMS,
            edition="2026-11",
            effective_from=TODAY,
            text="<h2>Bạn mua của ai</h2><p>Của từng người bán.</p>",
            show_in_footer=True,
        )
    )
    page.save_revision().publish()
    return page


def rewrite(page, edition, since, text="<p>Bản mới.</p>", changes="Thêm một câu."):
    page.edition, page.effective_from, page.text, page.changes = edition, since, text, changes
    page.save_revision().publish()
    return page


def translate(page, **fields):
    english = page.get_parent().get_translations().get(locale__language_code="en").locale
    translated = page.copy_for_translation(english)
    for name, value in ({"slug": page.slug} | fields).items():
        setattr(translated, name, value)
    translated.save_revision().publish()
    return translated


def sign_in(client, role):
    person = make_user()
    person.groups.add(Group.objects.get(name=role))
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return person


def test_the_edition_in_force_is_read_in_both_languages(client, page):
    translate(page, title="Terms of purchase", text="<p>Of each seller.</p>")
    vietnamese, english = client.get(PATH), client.get(f"/en{PATH}")
    assert "<p>Của từng người bán.</p>" in vietnamese.text
    assert "24/11/2026" in vietnamese.text
    assert "<p>Of each seller.</p>" in english.text
    assert "in force since 24 November 2026" in english.text
    assert Version.objects.count() == 1


def test_a_text_without_translation_is_read_in_vietnamese_and_says_so(client, page):
    translate(page, title="Terms of purchase", text="<p>Of each seller.</p>")
    rewrite(page, "2027-01", NEW_YEAR)
    english = client.get(f"/en{PATH}phien-ban/2027-01/").text
    assert "This edition has not been published in English yet." in english
    assert '<div lang="vi">' in english
    assert "Bản mới." in english


def test_what_comes_is_announced_and_holds_from_its_day(client, page, frozen):
    rewrite(page, "2027-01", NEW_YEAR)

    now = client.get(PATH).text
    assert "Của từng người bán." in now
    assert "Bản mới." not in now
    assert "01/01/2027" in now
    assert "Thêm một câu." in now
    assert "Bản mới." in client.get(f"{PATH}phien-ban/2027-01/").text

    frozen.shift(38 * DAY)
    then = client.get(PATH).text
    assert "Bản mới." in then
    old = client.get(f"{PATH}phien-ban/2026-11/").text
    assert "Của từng người bán." in old
    assert "31/12/2026" in old


def test_everybody_reads_every_edition_and_unknown_ones_are_not_there(client, page):
    rewrite(page, "2027-01", NEW_YEAR)
    listed = client.get(PATH).text
    for edition in ("2026-11", "2027-01"):
        assert client.get(f"{PATH}phien-ban/{edition}/").status_code == 200
    assert f'href="{PATH}phien-ban/2027-01/"' in listed
    assert client.get(f"{PATH}phien-ban/2019-01/").status_code == 404
    assert client.get(f"{PATH}phien-ban/").status_code == 404


def test_a_published_text_is_not_rewritten(page):
    page.text = "<p>Khác hẳn.</p>"
    with pytest.raises(ValidationError) as refused:
        page.save_revision()
    assert "edition" in refused.value.message_dict
    assert Version.objects.get().texts.get().text.startswith("<h2>Bạn mua của ai")


def test_a_new_edition_does_not_begin_before_the_newest(page):
    rewrite(page, "2027-01", NEW_YEAR)
    page.edition, page.effective_from = "2026-12", TODAY
    with pytest.raises(ValidationError) as refused:
        page.save_revision()
    assert "effective_from" in refused.value.message_dict


def test_a_draft_is_read_by_nobody(client, page):
    page.edition, page.text = "2027-01", "<p>Bản nháp.</p>"
    page.save_revision()
    assert "Bản nháp." not in client.get(PATH).text
    assert Version.objects.count() == 1


@pytest.mark.parametrize("count", [1, 30])
def test_a_legal_page_takes_the_same_number_of_queries(client, page, django_assert_num_queries, count):
    for number in range(1, count):
        rewrite(page, f"2027-{number}", NEW_YEAR + datetime.timedelta(days=number), f"<p>{number}</p>")
    client.get(PATH)
    with django_assert_num_queries(8):
        assert client.get(PATH).status_code == 200


def test_the_footer_names_legal_pages(client, page):
    assert f'<a href="{PATH}">Điều khoản mua hàng</a>' in client.get("/ban-tin/").text


# --- the log
@pytest.fixture
def accepted(page):
    return Acceptance.objects.create(
        version=Version.objects.get(),
        language="vi",
        way="checkout",
        order_number="100042",
        email="lan@example.org",
    )


def test_the_office_reads_who_accepted_which_edition(client, accepted):
    sign_in(client, Role.OFFICE)
    listed = client.get("/quan-tri/dong-y-van-ban/").text
    assert "100042" in listed
    assert "lan@example.org" in listed
    assert "2026-11" in listed
    assert client.get(f"/quan-tri/dong-y-van-ban/inspect/{accepted.pk}/").status_code == 200
    assert "100042" not in client.get("/quan-tri/dong-y-van-ban/", {"q": "999"}).text


def test_nobody_writes_in_the_log(client, accepted):
    person = sign_in(client, Role.OFFICE)
    person.is_superuser = True
    person.save()
    for path in ("new/", f"edit/{accepted.pk}/", f"delete/{accepted.pk}/"):
        assert client.post(f"/quan-tri/dong-y-van-ban/{path}", {}).status_code == 302
    assert Acceptance.objects.get().email == "lan@example.org"


def test_editors_do_not_read_the_log(client, accepted):
    sign_in(client, Role.CHIEF_EDITOR)
    assert client.get("/quan-tri/dong-y-van-ban/").status_code == 302
