"""What buyers agree to: which edition, noted with the order or account; news is asked for apart."""

import datetime
import re

import pytest
from oscar.apps.order.models import Order

from marketplace.core.models import User
from marketplace.legal.domain.publish import publish
from marketplace.legal.models import Acceptance, Kind, VersionText
from marketplace.notifications.models import Subscription
from tests.factories.catalog import make_product, make_user
from tests.storefront.shopping import consent, fill_basket, log_in, place, to_review, words
from tests.tasks import waiting

pytestmark = [pytest.mark.integration, pytest.mark.django_db, pytest.mark.usefixtures("frozen")]

PLACE = "/en/thanh-toan/dat-hang/"
REGISTER = "/en/tai-khoan/dang-ky/"
NEW = {"name": "Trần Văn Nam", "email": "nam@example.org", "password": "chim én bay thấp", "consent": "on"}
TODAY, TOMORROW = datetime.date(2026, 11, 24), datetime.date(2026, 11, 25)
A_DAY = 24 * 60 * 60


def publish_text(kind=Kind.TERMS, edition="2026-11", since=TODAY):
    text = VersionText(language="vi", title="Điều khoản", text=f"<p>{edition}</p>")
    return publish(kind=kind, edition=edition, effective_from=since, text=text)


@pytest.fixture
def basket(client):
    return fill_basket(client, make_product())


def test_the_review_names_the_edition_and_the_log_has_it_with_the_order(client, basket):
    version = publish_text()
    assert "Edition 2026-11." in words(to_review(client, basket))

    order = place(client, basket)

    accepted = Acceptance.objects.get()
    assert (accepted.version, accepted.order_number, accepted.email, accepted.user, accepted.language) == (
        version,
        order.number,
        "mau@example.org",
        None,
        "en",
    )
    assert order.placement.terms_version == "2026-11"


def test_the_log_knows_the_account_that_ordered(client):
    publish_text()
    person = make_user()
    log_in(client, person)
    place(client, fill_basket(client, make_product(), owner=person), email="")
    accepted = Acceptance.objects.get()
    assert (accepted.user, accepted.email, accepted.way) == (person, person.email, "checkout")


def test_the_same_form_sent_twice_is_one_acceptance(client, basket):
    publish_text()
    form = consent(to_review(client, basket))
    for _time in range(2):
        assert client.post(PLACE, form).status_code == 302
    assert (Order.objects.count(), Acceptance.objects.count()) == (1, 1)


def test_terms_that_changed_since_the_review_are_shown_again(client, basket, frozen):
    publish_text()
    publish_text(edition="2026-12", since=TOMORROW)
    form = consent(to_review(client, basket))
    frozen.shift(A_DAY)

    response = client.post(PLACE, form)

    assert response.status_code == 409
    assert "The terms of purchase have a new edition." in words(response)
    assert (Order.objects.count(), Acceptance.objects.count()) == (0, 0)

    assert client.post(PLACE, consent(response)).status_code == 302
    assert Acceptance.objects.get().version.edition == "2026-12"


def test_where_no_terms_are_published_an_order_names_none(client, basket):
    assert place(client, basket).placement.terms_version == ""
    assert not Acceptance.objects.exists()


def test_registering_notes_the_text_on_personal_data(client):
    version = publish_text(Kind.PRIVACY)
    client.post(REGISTER, NEW)
    accepted = Acceptance.objects.get()
    assert (accepted.version, accepted.user, accepted.way) == (version, User.objects.get(), "registration")


def test_a_registration_that_fails_notes_nothing(client):
    publish_text(Kind.PRIVACY)
    assert client.post(REGISTER, NEW | {"consent": ""}).status_code == 422
    assert not Acceptance.objects.exists()


# --- news
def test_news_is_never_ticked_beforehand(client, basket):
    for page in (to_review(client, basket), client.get(REGISTER)):
        box = re.search(r'<input type="checkbox" name="news"[^>]*>', words(page))[0]
        assert "checked" not in box


def test_news_is_asked_for_with_the_order_and_waits_for_its_own_confirmation(client, basket):
    form = consent(to_review(client, basket)) | {"news": "on"}
    assert client.post(PLACE, form).status_code == 302
    subscription = Subscription.objects.get()
    assert (subscription.email, subscription.state, subscription.way, subscription.language) == (
        "mau@example.org",
        "pending",
        "checkout",
        "en",
    )
    assert ("mail_subscription", [subscription.pk]) in waiting()


def test_without_the_wish_nothing_is_subscribed(client, basket):
    place(client, basket)
    client.post(REGISTER, NEW)
    assert not Subscription.objects.exists()


def test_without_an_address_news_is_not_offered(client, basket):
    review = to_review(client, basket, email="")
    assert 'name="news"' not in words(review)
    assert client.post(PLACE, consent(review) | {"news": "on"}).status_code == 302
    assert not Subscription.objects.exists()


def test_news_is_asked_for_with_the_account(client):
    client.post(REGISTER, NEW | {"news": "on"})
    subscription = Subscription.objects.get()
    assert (subscription.email, subscription.state, subscription.way) == (
        "nam@example.org",
        "pending",
        "registration",
    )
