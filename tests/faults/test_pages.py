"""Prices change while servers, workers and writers are killed: no page is older than a second.

Two seconds behind nginx. The pages tell which price they were made with, the database which one held when.
"""

import re
import time

import pytest

from producers.models import StockRecord
from tests.factories.catalog import make_product
from tests.faults.processes import chance, rounds, wait_until
from tests.faults.servers import answer, served
from tests.services.nginx import nginx_in_front_of

pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True), pytest.mark.requires_nginx]

SERVER_SECONDS, NGINX_SECONDS = 1.0, 2.0
PRICE = re.compile(rb'"price": (\d+)')
WRITER = """
import time
from django.db.models import F
from producers.models import StockRecord
while True:
    StockRecord.objects.filter(pk={pk}).update(price=F("price") + 1)
    time.sleep({pause})
"""


def price_on(url: str) -> int | None:
    page = answer(url)
    return None if page is None else int(PRICE.search(page)[1])


def price_in_the_end(url: str) -> int:
    """Of the first page that comes: the server may be giving up after the last kill and be started anew."""
    prices = []

    def comes() -> bool:
        if (price := price_on(url)) is not None:
            prices.append(price)
        return bool(prices)

    wait_until(comes, "a page comes")
    return prices[0]


class Past:
    """Which price the database held when, as far as it was looked at."""

    def __init__(self, record: StockRecord):
        self._prices = StockRecord.objects.filter(pk=record.pk).values_list("price", flat=True)
        self._seen: list[tuple[float, int]] = []
        self.look()

    def look(self) -> int:
        price = int(self._prices.get())
        self._seen.append((time.monotonic(), price))
        return price

    def least(self, moment: float) -> int:
        """A page of this moment shows this price or a later one."""
        return max((price for at, price in self._seen if at <= moment), default=0)


@pytest.mark.parametrize("pause", [0.01, 0.4], ids=["all the time", "now and then"])
def test_no_page_is_older_than_a_second(started, tmp_path, pause):
    lot = chance()
    product = make_product(price=1_000)
    past = Past(product.stock_record)
    with (
        served(tmp_path / "server.log") as site,
        nginx_in_front_of(site.port) as front,
    ):
        ages = [
            (f"{site.url}{product.get_absolute_url()}", SERVER_SECONDS),
            (f"{front}{product.get_absolute_url()}", NGINX_SECONDS),
        ]
        for _round in range(rounds()):
            before = past.look()
            writer = started.start(
                "shell", "-v0", "-c", WRITER.format(pk=product.stock_record.pk, pause=pause)
            )
            wait_until(lambda: past.look() > before, "the first change")  # noqa: B023 - called here
            for _death in range(3):
                watch(ages, past, seconds=lot.uniform(0.1, 1.0))
                site.kill_one(lot)
                wait_until(site.answers, "a worker answers again")
            writer.kill()
            last = past.look()
            watch(ages, past, seconds=NGINX_SECONDS)
            for url, _seconds in ages:
                assert price_in_the_end(url) == last


def watch(ages: list[tuple[str, float]], past: Past, seconds: float) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        for url, oldest in ages:
            past.look()
            asked_at = time.monotonic()
            price = price_on(url)
            if price is not None:
                assert price >= past.least(asked_at - oldest), url
