"""The register of points of sale in the office's admin."""

import datetime

import pytest
from django.contrib.auth.models import Group

from cms.domain.site import set_up
from marketplace.core.models import Activity
from marketplace.core.roles import Role
from marketplace.regions.models import Region
from producers.models import OpeningHours, PointOfSale
from tests.factories.catalog import make_user
from tests.factories.points import make_point

pytestmark = [pytest.mark.integration, pytest.mark.django_db, pytest.mark.usefixtures("frozen", "regions")]

LIST = "/quan-tri/diem-ban/"
COUNTS = (("TOTAL_FORMS", "0"), ("INITIAL_FORMS", "0"), ("MIN_NUM_FORMS", "0"), ("MAX_NUM_FORMS", "9"))
NO_ROWS = {f"{name}-{key}": value for name in ("hours", "exceptions", "pictures") for key, value in COUNTS}


@pytest.fixture
def office(client):
    set_up()
    return logged_in(client, Role.OFFICE)


def logged_in(client, role: Role):
    person = make_user()
    person.groups.add(Group.objects.get_or_create(name=role)[0])
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def filled(**fields) -> dict:
    commune = Region.objects.current().communes().get(name="Phường Hà Đông")
    return {"name": "Điểm bán Vạn Phúc", "kind": "point", "region": commune.pk, **NO_ROWS, **fields}


def test_the_office_enters_a_point_with_its_hours(office):
    hours = {
        "hours-TOTAL_FORMS": "1",
        "hours-0-weekday": "0",
        "hours-0-opens_at": "08:00",
        "hours-0-closes_at": "18:00",
    }

    assert office.post(f"{LIST}new/", filled(**hours, phone="024 3333 4444")).status_code == 302

    point = PointOfSale.objects.get()
    assert (point.seller.name, point.seller.kind, point.is_approximate) == (
        "Điểm bán Vạn Phúc",
        "point",
        True,
    )
    assert OpeningHours.objects.get().point == point
    assert office.get(point.get_absolute_url()).status_code == 200


def test_what_is_typed_as_a_position_is_exact_and_half_of_one_is_told(office):
    point = make_point()
    url = f"{LIST}edit/{point.pk}/"
    assert office.post(url, filled(latitude="21.0", longitude="")).status_code == 200

    assert office.post(url, filled(latitude="21.0", longitude="105.8")).status_code == 302

    point.refresh_from_db()
    assert (point.latitude, point.longitude, point.is_approximate) == (21.0, 105.8, False)


def test_a_point_is_closed_with_a_reason_and_opened_again(office):
    point = make_point()
    url = f"{LIST}edit/{point.pk}/"

    assert office.post(url, filled(close_on="2026-11-30")).status_code == 200
    assert office.post(url, filled(close_on="2026-11-30", close_because="Hết hạn thuê")).status_code == 302
    point.refresh_from_db()
    assert point.last_day == datetime.date(2026, 11, 30)
    assert Activity.objects.get(act="point.closed").details["reason"] == "Hết hạn thuê"
    assert office.post(url, filled(open_again="on")).status_code == 302
    point.refresh_from_db()
    assert point.last_day is None
    assert office.post(url, filled(open_again="on")).status_code == 200


def test_the_form_shows_what_is_kept_with_the_seller(office):
    point = make_point(name="Điểm bán Hồng Vân")
    assert "Điểm bán Hồng Vân" in office.get(f"{LIST}edit/{point.pk}/").text


def test_nobody_removes_a_point(office):
    point = make_point()
    office.post(f"{LIST}delete/{point.pk}/")
    assert PointOfSale.objects.filter(pk=point.pk).exists()


def test_editors_do_not_keep_the_register(client):
    set_up()
    assert logged_in(client, Role.EDITOR).get(f"{LIST}new/").status_code == 302


@pytest.mark.parametrize("count", [1, 19])
def test_the_list_takes_the_same_number_of_queries(office, django_assert_num_queries, count):
    for _number in range(count):
        make_point()
    office.get(LIST)
    with django_assert_num_queries(11):
        office.get(LIST)
