"""A person's notices: the bell, the list, going to what one is about, ways, devices, the service worker."""

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.test import Client
from django.urls import reverse

from marketplace.core.roles import TeamRole
from marketplace.notifications.models import ChannelChoice, Notice, PushDevice
from producers.models import TeamMember
from tests.factories.catalog import make_member, make_seller, make_user
from tests.factories.reviews import make_notice

pytestmark = [pytest.mark.integration, pytest.mark.django_db, pytest.mark.usefixtures("frozen")]

QUERIES_OF_LIST = 6
QUERIES_OF_BELL = 8
ENDPOINT = "https://fcm.googleapis.com/fcm/send/abc"
ADD = "/tai-khoan/thong-bao/thiet-bi/"
CHOICES = "/tai-khoan/thong-bao/cach-nhan/"
LIST = "/tai-khoan/thong-bao/"


@pytest.fixture
def seller():
    return make_seller()


@pytest.fixture
def owner(client, seller):
    person = make_member(seller)
    client.force_login(person)
    return person


def subscription(**changes) -> dict:
    key = ec.generate_private_key(ec.SECP256R1()).public_key()
    point = key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return {
        "endpoint": ENDPOINT,
        "p256dh": base64.urlsafe_b64encode(point).decode().rstrip("="),
        "auth": base64.urlsafe_b64encode(b"sixteen of bytes").decode().rstrip("="),
        **changes,
    }


# --- the bell and the list
def test_the_bell_counts_what_is_unread(client, seller, owner):
    make_notice(owner, seller=seller)
    make_notice(owner, kind="review_invitation", facts={"order": "1", "seller": "HTX A"})
    make_notice(owner, is_listed=False)

    html = client.get(reverse("storefront:me")).content.decode()

    assert LIST in html
    assert '<span class="count" aria-hidden="true">2</span>' in html


def test_without_news_there_is_no_bell(client, owner):
    assert LIST not in client.get(reverse("storefront:me")).content.decode()
    assert LIST not in Client().get(reverse("storefront:me")).content.decode()


@pytest.mark.parametrize("count", [1, 30])
def test_list_and_bell_take_a_fixed_number_of_queries(
    client, owner, seller, django_assert_num_queries, count
):
    for _number in range(count):
        make_notice(owner, seller=seller)

    with django_assert_num_queries(QUERIES_OF_LIST):
        assert len(client.get(LIST).context["notices"]) == count
    with django_assert_num_queries(QUERIES_OF_BELL):
        client.get(reverse("storefront:me"))


def test_going_to_what_a_notice_is_about_reads_it(client, owner, seller):
    notice = make_notice(owner, seller=seller, facts={"number": "261124-ABCDE", "amount": "150.000 ₫"})

    response = client.get(reverse("customer:notice", args=[notice.pk]))

    assert response.headers["Location"] == "/ban-hang/don/261124-ABCDE/"
    notice.refresh_from_db()
    assert notice.read_at is not None


def test_who_has_left_the_team_has_lost_its_notices(client, owner, seller):
    notice = make_notice(owner, seller=seller)
    TeamMember.objects.all().delete()

    assert client.get(LIST).context["notices"] == []
    assert client.get(reverse("customer:notice", args=[notice.pk])).status_code == 404


def test_all_are_marked_as_read_and_nobody_elses(client, owner, seller):
    mine, other = make_notice(owner, seller=seller), make_notice(make_user())

    response = client.post(reverse("customer:notices-read"), {"next": "/ban-hang/thong-bao/"})

    assert response.headers["Location"] == "/ban-hang/thong-bao/"
    assert list(Notice.objects.filter(read_at=None)) == [other]
    assert mine != other


def test_a_kind_that_there_is_no_more_spoils_no_list(client, owner):
    make_notice(owner, kind="weather")

    assert client.get(LIST).context["notices"] == []


# --- ways
def test_people_are_asked_about_the_kinds_that_can_reach_them(client, seller):
    client.force_login(make_member(seller, TeamRole.WRITER))
    codes = [kind.code for kind, _ways in client.get(CHOICES).context["rows"]]

    assert "review" in codes
    assert "review_answered" in codes
    assert "new_order" not in codes


def test_a_choice_is_kept(client, owner):
    client.post(CHOICES, {"way": ["new_order:site", "low_stock:mail", "nonsense", "new_order:pigeon"]})

    kept = {(row.kind, row.channel) for row in ChannelChoice.objects.filter(is_wanted=True)}
    assert kept == {("new_order", "site"), ("low_stock", "mail")}
    rows = {kind.code: ways for kind, ways in client.get(CHOICES).context["rows"]}
    assert [way["is_wanted"] for way in rows["new_order"]] == [True, False, False]


# --- devices
def test_a_device_is_added_named_and_removed(client, owner):
    agent = "Mozilla/5.0 (Android 15; Mobile) Gecko/143.0 Firefox/143.0"
    answer = client.post(ADD, subscription(), headers={"User-Agent": agent})
    assert answer.json() == {"device": "Firefox, Android"}
    device = PushDevice.objects.get()
    assert (device.user, client.get(CHOICES).context["this_device"]) == (owner, device.pk)

    client.post(reverse("customer:device-remove", args=[device.pk]))

    assert not PushDevice.objects.exists()


@pytest.mark.parametrize("changes", [{"endpoint": "https://intern.example/x"}, {"auth": ""}, {"p256dh": "x"}])
def test_a_broken_subscription_is_refused_in_words(client, owner, changes):
    answer = client.post(ADD, subscription(**changes))

    assert answer.status_code == 422
    assert answer.json()["error"]


def test_a_device_is_its_owners_alone(client, owner):
    other = PushDevice.objects.create(user=make_user(), endpoint=ENDPOINT, digest="1", name="?")

    assert client.post(reverse("customer:device-remove", args=[other.pk])).status_code == 404
    assert Client().post(ADD, subscription()).status_code == 401


def test_another_site_cannot_add_a_device(owner):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(owner)

    there = {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"}
    assert strict.post(ADD, subscription(), headers=there).status_code == 403
    here = {"Sec-Fetch-Site": "same-origin"}
    assert strict.post(ADD, subscription(), headers=here).status_code == 200


def test_who_logs_out_leaves_no_device_behind(client, owner):
    client.post(ADD, subscription())
    elsewhere = PushDevice.objects.create(user=owner, endpoint=f"{ENDPOINT}2", digest="2", name="?")

    client.post(reverse("customer:logout"))

    assert list(PushDevice.objects.all()) == [elsewhere]


# --- the service worker
def test_the_service_worker_speaks_for_the_whole_site(client):
    response = client.get("/sw.js")

    assert response.headers["Content-Type"] == "text/javascript"
    assert response.headers["Cache-Control"] == "no-cache"
    assert b'addEventListener("push"' in response.content
    # The address that it tells its new subscription to.
    assert ADD.encode() in response.content
