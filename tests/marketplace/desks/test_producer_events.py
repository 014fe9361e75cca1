"""The producer's desk: booths at events, and livestreams."""

import datetime

import pytest

from marketplace.core import clock
from marketplace.core.roles import TeamRole
from marketplace.events.models import BoothRegistration, Event, Livestream
from tests.factories.catalog import make_member, make_product, make_seller
from tests.factories.events import hold_in_the_past, make_event, make_livestream, make_registration

pytestmark = [pytest.mark.integration, pytest.mark.django_db, pytest.mark.usefixtures("frozen")]

WHO = {"contact_name": "Nguyễn Thị  Lan", "contact_phone": "0912 345 678", "wishes": "Ổ điện"}


@pytest.fixture
def seller():
    return make_seller()


@pytest.fixture
def owner(client, seller):
    client.force_login(
        make_member(seller, TeamRole.OWNER), backend="django.contrib.auth.backends.ModelBackend"
    )
    return client


def page_of(answer):
    return answer.content.decode()


# --- booths
def test_a_producer_registers_a_booth_for_its_products(owner, seller):
    event = make_event(minimum_stars=3)
    tea = make_product(seller=seller, title="Trà sen")
    make_product(seller=seller, title="Trà cũ", certification={"recognised_year": 2020})
    url = f"/en/ban-hang/su-kien/{event.slug}/"
    page = page_of(owner.get(url))
    assert "Trà sen (OCOP 3 stars)" in page
    assert "Trà cũ" not in page

    answer = owner.post(url, {"products": [tea.pk], **WHO}, follow=True)

    registration = BoothRegistration.objects.get()
    assert (registration.state, registration.contact_name) == ("held", "Nguyễn Thị Lan")
    assert str(registration.contact_phone) == "+84912345678"
    assert list(registration.products.all()) == [tea]
    assert "A booth is held for you." in page_of(answer)
    assert "Your booth" in page_of(answer)


def test_where_all_booths_are_taken_one_waits_and_sees_how_many_are_in_front(owner, seller):
    event = make_event(booths=1)
    make_registration(event)
    make_registration(event)
    url = f"/en/ban-hang/su-kien/{event.slug}/"
    tea = make_product(seller=seller)
    assert "Join the waiting list" in page_of(owner.get(url))
    page = page_of(owner.post(url, {"products": [tea.pk], **WHO}, follow=True))
    assert "1 stall waits in front of you." in page


def test_what_was_typed_stays_when_something_is_wrong(owner, seller):
    event = make_event()
    make_product(seller=seller)
    answer = owner.post(f"/en/ban-hang/su-kien/{event.slug}/", {**WHO, "contact_phone": "12"})
    assert answer.status_code == 422
    assert 'value="Nguyễn Thị  Lan"' in page_of(answer)
    assert not BoothRegistration.objects.exists()


def test_a_foreign_product_is_refused(owner, seller):
    event, foreign = make_event(), make_product()
    answer = owner.post(f"/ban-hang/su-kien/{event.slug}/", {"products": [foreign.pk], **WHO})
    assert answer.status_code == 422
    assert not BoothRegistration.objects.exists()


def test_a_form_that_was_open_when_registration_closed_is_told(owner, seller, frozen):
    event, tea = make_event(), make_product(seller=seller)
    frozen.shift(datetime.timedelta(days=8))
    answer = owner.post(f"/en/ban-hang/su-kien/{event.slug}/", {"products": [tea.pk], **WHO})
    assert answer.status_code == 422
    assert "This event takes no registrations now." in page_of(answer)


def test_products_are_changed_and_the_booth_is_given_up(owner, seller):
    event = make_event()
    registration = make_registration(event, seller)
    other = make_product(seller=seller)
    url = f"/en/ban-hang/su-kien/{event.slug}/"
    assert owner.post(url, {"products": [other.pk]}).status_code == 302
    assert list(registration.products.all()) == [other]

    answer = owner.post(f"{url}rut/", {"stall": seller.slug}, follow=True)

    registration.refresh_from_db()
    assert registration.state == "withdrawn"
    assert "Your registration is withdrawn." in page_of(answer)
    assert "You can register again" in page_of(answer)


def test_who_has_two_stalls_registers_the_chosen_one(owner, seller):
    other = make_seller(name="Xưởng thứ hai")
    user = seller.team.get().user
    make_member(other, TeamRole.MANAGER, user=user)
    event, tea = make_event(), make_product(seller=other)
    owner.post(f"/ban-hang/su-kien/{event.slug}/?stall={other.slug}", {"products": [tea.pk], **WHO})
    assert BoothRegistration.objects.get().seller == other
    assert owner.get(f"/ban-hang/su-kien/{event.slug}/?stall={make_seller().slug}").status_code == 404


def test_the_list_has_what_is_open_and_what_is_ones_own(owner, seller):
    opens_later = make_event(title="Mở sau", registration_opens_on=clock.today() + datetime.timedelta(days=2))
    make_event(title="Không đăng ký", booths=None)
    make_event(title="Bản nháp", state=Event.State.DRAFT)
    attended = make_event(title="Đã dự")
    make_registration(attended, seller, confirmed=True)
    hold_in_the_past(attended)
    page = page_of(owner.get("/en/ban-hang/su-kien/"))
    assert opens_later.title in page
    assert "Đã dự" in page
    assert "Confirmed" in page
    assert "Không đăng ký" not in page
    assert "Bản nháp" not in page


@pytest.mark.parametrize("count", [1, 30])
def test_the_list_takes_the_same_number_of_queries(owner, seller, django_assert_num_queries, count):
    for _number in range(count):
        make_registration(make_event(), seller)
    owner.get("/ban-hang/su-kien/")
    with django_assert_num_queries(6):
        owner.get("/ban-hang/su-kien/")


@pytest.mark.parametrize("count", [1, 30])
def test_the_form_takes_the_same_number_of_queries(owner, seller, django_assert_num_queries, count):
    event = make_event()
    for _number in range(count):
        make_product(seller=seller)
    owner.get(f"/ban-hang/su-kien/{event.slug}/")
    with django_assert_num_queries(8):
        owner.get(f"/ban-hang/su-kien/{event.slug}/")


@pytest.mark.parametrize("role", [TeamRole.PACKER, TeamRole.WRITER])
def test_a_refused_registration_changes_nothing(client, seller, role):
    event, tea = make_event(), make_product(seller=seller)
    client.force_login(make_member(seller, role), backend="django.contrib.auth.backends.ModelBackend")
    answer = client.post(f"/ban-hang/su-kien/{event.slug}/", {"products": [tea.pk], **WHO})
    assert answer.status_code == 403
    event.refresh_from_db()
    assert (BoothRegistration.objects.count(), event.booths_taken) == (0, 0)


def test_a_stranger_withdraws_nobodys_booth(owner):
    registration = make_registration(make_event())
    slug = registration.event.slug
    answer = owner.post(f"/ban-hang/su-kien/{slug}/rut/", {"stall": registration.seller.slug})
    assert answer.status_code == 404
    registration.refresh_from_db()
    assert registration.state == "held"


# --- livestreams
def form_of(**changes):
    begins = (clock.now() + datetime.timedelta(hours=30)).astimezone(clock.HA_NOI)
    return {
        "title": "Mùa sen",
        "url": "https://www.facebook.com/live/1",
        "presenter": "Nguyễn Thị Lan",
        "starts_at": begins.strftime("%Y-%m-%dT%H:%M"),
        **changes,
    }


def test_a_livestream_is_announced_with_its_products(owner, seller):
    tea = make_product(seller=seller)
    assert owner.post("/ban-hang/truc-tiep/moi/", form_of(products=[tea.pk])).status_code == 302
    livestream = Livestream.objects.get()
    assert (livestream.seller, livestream.state, list(livestream.products.all())) == (
        seller,
        "planned",
        [tea],
    )
    assert livestream.starts_at == clock.now() + datetime.timedelta(hours=30)


@pytest.mark.parametrize(
    "changes",
    [
        {"url": "ftp://example.org/x"},
        {"url": "javascript:alert(1)"},
        {"url": "http://example.org/live"},
        {"starts_at": "2026-11-20T08:00"},
        {"starts_at": "never"},
        {"ends_at": "2026-11-20T08:00"},
        {"title": ""},
        {"presenter": " "},
    ],
)
def test_a_livestream_with_something_wrong_is_refused(owner, changes):
    answer = owner.post("/ban-hang/truc-tiep/moi/", form_of(**changes))
    assert answer.status_code == 422
    assert not Livestream.objects.exists()


def test_going_live_and_off_from_the_list(owner, seller, frozen):
    livestream = make_livestream(seller, starts_at=clock.now() + datetime.timedelta(minutes=5))
    url = f"/en/ban-hang/truc-tiep/{livestream.pk}/chuyen/"
    assert "You are live." in page_of(owner.post(url, {"state": "live"}, follow=True))
    assert "is now “Live now”" in page_of(owner.post(url, {"state": "live"}, follow=True))
    assert "The livestream has ended." in page_of(owner.post(url, {"state": "ended"}, follow=True))
    livestream.refresh_from_db()
    assert livestream.state == "ended"


@pytest.mark.parametrize("state", ["", "taken down", "planned", "nonsense"])
def test_a_step_that_there_is_not_changes_nothing(owner, seller, state):
    livestream = make_livestream(seller)
    assert owner.post(f"/ban-hang/truc-tiep/{livestream.pk}/chuyen/", {"state": state}).status_code == 302
    livestream.refresh_from_db()
    assert livestream.state == "planned"


def test_a_livestream_of_another_stall_is_not_there(owner):
    livestream = make_livestream()
    assert owner.get(f"/ban-hang/truc-tiep/{livestream.pk}/").status_code == 404
    assert (
        owner.post(f"/ban-hang/truc-tiep/{livestream.pk}/chuyen/", {"state": "cancelled"}).status_code == 404
    )
    livestream.refresh_from_db()
    assert livestream.state == "planned"


@pytest.mark.parametrize("count", [1, 19])
def test_the_list_of_livestreams_takes_the_same_number_of_queries(
    owner, seller, django_assert_num_queries, count
):
    for _number in range(count):
        make_livestream(seller)
    owner.get("/ban-hang/truc-tiep/")
    with django_assert_num_queries(6):
        owner.get("/ban-hang/truc-tiep/")
