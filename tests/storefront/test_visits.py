"""Visits are counted by the fragment that every opened page asks for, and nobody can be told from them."""

import pytest
from django.urls import reverse
from django.utils.translation import override

from producers.models import DailyVisits
from storefront import visits
from tests.factories.catalog import make_member, make_product, make_seller, make_user

pytestmark = [pytest.mark.integration, pytest.mark.django_db]


@pytest.fixture
def seller():
    return make_seller()


@pytest.fixture(autouse=True)
def _nothing_waits():
    visits._waiting.take()
    yield
    visits._waiting.take()


def opened(client, path, **headers):
    """What the browser asks for once it has a page of this path, from a cache or not."""
    return client.get(
        reverse("storefront:me") + "?opened",
        headers={"HX-Request": "true", "HX-Current-URL": f"http://testserver{path}", **headers},
    )


def counted() -> dict:
    visits.write()
    return {row.product_id or row.seller.slug: row.visits for row in DailyVisits.objects.all()}


def test_stalls_and_products_are_counted_in_both_languages_and_other_pages_are_not(client, seller):
    product = make_product(seller=seller)
    for path in (
        seller.get_absolute_url(),
        f"{product.get_absolute_url()}?utm_source=mail",
        product.get_absolute_url(),
        reverse("home"),
        reverse("stalls:index"),
        "/gibt-es-nicht/",
    ):
        assert opened(client, path).status_code == 200
    with override("en"):
        opened(client, product.get_absolute_url())
    assert counted() == {seller.slug: 1, product.pk: 3}


def test_the_page_asks_once_and_a_changed_basket_does_not_count(client, seller):
    page = client.get(seller.get_absolute_url()).content.decode()
    me = reverse("storefront:me")
    assert page.count(f'hx-get="{me}?opened" hx-trigger="load"') == 1
    client.get(me, headers={"HX-Current-URL": f"http://testserver{seller.get_absolute_url()}"})
    assert counted() == {}


def test_neither_robots_nor_other_sites_nor_strangers_names_count(client, seller):
    opened(client, seller.get_absolute_url(), **{"User-Agent": "Googlebot/2.1"})
    opened(client, "/gian-hang/khong-co/")
    opened(client, "/san-pham/khong-co_99999999/")
    client.get(
        reverse("storefront:me") + "?opened",
        headers={"HX-Current-URL": f"http://elsewhere.example{seller.get_absolute_url()}"},
    )
    client.get(reverse("storefront:me") + "?opened", headers={"HX-Current-URL": "http://[bad"})
    assert counted() == {}


def test_the_own_team_does_not_count_but_other_people_do(client, seller):
    client.force_login(make_member(seller))
    opened(client, seller.get_absolute_url())
    client.force_login(make_user())
    opened(client, seller.get_absolute_url())
    assert counted() == {seller.slug: 1}


def test_many_visits_are_written_in_few_queries(client, seller, django_assert_num_queries):
    for _visit in range(30):
        opened(client, seller.get_absolute_url())
    # Savepoint, rows of the day, the sum; the stall's name before it.
    with django_assert_num_queries(5):
        visits.write()
    assert counted() == {seller.slug: 30}
