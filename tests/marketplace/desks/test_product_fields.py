"""Choosing among more products than a form has boxes for: by name, number or address, one a line."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from catalog.models import Product
from marketplace.core import clock
from marketplace.desks import product_fields
from marketplace.events.models import BoothRegistration, Livestream
from marketplace.sales.models import Promotion
from producers.models import Story
from tests.factories.catalog import make_member, make_product, make_seller
from tests.factories.events import make_event, make_livestream, make_registration

pytestmark = [pytest.mark.integration, pytest.mark.django_db, pytest.mark.usefixtures("frozen")]

WHO = {"contact_name": "Nguyễn Thị Lan", "contact_phone": "0912 345 678"}
STREAM = reverse("producer_desk:livestream-new")
PROMOTION = reverse("producer_desk:promotion-new")
STORY = reverse("producer_desk:story-new")


@pytest.fixture
def seller(monkeypatch):
    monkeypatch.setattr(product_fields, "MOST_BOXES", 2)
    return make_seller()


@pytest.fixture
def owner(client, seller):
    client.force_login(make_member(seller))
    return client


@pytest.fixture
def products(seller):
    titles = ("Chè sen", "Chè búp", "Mật ong rừng")
    return [make_product(seller=seller, title=title) for title in titles]


def stream(**fields) -> dict:
    begins = (clock.now() + datetime.timedelta(hours=30)).astimezone(clock.HA_NOI)
    return {
        "title": "Mùa sen",
        "url": "https://example.org/live",
        "presenter": "Lan",
        "starts_at": begins.strftime("%Y-%m-%dT%H:%M"),
        **fields,
    }


def test_few_products_have_a_box_each_and_more_are_written(owner, seller, products):
    event = reverse("producer_desk:event", args=[make_event().slug])
    for url in (STREAM, PROMOTION, event):
        page = owner.get(url).content.decode()
        assert '<textarea name="products"' in page
        assert "Mật ong rừng" not in page
    Product.objects.filter(pk=products[2].pk).update(producer=make_seller())
    for url in (STREAM, PROMOTION, event):
        assert owner.get(url).content.decode().count('type="checkbox" name="products"') == 2


@pytest.mark.parametrize("way", ["name", "number", "address", "words", "as shown"])
def test_a_product_is_named_in_each_way(owner, products, way):
    lines = {
        "name": "Mật ong rừng",
        "number": str(products[2].pk),
        "address": f"https://example.org{products[2].get_absolute_url()}",
        "words": "rung mat",
        "as shown": f"Mật ong rừng (#{products[2].pk})",
    }
    answer = owner.post(STREAM, stream(products=f"{lines[way]}\r\n\r\nChè sen\r\nChè sen"))
    assert answer.status_code == 302
    assert set(Livestream.objects.get().products.all()) == {products[0], products[2]}


@pytest.mark.parametrize(
    ("line", "code"), [("Nón lá", "none"), ("chè", "several"), ("99999999", "none"), ("(#", "none")]
)
def test_what_is_nobodys_or_several_peoples_name_is_told(owner, products, line, code):
    answer = owner.post(STREAM, stream(products=f"Mật ong rừng\n{line}"))
    assert answer.status_code == 422
    assert [each.code for each in answer.context["form"].errors["products"].as_data()] == [code]
    assert line in answer.content.decode()
    assert not Livestream.objects.exists()


def test_two_of_the_same_name_are_told_apart_by_number(owner, seller, products):
    twin = make_product(seller=seller, title="Chè sen")
    answer = owner.post(STREAM, stream(products="Chè sen"))
    assert f"Chè sen (#{twin.pk})" in answer.content.decode()
    assert owner.post(STREAM, stream(products=f"Chè sen (#{twin.pk})")).status_code == 302
    assert list(Livestream.objects.get().products.all()) == [twin]


def test_products_of_others_and_too_many_are_refused(owner, products):
    foreign = make_product(title="Nón lá")
    for line in (foreign.title, str(foreign.pk)):
        assert owner.post(STREAM, stream(products=line)).status_code == 422
    field = product_fields.ProductNamesField(Product.objects.all(), most=1)
    with pytest.raises(ValidationError, match="1") as refusal:
        field.clean("Chè sen\nChè búp")
    assert refusal.value.code == "too_many"


def test_what_was_chosen_stands_in_the_form_and_can_be_sent_again(owner, seller, products):
    livestream = make_livestream(seller)
    livestream.products.set(products[:2])
    page = reverse("producer_desk:livestream", args=[livestream.pk])
    shown = owner.get(page).context["form"]["products"].value()
    assert shown == f"Chè sen (#{products[0].pk})\nChè búp (#{products[1].pk})"
    assert owner.post(page, stream(products=shown)).status_code == 302
    assert set(livestream.products.all()) == set(products[:2])
    assert owner.post(page, stream(products="")).status_code == 302
    assert not livestream.products.exists()


def test_a_booth_and_a_promotion_go_by_names_too(owner, seller, products):
    event = make_event()
    url = reverse("producer_desk:event", args=[event.slug])
    assert owner.post(url, {"products": "", **WHO}).status_code == 422
    assert owner.post(url, {"products": "Chè sen", **WHO}).status_code == 302
    registration = BoothRegistration.objects.get()
    assert list(registration.products.all()) == [products[0]]
    assert owner.post(url, {"products": "Chè búp"}).status_code == 302
    assert list(registration.products.all()) == [products[1]]
    today = clock.today().isoformat()
    promotion = {"title": "Mừng", "kind": "percent", "value": "10", "first_day": today, "last_day": today}
    assert owner.post(PROMOTION, {**promotion, "products": "Chè búp\nMật ong"}).status_code == 302
    made = Promotion.objects.get()
    assert set(made.products.all()) == set(products[1:])
    shown = owner.get(reverse("producer_desk:promotion", args=[made.pk])).context["form"]["products"].value()
    assert shown.count("\n") == 1


def test_a_story_names_its_product(owner, seller, products):
    words = {"title": "Đồi chè", "body": "Sáng sớm.", "act": "save"}
    page = owner.get(STORY)
    assert "Chè búp" not in page.content.decode()
    assert owner.post(STORY, {**words, "about": f"stall:{seller.pk}", "named": "Nón lá"}).status_code == 422
    assert owner.post(STORY, {**words, "about": f"stall:{seller.pk}", "named": "Chè búp"}).status_code == 302
    assert owner.post(STORY, {**words, "about": f"stall:{seller.pk}", "named": ""}).status_code == 302
    named, of_stall = Story.objects.order_by("pk")
    assert (named.seller, named.product) == (seller, products[1])
    assert (of_stall.seller, of_stall.product) == (seller, None)


@pytest.mark.parametrize("count", [3, 30])
def test_the_forms_take_a_fixed_number_of_queries(owner, seller, count):
    for _number in range(count):
        make_product(seller=seller)
    booth = make_registration(make_event(), seller).event
    event = reverse("producer_desk:event", args=[booth.slug])
    asked = {}
    for page in (STREAM, PROMOTION, STORY, event):
        owner.get(page)
        with CaptureQueriesContext(connection) as queries:
            owner.get(page)
        asked[page] = len(queries)
    assert asked == {STREAM: 5, PROMOTION: 5, STORY: 6, event: 11}
