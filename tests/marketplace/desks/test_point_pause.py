"""The point's desk: the point keeps no goods for buyers for some days."""

import datetime

import pytest
from django.urls import reverse

from marketplace.core import clock
from marketplace.core.roles import TeamRole
from producers.domain.nearby import where_to_buy
from tests.factories.catalog import make_member
from tests.factories.points import make_point
from tests.factories.shelves import make_shelf

pytestmark = [pytest.mark.integration, pytest.mark.django_db, pytest.mark.usefixtures("frozen")]


@pytest.fixture
def record(client):
    record = make_shelf(point=make_point())
    client.force_login(make_member(record.partner, TeamRole.MANAGER))
    return record


def pausing(record) -> str:
    return reverse("point_desk:pause", args=[record.partner.slug])


def days(first: int, last: int) -> dict:
    today = clock.today()
    moved = (today + datetime.timedelta(days=number) for number in (first, last))
    return dict(zip(("first", "last"), (each.isoformat() for each in moved), strict=True))


def test_for_the_days_of_a_pause_nobody_reserves_and_buyers_read_why(client, record, frozen):
    assert client.post(pausing(record), {**days(0, 1), "words": "Kiểm kê"}).status_code == 302
    (place,) = where_to_buy(record.product_id)
    assert (place.can_reserve, place.level.code) == (False, "in_stock")
    assert "Kiểm kê" in client.get(record.partner.get_absolute_url()).text
    frozen.shift(datetime.timedelta(days=2))
    (place,) = where_to_buy(record.product_id)
    assert place.can_reserve


def test_a_pause_is_ended(client, record):
    client.post(pausing(record), days(0, 5))
    client.post(pausing(record), {"end": "1"})
    (place,) = where_to_buy(record.product_id)
    assert place.can_reserve


@pytest.mark.parametrize("sent", [(3, 1), (-5, -1), (0, 900), {"first": "x", "last": "\x00"}, {}])
def test_odd_days_are_refused_and_stay_in_the_form(client, record, sent):
    response = client.post(pausing(record), sent if isinstance(sent, dict) else days(*sent))
    assert response.status_code == 422
    assert response.context["form"].errors
    record.partner.refresh_from_db()
    assert record.partner.pause_from is None
