"""What a page of the desk weighs on the line: HTML, styles and scripts, compressed; no pictures, no fonts."""

import re

import brotli
import pytest
from django.contrib.staticfiles import finders
from django.urls import NoReverseMatch, get_resolver, reverse

from tests.factories.catalog import make_member, make_seller
from tests.marketplace.sales.cases import buy, make_product

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

HEAVIEST = 60_000
FILES = re.compile(r'<(?:link[^>]*rel="stylesheet"[^>]*href|script[^>]*src)="/static/([^"?]+)')
ROWS = 30


def lists() -> list[str]:
    """The pages of the desk that need no more than their address."""
    names = {
        name for name in get_resolver("marketplace.desks.producer.urls").reverse_dict if isinstance(name, str)
    }
    found = []
    for name in sorted(names):
        try:
            found.append(reverse(f"producer_desk:{name}"))
        except NoReverseMatch:
            continue
    return found


@pytest.fixture
def owner(client):
    seller = make_seller()
    for _row in range(ROWS):
        buy(make_product(seller, pictured=True))
    person = make_member(seller)
    client.force_login(person)
    return person


def weigh(name: str) -> int:
    with open(finders.find(name), "rb") as file:
        return len(brotli.compress(file.read()))


def test_every_page_of_the_desk_is_light(client, owner, record_property):
    files: dict[str, int] = {}
    weights = {}
    for address in lists():
        response = client.get(address)
        if response.status_code != 200 or not response.headers["Content-Type"].startswith("text/html"):
            continue
        html = response.content
        named = FILES.findall(html.decode())
        files |= {name: weigh(name) for name in named if name not in files}
        weights[address] = len(brotli.compress(html)) + sum(files[name] for name in set(named))
    assert len(weights) >= 12
    record_property("heaviest", max(weights.values()))
    assert {address: weight for address, weight in weights.items() if weight >= HEAVIEST} == {}
