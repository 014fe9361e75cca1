"""The desk's screens of the delivery table."""

import pytest
from django.urls import reverse

from marketplace.core.roles import TeamRole
from marketplace.payments.methods import UnknownMethod
from marketplace.regions.models import Region
from marketplace.sales.domain import tables
from marketplace.sales.models import DeliveryTable
from tests.factories.catalog import make_member, make_seller
from tests.factories.delivery import make_table, make_zone
from tests.factories.payments import make_account
from tests.marketplace.sales.cases import Purchase, buy, make_basket, make_product

pytestmark = [pytest.mark.integration, pytest.mark.django_db, pytest.mark.usefixtures("frozen", "regions")]

QUERIES_OF_PAGE = 7


@pytest.fixture
def seller():
    return make_seller(name="HTX Bắc Sơn")


@pytest.fixture
def owner(client, seller):
    person = make_member(seller)
    client.force_login(person)
    return person


@pytest.fixture
def ha_noi():
    return Region.objects.current().provinces().get(short_name="Hà Nội")


def page() -> str:
    return reverse("producer_desk:delivery")


def new_zone() -> str:
    return reverse("producer_desk:delivery-zone-new")


def zone(**fields) -> dict:
    return {
        "name": "Nội thành",
        "grams_0": "1.000",
        "charge_0": "20.000 ₫",
        "grams_1": "3000",
        "charge_1": "30000",
        "each_grams": "500",
        "each_charge": "5.000",
        "free_from": "500.000",
        **fields,
    }


def terms(**fields) -> dict:
    return {"flat_charge": "25.000", "usual_grams": "400", **fields}


def test_an_owner_adds_a_zone_with_numbers_as_people_write_them(client, owner, ha_noi):
    response = client.post(new_zone(), zone(provinces=[ha_noi.key]), follow=True)

    assert DeliveryTable.objects.get().zones == [
        {
            "name": "Nội thành",
            "provinces": [ha_noi.key],
            "steps": [[1000, 20_000], [3000, 30_000]],
            "each_grams": 500,
            "each_charge": 5_000,
            "free_from": 500_000,
        }
    ]
    text = response.content.decode()
    assert "Nội thành" in text
    assert "20.000" in text


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": "", "elsewhere": "on"}, "name"),
        ({}, "provinces"),
        ({"elsewhere": "on", "charge_1": ""}, "charge_1"),
        ({"elsewhere": "on", "grams_1": ""}, "grams_1"),
        ({"elsewhere": "on", "charge_0": "20.000,5"}, "charge_0"),
        ({"elsewhere": "on", "charge_0": "-1"}, "charge_0"),
        ({"elsewhere": "on", "grams_0": "nhẹ"}, "grams_0"),
        ({"elsewhere": "on", "each_charge": ""}, "each_charge"),
        ({"elsewhere": "on", "grams_0": "5000"}, "__all__"),
        ({"provinces": ["p-999"]}, "provinces"),
        ({"elsewhere": "on", **dict.fromkeys(("grams_0", "charge_0", "grams_1", "charge_1"), "")}, "grams_0"),
    ],
)
def test_what_makes_no_sense_is_said_and_nothing_typed_is_lost(client, owner, changes, field):
    response = client.post(new_zone(), zone(**changes))

    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert 'value="500.000"' in response.content.decode()
    assert not DeliveryTable.objects.exists()


def test_provinces_of_other_zones_are_not_offered(client, seller, owner, ha_noi):
    make_table(seller, make_zone("Hà Nội", provinces=[ha_noi]))

    offered = dict(client.get(new_zone()).context["form"].fields["provinces"].choices)
    own = client.get(reverse("producer_desk:delivery-zone", args=[1])).context["form"]

    assert (len(offered), ha_noi.key in offered) == (33, False)
    assert ha_noi.key in dict(own.fields["provinces"].choices)
    assert client.get(reverse("producer_desk:delivery-zone", args=[2])).status_code == 404


def test_the_page_names_provinces_that_are_not_served(client, seller, owner, ha_noi):
    table = make_table(seller, make_zone("Hà Nội", provinces=[ha_noi]))
    assert len(client.get(page()).context["unserved"]) == 33
    DeliveryTable.objects.filter(pk=table.pk).update(zones=[*table.zones, make_zone()])
    assert client.get(page()).context["unserved"] == []


def test_a_colleague_who_was_faster_is_not_written_over(client, seller, owner, ha_noi, frozen):
    table = make_table(seller, make_zone("Hà Nội", provinces=[ha_noi]))
    seen = tables.mark(table)
    frozen.shift(1)
    table.save()

    response = client.post(new_zone(), zone(elsewhere="on", seen=seen))
    assert response.status_code == 422
    assert "Nội thành" in response.content.decode()
    client.post(reverse("producer_desk:delivery-zone-remove", args=[1]), {"seen": seen})
    assert len(DeliveryTable.objects.get().zones) == 1


def test_the_flat_charge_and_picking_up_are_saved(client, seller, owner):
    client.post(page(), terms(offers_pickup="on", pickup_place="Xưởng Bắc Sơn, 8–17 giờ"))

    seller.refresh_from_db()
    table = DeliveryTable.objects.get()
    assert (seller.delivery_charge, seller.free_delivery_from) == (25_000, None)
    assert (table.usual_grams, table.offers_pickup) == (400, True)


def test_a_stall_takes_no_cash_at_the_door_and_takes_it_again(client, seller, owner):
    make_account(seller)
    client.post(page(), terms(is_prepaid_only="on"))
    form = client.get(page()).context["form"]
    assert "checked" in str(form["is_prepaid_only"])
    basket = make_basket(make_product(seller))
    with pytest.raises(UnknownMethod):
        Purchase(basket, method="cod").place()
    assert Purchase(basket, method="vietqr").place().seller_orders.get().payment_method == "vietqr"
    client.post(page(), terms(seen=form["seen"].value()))
    assert buy(make_product(seller), method="cod")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"is_prepaid_only": "on"}, "is_prepaid_only"),
        ({"flat_charge": ""}, "flat_charge"),
        ({"flat_charge": "1,5"}, "flat_charge"),
        ({"flat_free_from": "0"}, "flat_free_from"),
        ({"usual_grams": "0"}, "usual_grams"),
        ({"offers_pickup": "on"}, "pickup_place"),
    ],
)
def test_faults_in_the_terms_are_said(client, owner, changes, field):
    response = client.post(page(), terms(**changes))

    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]


@pytest.mark.parametrize("role", [TeamRole.PACKER, TeamRole.WRITER])
def test_who_may_not_edit_the_stall_sets_no_charges(client, seller, role):
    client.force_login(make_member(seller, role))

    assert client.get(page()).status_code == 403
    assert client.post(new_zone(), zone(elsewhere="on")).status_code == 403


def test_another_stalls_table_is_not_found(client, owner):
    other = make_seller()
    make_table(other)

    assert client.get(f"{page()}?stall={other.slug}").status_code == 404
    url = reverse("producer_desk:delivery-zone-remove", args=[1])
    assert client.post(f"{url}?stall={other.slug}").status_code == 404
    assert len(DeliveryTable.objects.get().zones) == 1


@pytest.mark.parametrize("number", [1, 12])
def test_the_page_takes_a_fixed_number_of_queries(client, seller, owner, django_assert_num_queries, number):
    provinces = Region.objects.current().provinces()[:number]
    make_table(seller, *(make_zone(each.name, provinces=[each]) for each in provinces))

    with django_assert_num_queries(QUERIES_OF_PAGE):
        assert client.get(page()).status_code == 200
