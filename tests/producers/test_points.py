"""The register of points of sale: entering, changing, closing, opening again; the hours in the database."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from marketplace.core import clock
from marketplace.core.exceptions import Refused
from marketplace.core.models import Activity
from marketplace.regions.models import Region
from producers.domain import points
from producers.models import OpeningException, OpeningHours, Partner, PointOfSale
from tests.factories.catalog import make_user
from tests.factories.points import make_point

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

TODAY = datetime.date(2026, 11, 24)
YESTERDAY, TOMORROW = TODAY - datetime.timedelta(days=1), TODAY + datetime.timedelta(days=1)


def is_public(point) -> bool:
    return PointOfSale.objects.public().filter(pk=point.pk).exists()


def test_registering_makes_a_seller_that_is_no_stall(regions):
    point = make_point(name="Điểm bán Hồng Vân", operator="Hợp tác xã Hồng Vân")

    assert point.seller.kind == Partner.Kind.POINT
    assert point.get_absolute_url() == "/diem-ban/diem-ban-hong-van/"
    assert is_public(point)
    assert point.seller not in Partner.objects.public()
    assert Activity.objects.get(act="point.registered").subject_id == str(point.pk)


def test_two_of_one_name_have_addresses_of_their_own(regions):
    names = {make_point(name="Điểm bán").get_absolute_url() for _ in range(3)}
    assert names == {"/diem-ban/diem-ban/", "/diem-ban/diem-ban-2/", "/diem-ban/diem-ban-3/"}


def test_no_point_takes_the_address_of_the_desk(regions):
    assert make_point(name="Quản lý").seller.slug == "quan-ly-2"


def test_without_a_position_it_stands_in_the_middle_of_its_commune(regions):
    commune = Region.objects.current().communes().get(name="Phường Hà Đông")
    point = make_point(seller={"region": commune})

    assert (point.latitude, point.longitude) == (round(commune.latitude, 5), round(commune.longitude, 5))
    assert point.is_approximate


def test_of_a_former_district_the_middle_of_its_communes_of_today(regions):
    district = Region.objects.former().districts().get(name="Quận Long Biên")
    point = make_point(seller={"region": district.successors_now().first(), "recorded_region": district})

    inside = list(Region.objects.within(district).values_list("latitude", flat=True))
    assert len(inside) > 1
    assert min(inside) < point.latitude < max(inside)


def test_an_own_position_stays(regions):
    point = make_point(latitude=21.03, longitude=105.85)
    points.change(point, {"name": "Tên mới"})

    point.refresh_from_db()
    assert (point.latitude, point.longitude, point.is_approximate) == (21.03, 105.85, False)


def test_a_changed_name_is_found_and_the_address_stays(regions):
    point = make_point(name="Điểm bán cũ")
    points.change(point, {"name": "Cửa hàng Đường Lâm"})

    point.refresh_from_db()
    assert "cua hang duong lam" in point.folded
    assert point.get_absolute_url() == "/diem-ban/diem-ban-cu/"


def test_closing_on_a_day_to_come_leaves_it_open_until_then(regions, frozen):
    point = make_point()
    points.close(point, on=TOMORROW, reason="Hết hạn thuê", actor=make_user())

    assert is_public(point)
    frozen.shift(2 * 24 * 3600)
    assert not is_public(point)
    assert PointOfSale.objects.get(pk=point.pk).is_over


def test_closing_in_the_past_closes_the_seller(regions, frozen):
    point = make_point()
    points.close(point, on=YESTERDAY, reason="Đã chuyển")

    assert Partner.objects.get(pk=point.seller_id).state == Partner.State.CLOSED
    with pytest.raises(points.AlreadyClosed):
        points.close(point, on=TODAY, reason="lần nữa")


def test_closing_needs_a_reason_and_a_day_after_the_opening(regions, frozen):
    point = make_point(opened_on=TODAY)
    with pytest.raises(Refused):
        points.close(point, on=TODAY, reason=" ")
    with pytest.raises(Refused):
        points.close(point, on=YESTERDAY, reason="Đã chuyển")
    assert is_public(point)


def test_a_closed_point_opens_again_and_an_open_one_does_not(regions, frozen):
    point = make_point()
    with pytest.raises(points.NotClosed):
        points.reopen(point)
    points.close(point, on=YESTERDAY, reason="Sửa chữa")
    points.reopen(point)

    assert is_public(point)


@pytest.mark.parametrize("at", ["00:30", "03:00", "09:00", "12:30", "19:00", "23:30"])
@pytest.mark.parametrize(
    ("spans", "exceptions"),
    [
        ([("07:30", "12:00"), ("14:00", "19:30")], []),
        ([("18:00", "02:00")], []),
        ([("18:00", "00:00")], []),
        ([("00:00", "00:00")], []),
        ([("08:00", "20:00")], [(TODAY, TODAY, None, None)]),
        ([("08:00", "20:00")], [(TODAY, TOMORROW, "12:00", "13:00")]),
        ([("18:00", "02:00")], [(YESTERDAY, YESTERDAY, None, None)]),
        ([("08:00", "20:00")], [(YESTERDAY, YESTERDAY, "20:00", "01:00")]),
    ],
)
def test_the_database_and_the_page_agree_on_what_is_open(regions, frozen, at, spans, exceptions):
    point = make_point()
    OpeningHours.objects.bulk_create(
        OpeningHours(point=point, weekday=day, opens_at=opens, closes_at=closes)
        for day in range(7)
        for opens, closes in spans
    )
    OpeningException.objects.bulk_create(
        OpeningException(point=point, first_day=first, last_day=last, opens_at=opens, closes_at=closes)
        for first, last, opens, closes in exceptions
    )
    time = datetime.time.fromisoformat(at)
    frozen.move_to(datetime.datetime.combine(TODAY, time, tzinfo=clock.HA_NOI))

    found = PointOfSale.objects.open_at(clock.now()).filter(pk=point.pk).exists()

    assert found is PointOfSale.objects.for_lists().get(pk=point.pk).opening.is_open


def test_a_booth_is_not_open_before_its_first_day(regions, frozen):
    point = make_point(kind="fair", opened_on=TOMORROW, last_day=TOMORROW, hours=("00:00", "00:00"))

    assert point.opening is None
    assert not PointOfSale.objects.open_at(clock.now()).exists()


def test_what_cannot_be_is_refused_by_the_form_and_by_the_database(regions, frozen):
    point = make_point()
    for fields in (
        {"opened_on": TODAY, "last_day": YESTERDAY},
        {"latitude": 21.0, "longitude": None},
    ):
        wrong = PointOfSale(seller=point.seller, kind="point", **fields)
        with pytest.raises(ValidationError):
            wrong.clean()
        with pytest.raises(IntegrityError), transaction.atomic():
            PointOfSale.objects.filter(pk=point.pk).update(**fields)
    with pytest.raises(ValidationError):
        OpeningException(point=point, first_day=TODAY, last_day=YESTERDAY).clean()
    with pytest.raises(ValidationError):
        OpeningException(point=point, first_day=TODAY, last_day=TODAY, opens_at=datetime.time(8)).clean()
