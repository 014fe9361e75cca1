"""Editions of legal texts: which one holds, and that nobody changes what was published."""

import datetime

import pytest

from marketplace.core.models import Activity
from marketplace.legal.domain.publish import TextIsFixed, publish
from marketplace.legal.models import Acceptance, Kind, Version, VersionText
from tests.factories.catalog import make_user

pytestmark = [pytest.mark.integration, pytest.mark.django_db, pytest.mark.usefixtures("frozen")]

TODAY = datetime.date(2026, 11, 24)
NEW_YEAR = datetime.date(2027, 1, 1)


def words(text="<p>Một</p>", language="vi", title="Điều khoản"):
    return VersionText(language=language, title=title, text=text)


def publish_terms(edition="2026-11", since=TODAY, **changes):
    return publish(kind=Kind.TERMS, edition=edition, effective_from=since, text=words(**changes))


def test_the_edition_in_force_is_the_latest_that_has_begun():
    first, second = publish_terms(), publish_terms("2027-01", NEW_YEAR, text="<p>Hai</p>")
    publish(kind=Kind.PRIVACY, edition="2026-11", effective_from=TODAY, text=words())

    def in_force(day):
        return Version.objects.in_force(Kind.TERMS, day)

    assert in_force(TODAY - datetime.timedelta(days=1)) is None
    assert Version.objects.in_force(Kind.TERMS) == in_force(TODAY) == first
    assert in_force(NEW_YEAR - datetime.timedelta(days=1)) == first
    assert in_force(NEW_YEAR) == second
    assert Version.objects.in_force(Kind.DELIVERY) is None
    assert Version.objects.edition_in_force(Kind.TERMS) == first.edition
    assert Version.objects.edition_in_force(Kind.DELIVERY) == ""


def test_no_edition_begins_before_the_day_on_which_it_is_published():
    assert publish_terms(since=datetime.date(2020, 1, 1)).effective_from == TODAY


def test_publishing_the_same_words_again_changes_nothing():
    first = publish_terms()
    assert publish_terms(since=NEW_YEAR) == first
    assert Version.objects.get().effective_from == TODAY
    assert VersionText.objects.count() == Activity.objects.filter(act="legal.published").count() == 1


def test_a_published_edition_gets_its_text_in_another_language():
    version = publish_terms()
    publish_terms(language="en", text="<p>One</p>", title="Terms")
    assert {text.language: text.text for text in version.texts.all()} == {
        "vi": "<p>Một</p>",
        "en": "<p>One</p>",
    }
    assert version.text_in("en").title == "Terms"


def test_where_a_language_is_missing_the_vietnamese_text_is_read():
    assert publish_terms().text_in("en").language == "vi"


@pytest.mark.parametrize("changes", [{"text": "<p>Khác</p>"}, {"title": "Tên khác"}])
def test_a_published_text_is_not_replaced(changes):
    version = publish_terms()
    with pytest.raises(TextIsFixed):
        publish_terms(**changes)
    assert version.texts.get().text == "<p>Một</p>"


def test_nothing_that_was_published_or_accepted_is_changed_or_removed():
    version = publish_terms()
    acceptance = Acceptance.objects.create(version=version, user=make_user(), language="vi", way="checkout")
    version.edition = version.texts.get().text = "x"
    for row in (version, version.texts.get(), acceptance):
        for act in (row.save, row.delete, type(row).objects.all().delete):
            with pytest.raises(TypeError):
                act()
        with pytest.raises(TypeError):
            type(row).objects.update(pk=7)
    assert (Version.objects.get().edition, Acceptance.objects.count()) == ("2026-11", 1)
