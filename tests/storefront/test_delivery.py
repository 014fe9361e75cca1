"""Delivery by a seller's table, from the basket to the order: place, weight, picking up, not served."""

import pytest

from marketplace.regions.models import Region
from marketplace.sales.models import DeliveryTable
from tests.factories.catalog import make_product, make_seller
from tests.factories.delivery import make_table, make_zone
from tests.storefront.shopping import answer, consent, fill_basket, ha_dong, place, to_review, words

pytestmark = [pytest.mark.integration, pytest.mark.django_db, pytest.mark.usefixtures("frozen", "regions")]

BASKET = "/en/gio-hang/"
FORM = "/en/thanh-toan/"
REVIEW = "/en/thanh-toan/xem-lai/"
PLACE = "/en/thanh-toan/dat-hang/"


@pytest.fixture
def ha_noi():
    return ha_dong().parent


@pytest.fixture
def hue():
    return Region.objects.current().provinces().get(short_name="Huế")


@pytest.fixture
def seller():
    return make_seller(name="Hợp tác xã Hòa Xá")


@pytest.fixture
def product(seller):
    """800 g, 50.000 ₫."""
    return make_product(seller=seller, price=50_000, shipping_weight=800)


@pytest.fixture
def table(seller, ha_noi, hue):
    """Hà Nội 20.000 ₫ up to 1 kg, 30.000 up to 3, free from 300.000 of goods; Huế 45.000; nowhere else."""
    return make_table(
        seller,
        make_zone("Hà Nội", provinces=[ha_noi], free_from=300_000),
        make_zone("Huế", provinces=[hue], steps=[(1000, 45_000)]),
    )


@pytest.fixture
def far(table, hue):
    """A table that serves Huế only, as the buyer is in Hà Nội."""
    DeliveryTable.objects.update(zones=table.zones[1:])


def test_the_basket_says_the_least_as_long_as_nobody_knows_the_place(client, product, table):
    fill_basket(client, product)
    page = words(client.get(BASKET))

    assert "Delivery from 20.000\xa0₫, depending on the place" in page
    assert "from 70.000\xa0₫" in page


def test_the_form_lists_the_charge_of_each_zone(client, product, table):
    fill_basket(client, (product, 2))
    page = words(client.get(FORM))

    for text in ("from 30.000\xa0₫", "Huế", "50.000\xa0₫", "Other provinces are not served."):
        assert text in page


def test_the_review_charges_by_province_and_weight_and_says_how(client, product, table):
    review = to_review(client, fill_basket(client, (product, 2)))
    page = words(review)

    # Two of 800 g: the second step of Hà Nội.
    assert review.context["quote"].delivery_total == 30_000
    assert "Hà Nội, parcel of 1.6 kg" in page
    assert "Order, 130.000\xa0₫" in page
    # The basket knows the place now.
    assert "Delivery 30.000\xa0₫" in words(client.get(BASKET))


def test_the_order_keeps_the_charge_and_its_reason(client, product, table):
    order = place(client, fill_basket(client, (product, 2)))

    part = order.seller_orders.get()
    assert (part.delivery_charge, part.delivery_way, part.parcel_grams) == (30_000, "door", 1_600)
    assert part.delivery_basis == "Hà Nội, parcel of 1.6 kg"
    assert order.shipping_incl_tax == 30_000


def test_goods_without_a_weight_count_the_sellers_usual_one(client, seller, table):
    DeliveryTable.objects.update(usual_grams=1_100)
    order = place(client, fill_basket(client, make_product(seller=seller, price=50_000)))

    assert order.seller_orders.get().parcel_grams == 1_100


@pytest.mark.parametrize(("quantity", "charge"), [(5, 35_000), (6, 0)])
def test_delivery_is_free_from_the_zones_sum(client, product, table, quantity, charge):
    order = place(client, fill_basket(client, (product, quantity)))

    # 4 kg are one begun kilo above the last step.
    assert order.seller_orders.get().delivery_charge == charge


def test_a_place_that_is_not_served_is_said_at_the_form_with_everything_kept(client, product, far):
    response = answer(client, fill_basket(client, product))

    page = words(response)
    assert response.status_code == 422
    assert "Hợp tác xã Hòa Xá does not deliver to Thành phố Hà Nội." in page
    assert 'value="Số 8, ngõ 99"' in page


def test_the_basket_says_too_that_a_place_is_not_served(client, product, table):
    to_review(client, fill_basket(client, product))
    DeliveryTable.objects.update(zones=table.zones[1:])

    assert "Not delivered to Thành phố Hà Nội" in words(client.get(BASKET))


@pytest.mark.parametrize("page", [REVIEW, PLACE])
def test_a_seller_who_stops_delivering_there_takes_no_order(client, product, table, page):
    review = to_review(client, fill_basket(client, product))
    DeliveryTable.objects.update(zones=table.zones[1:])
    form = consent(review)
    response = client.post(page, form, follow=True) if page == PLACE else client.get(page, follow=True)

    assert response.redirect_chain[-1][0] == FORM
    assert "does not deliver to Thành phố Hà Nội" in words(response)
    assert not product.line_set.exists()


def test_a_charge_that_changed_since_the_review_is_told(client, product, table):
    review = to_review(client, fill_basket(client, product))
    zones = DeliveryTable.objects.get().zones
    zones[0]["steps"] = [[1000, 25_000]]
    DeliveryTable.objects.update(zones=zones)
    response = client.post(PLACE, consent(review))

    assert response.status_code == 409
    assert "Delivery by Hợp tác xã Hòa Xá now costs 25.000\xa0₫." in words(response)


# --- picking up
def test_goods_can_be_picked_up_where_that_is_offered(client, seller, product, far):
    DeliveryTable.objects.update(offers_pickup=True, pickup_place="Xưởng Hòa Xá, 8–17 giờ")
    basket = fill_basket(client, product)
    assert "Xưởng Hòa Xá" in words(client.get(FORM))
    refused = answer(client, basket)
    assert "Pick the goods up, or give another address." in words(refused)
    order = place(client, basket, **{f"delivery-{seller.pk}": "pickup"})

    part = order.seller_orders.get()
    assert (part.delivery_way, part.delivery_charge, part.pickup_place) == (
        "pickup",
        0,
        "Xưởng Hòa Xá, 8–17 giờ",
    )
    assert part.total == 50_000


def test_a_way_that_is_not_offered_is_refused(client, seller, product, table):
    response = answer(client, fill_basket(client, product), **{f"delivery-{seller.pk}": "pickup"})

    assert response.status_code == 422


def test_picking_up_that_has_ended_is_told(client, seller, product, table):
    DeliveryTable.objects.update(offers_pickup=True, pickup_place="Xưởng")
    review = to_review(client, fill_basket(client, product), **{f"delivery-{seller.pk}": "pickup"})
    DeliveryTable.objects.update(offers_pickup=False)
    response = client.post(PLACE, consent(review), follow=True)

    assert "can no longer be picked up" in words(response)
    assert not product.line_set.exists()


@pytest.mark.parametrize("number", [1, 12])
def test_zones_cost_the_checkout_no_query(client, product, seller, django_assert_num_queries, number):
    provinces = list(Region.objects.current().provinces()[:11])
    zones = [make_zone(each.name, provinces=[each]) for each in provinces][: number - 1]
    make_table(seller, *zones, make_zone())
    to_review(client, fill_basket(client, product))
    with django_assert_num_queries(10):
        client.get(REVIEW)


# --- what pages say
def test_stall_and_product_say_that_the_charge_depends_on_the_place(client, seller, product, table):
    text = "Delivered by the seller; the charge depends on place and weight."

    assert text in words(client.get(f"/en/gian-hang/{seller.slug}/"))
    assert text in words(client.get(f"/en/san-pham/{product.slug}_{product.pk}/"))
