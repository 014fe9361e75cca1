"""The office clears sellers for spirits, other alcohol, functional food and medicine."""

import datetime

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse

from catalog.domain import clear
from catalog.models import Clearance
from marketplace.core import clock
from marketplace.core.roles import Role, TeamRole
from tests.factories.catalog import make_category, make_member, make_product, make_seller, make_user

pytestmark = [pytest.mark.integration, pytest.mark.django_db, pytest.mark.usefixtures("frozen")]

LIST = "/chuong-trinh/cap-phep/"
QUERIES_OF_LIST = 7


@pytest.fixture
def office(client):
    person = make_user()
    person.groups.add(Group.objects.get_or_create(name=Role.OFFICE)[0])
    client.force_login(person)
    return person


def form(cleared, **fields) -> dict:
    return {
        "seller": cleared.name,
        "category": make_category(14).pk,
        "paper": "Giấy phép 12/GP",
        "ends_on": "2027-11-24",
        **fields,
    }


def test_a_seller_is_cleared_by_name_or_tax_code_and_the_clearance_withdrawn(client, office):
    seller = make_seller(name="Rượu Làng Vân", business_code="0101234567")
    product = make_product(seller=seller, set_number=14)
    assert client.post(LIST, form(seller, seller="ruou lang van")).status_code == 302
    assert client.post(LIST, form(seller, seller="0101234567")).status_code == 302
    product.refresh_from_db()
    assert product.cleared_until == datetime.date(2027, 11, 24)
    for each in Clearance.objects.all():
        client.post(reverse("office_desk:clearance-withdraw", args=[each.pk]), {"reason": "Hết phép"})
    product.refresh_from_db()
    assert product.cleared_until is None


@pytest.mark.parametrize(
    ("fields", "bad"),
    [
        ({"seller": "Không có"}, "seller"),
        ({"ends_on": "2020-01-01"}, "__all__"),
        ({"ends_on": "mai"}, "ends_on"),
        ({"paper": ""}, "paper"),
        ({"category": ""}, "category"),
    ],
)
def test_what_is_wrong_is_said(client, office, fields, bad):
    response = client.post(LIST, form(make_seller(), **fields))
    assert response.status_code == 422
    assert list(response.context["form"].errors) == [bad]
    assert not Clearance.objects.exists()


def test_two_sellers_of_one_name_need_the_tax_code(client, office):
    make_seller(name="Rượu Làng Vân")
    response = client.post(LIST, form(make_seller(name="Rượu Làng Vân")))
    assert list(response.context["form"].errors) == ["seller"]


def test_a_withdrawal_without_a_reason_changes_nothing(client, office):
    seller = make_seller()
    made = clear.clear(seller, make_category(14), ends_on=clock.today(), paper="x")
    client.post(reverse("office_desk:clearance-withdraw", args=[made.pk]), {"reason": ""})
    made.refresh_from_db()
    assert made.is_in_force


def test_nobody_else_clears(client):
    seller = make_seller()
    client.force_login(make_member(seller, TeamRole.OWNER))
    assert client.get(LIST).status_code == 404
    assert client.post(LIST, form(seller)).status_code == 404
    assert not Clearance.objects.exists()


@pytest.mark.parametrize("count", [1, 30])
def test_the_list_costs_the_same_for_one_and_for_many(client, office, django_assert_num_queries, count):
    category = make_category(14)
    for _number in range(count):
        clear.clear(make_seller(), category, ends_on=clock.today(), paper="x", actor=office)
    with django_assert_num_queries(QUERIES_OF_LIST):
        client.get(LIST)
