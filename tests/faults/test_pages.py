"""Prices change while servers, workers and writers are killed: no page is older than a second.

Two seconds behind nginx. The pages tell which price they were made with, the database which one held when.
"""

import os
import random
import re
import signal
import sys
import time
import urllib.request
from contextlib import contextmanager, suppress
from http.client import HTTPException
from pathlib import Path
from urllib.error import HTTPError, URLError

import psutil
import pytest
from django.conf import settings

from producers.models import StockRecord
from tests.factories.catalog import make_product
from tests.faults.processes import chance, environment, rounds, wait_until
from tests.services.nginx import nginx_in_front_of
from tests.services.ports import free_port

pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True), pytest.mark.requires_nginx]

SERVER_SECONDS, NGINX_SECONDS = 1.0, 2.0
GATEWAY_ERRORS = (502, 503, 504)
PRICE = re.compile(rb'"price": (\d+)')
WRITER = """
import time
from django.db.models import F
from producers.models import StockRecord
while True:
    StockRecord.objects.filter(pk={pk}).update(price=F("price") + 1)
    time.sleep({pause})
"""


class Site:
    """Our server with two workers, each of which may be killed.

    granian starts a worker again; when one dies twice in five seconds it gives up and is started anew,
    as containers and `make run` do.
    """

    def __init__(self, log: Path):
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._log = log
        self._start()

    def _start(self) -> None:
        command = [sys.executable, "-m", "granian", "marketplace.wsgi:application", "--interface", "wsgi"]
        command += ["--host", "127.0.0.1", "--port", str(self.port), "--workers", "2"]
        command += ["--blocking-threads", "2", "--respawn-failed-workers", "--log-level", "warning"]
        env = {**os.environ, **environment(), "OCOP_PAGE_CACHE": "1", "PYTHONWARNINGS": "ignore"}
        with self._log.open("ab") as output:
            self._granian = psutil.Popen(
                command, cwd=settings.BASE_DIR, env=env, stdout=output, stderr=output, start_new_session=True
            )

    @property
    def pid(self) -> int:
        return self._granian.pid

    def kill_one(self, lot: random.Random) -> None:
        workers = [each for each in self._granian.children() if each.status() != psutil.STATUS_ZOMBIE]
        if workers:
            lot.choice(workers).kill()

    def answers(self) -> bool:
        if self._granian.poll() is not None:
            self._start()
        return answer(f"{self.url}/readyz") is not None

    def end(self) -> None:
        """By force: granian waits for ever for a worker that was killed."""
        with suppress(ProcessLookupError):
            os.killpg(self._granian.pid, signal.SIGKILL)
        self._granian.wait()


@contextmanager
def served(log: Path):
    site = Site(log)
    try:
        wait_until(site.answers, "the server answers")
        yield site
    finally:
        site.end()


def answer(url: str) -> bytes | None:
    """None while the worker that would answer is dead."""
    try:
        with urllib.request.urlopen(url, timeout=30) as response:  # noqa: S310 - our own server
            return response.read()
    except HTTPError as error:
        if error.code not in GATEWAY_ERRORS:
            raise
        return None
    except (URLError, ConnectionError, TimeoutError, HTTPException):
        return None


def price_on(url: str) -> int | None:
    page = answer(url)
    return None if page is None else int(PRICE.search(page)[1])


def price_in_the_end(site: Site, url: str) -> int:
    """Of the first page that comes: the server may be giving up after the last kill and be started anew."""
    prices = []

    def comes() -> bool:
        if site.answers() and (price := price_on(url)) is not None:
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
                assert price_in_the_end(site, url) == last


def watch(ages: list[tuple[str, float]], past: Past, seconds: float) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        for url, oldest in ages:
            past.look()
            asked_at = time.monotonic()
            price = price_on(url)
            if price is not None:
                assert price >= past.least(asked_at - oldest), url
