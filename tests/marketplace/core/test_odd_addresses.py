"""Addresses that nothing can have: on PostgreSQL none of them may reach the database."""

import pytest

from tests.factories.catalog import make_member, make_seller
from tests.factories.sellers import make_officer

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

OWNERS = ["/ban-hang/tin-nhan/%00/", "/ban-hang/tien/chuyen-khoan/ghi/%00/", "/tai-khoan/don-hang/%00/"]


@pytest.mark.parametrize(
    "address", ["/%00", "/khong-co/%00/", "/san-pham/%00_1/", "/tai-khoan/don-hang/%00/x/"]
)
def test_nothing_is_found_under_them(client, address):
    assert client.get(address).status_code == 404
    assert client.post(address).status_code == 404


@pytest.mark.parametrize("address", OWNERS)
def test_nor_by_who_has_orders(client, address):
    client.force_login(make_member(make_seller()))
    assert client.get(address).status_code == 404


def test_nor_by_the_office(client):
    client.force_login(make_officer())
    assert client.get("/chuong-trinh/don-hang/%00/").status_code == 404


def test_nobody_claims_a_stall_of_such_a_name(client):
    client.force_login(make_member(make_seller()))
    page = client.get("/ban-hang/dang-ky/", {"stall": "\0"})
    assert (page.status_code, page.context["claims"]) == (200, None)
