"""What a stall sells, as other sales channels fetch it."""

import csv
import xml.etree.ElementTree as ElementTree
from io import BytesIO

import pytest
from django.urls import reverse
from PIL import Image

from catalog.domain import prepare, variants
from catalog.domain.prepare import Offer
from marketplace.core import clock
from producers.models import Partner
from tests.e2e.market import make_pictured
from tests.factories.catalog import make_picture, make_product, make_seller

pytestmark = [pytest.mark.integration, pytest.mark.django_db, pytest.mark.usefixtures("frozen")]

G = "{http://base.google.com/ns/1.0}"


@pytest.fixture
def stall():
    return make_seller(name="HTX <Chè> & Cốm")


def google(client, stall) -> list[dict]:
    response = client.get(reverse("stalls:google-feed", args=[stall.slug]))
    items = ElementTree.fromstring(response.content).findall("channel/item")  # noqa: S314 - our own
    return [{field.tag.removeprefix(G): field.text for field in item} for item in items]


def facebook(client, stall) -> list[dict]:
    response = client.get(reverse("stalls:facebook-feed", args=[stall.slug]))
    return list(csv.DictReader(response.content.decode().splitlines()))


def test_both_feeds_hold_what_is_sold(client, stall):
    product = make_product(
        seller=stall, title="Chè <búp>", ingredients="Chè", pictured=True, shipping_weight=600
    )
    variant = variants.add(product, variant="1 kg")
    prepare.put_on_offer(variant, Offer(95_000, 0))
    one, two = google(client, stall)
    assert one == {
        "id": str(product.pk),
        "title": "Chè <búp>",
        "description": one["description"],
        "link": f"http://testserver{product.get_absolute_url()}",
        "image_link": one["image_link"],
        "availability": "in_stock",
        "price": "50000 VND",
        "condition": "new",
        "brand": "HTX <Chè> & Cốm",
        "identifier_exists": "no",
        "product_type": product.category.name,
        "item_group_id": str(product.pk),
        "shipping_weight": "600 g",
    }
    assert one["image_link"].startswith("http://testserver/")
    assert (two["title"], two["price"], two["availability"]) == (
        "Chè <búp>, 1 kg",
        "95000 VND",
        "out_of_stock",
    )
    rows = facebook(client, stall)
    assert [(row["id"], row["availability"], row["price"]) for row in rows] == [
        (str(product.pk), "in stock", "50000 VND"),
        (str(variant.pk), "out of stock", "95000 VND"),
    ]


def test_the_packs_of_a_product_are_told_apart_by_their_size(client, stall):
    product = make_product(seller=stall, pictured=True, variant="500 g")
    prepare.put_on_offer(variants.add(product, variant="1 kg"), Offer(95_000, 5))
    make_product(seller=stall, pictured=True, unit="hộp")
    assert [row.get("size") for row in google(client, stall)] == ["500 g", "1 kg", None]
    assert [row["size"] for row in facebook(client, stall)] == ["500 g", "1 kg", ""]


def test_on_holidays_nothing_is_in_stock(client, stall):
    make_product(seller=stall, pictured=True)
    Partner.objects.filter(pk=stall.pk).update(pause_from=clock.today(), pause_to=clock.today())
    assert [row["availability"] for row in google(client, stall)] == ["out_of_stock"]
    [row] = facebook(client, stall)
    assert (row["availability"], row["quantity_to_sell_on_facebook"]) == ("out of stock", "0")


def test_characters_that_xml_cannot_hold_are_left_out(client, stall):
    make_product(seller=stall, title="Chè\x08 búp", pictured=True)
    assert [row["title"] for row in google(client, stall)] == ["Chè búp"]


def test_facebook_gets_pictures_as_jpeg_of_what_is_listed(client, stall):
    image = make_pictured(seller=stall).images.get()
    [row] = facebook(client, stall)
    assert row["image_link"] == f"http://testserver/gian-hang/{stall.slug}/anh/{image.pk}.jpg"
    response = client.get(row["image_link"])
    assert (response["Content-Type"], Image.open(BytesIO(response.content)).format) == ("image/jpeg", "JPEG")
    without_file = make_product(seller=stall, pictured=True).images.get()
    draft = make_pictured(seller=stall, recognised=False).images.get()
    for picture in (without_file, draft, make_pictured().images.get()):
        address = reverse("stalls:feed-picture", args=[stall.slug, picture.pk])
        assert client.get(address).status_code == 404


def test_what_is_not_sold_or_has_no_picture_is_left_out(client, stall):
    make_product(seller=stall)
    make_product(seller=stall, pictured=True, price=None)
    make_product(seller=stall, pictured=True, set_number=14)
    make_product(seller=stall, pictured=True, recognised=False)
    make_product(pictured=True)
    assert google(client, stall) == []
    assert facebook(client, stall) == []


def test_a_closed_stall_has_no_feed(client, stall):
    Partner.objects.update(state=Partner.State.CLOSED)
    for name in ("google-feed", "facebook-feed"):
        assert client.get(reverse(f"stalls:{name}", args=[stall.slug])).status_code == 404


@pytest.mark.parametrize("count", [1, 30])
def test_a_feed_costs_the_same_for_one_and_for_many(client, stall, django_assert_num_queries, count):
    for _number in range(count):
        product = make_product(seller=stall)
        make_picture(product)
        variants.add(product, variant="1 kg")
    with django_assert_num_queries(5):
        client.get(reverse("stalls:facebook-feed", args=[stall.slug]))
