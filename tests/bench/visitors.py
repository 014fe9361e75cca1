"""Visitors who buy: one whole purchase in each shop, from the basket to the page of the order.

They ask for what a browser asks for that has the product's page open: every form is sent with the headers of
a browser, every redirect followed; pictures, styles and scripts are left out on both sides.
"""

import http.client
import itertools
import re
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from urllib.parse import urlencode

HOST = "127.0.0.1"
TIMEOUT = 60
MOST_REDIRECTS = 8
PROCESSES = 2
TOKEN = "a" * 32

BUYER = "Nguyễn Thị An"
PHONE = "0912345678"
STREET = "12 phố Hàng Bài"
COMMUNE, PROVINCE = "Phường Hoàn Kiếm", "Hà Nội"


class Stuck(Exception):
    """A purchase did not go on; the message says where."""


@dataclass(frozen=True)
class Purchases:
    """Whole purchases: how many a second, and how long each took in milliseconds."""

    rate: float
    milliseconds: list[float]


class Visitor:
    """A browser without pictures: one connection that stays open, cookies, redirects."""

    def __init__(self, port: int):
        self._connection = http.client.HTTPConnection(HOST, port, timeout=TIMEOUT)
        self._origin = f"http://{HOST}:{port}"
        self.forget()

    def forget(self) -> None:
        """Come again as somebody new, over the same connection, with the cookie of the page before."""
        self.cookies = {"csrftoken": TOKEN}

    def get(self, path: str) -> str:
        return self._ask("GET", path, None)

    def post(self, path: str, fields: Mapping[str, str]) -> str:
        """Send a form and follow to the page that it leads to."""
        return self._ask("POST", path, {**fields, "csrfmiddlewaretoken": self.cookies["csrftoken"]})

    def close(self) -> None:
        self._connection.close()

    def _ask(self, method: str, path: str, fields: Mapping[str, str] | None) -> str:
        for _redirect in range(MOST_REDIRECTS):
            answer, body = self._once(method, path, fields)
            if answer.status not in (301, 302, 303):
                break
            method, path, fields = "GET", answer.headers["Location"], None
        if answer.status != 200:
            raise Stuck(f"{method} {path} answers {answer.status}")
        return body.decode()

    def _once(self, method: str, path: str, fields: Mapping[str, str] | None):
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if fields is not None:
            headers |= {
                "Content-Type": "application/x-www-form-urlencoded",
                "Origin": self._origin,
                "Sec-Fetch-Site": "same-origin",
            }
        self._connection.request(method, path, urlencode(fields) if fields else None, headers)
        answer = self._connection.getresponse()
        body = answer.read()
        for cookie in answer.headers.get_all("Set-Cookie", []):
            name, _equals, value = cookie.partition(";")[0].strip().partition("=")
            self.cookies[name] = value
        return answer, body


def buy_from_ours(visitor: Visitor, path: str) -> None:
    """Basket, delivery and payment, review, order."""
    visitor.post(path, {"quantity": "1"})
    form = visitor.get("/thanh-toan/")
    review = visitor.post(
        "/thanh-toan/",
        {
            "name": BUYER,
            "phone": PHONE,
            "email": "",
            "province": _found(rf'<option value="(\d+)"[^>]*>(?:Thành phố )?{PROVINCE}<', form),
            "commune": COMMUNE,
            "street": STREET,
            _found(r'name="(payment-\d+)"', form): _found(r'name="payment-\d+" value="([^"]+)"', form),
        },
    )
    order = visitor.post(
        "/thanh-toan/dat-hang/",
        {
            "terms": "on",
            "token": _found(r'name="token" value="([^"]+)"', review),
            "digest": _found(r'name="digest" value="([^"]+)"', review),
        },
    )
    _found(rf"{COMMUNE}", order)


def buy_from_oscar(visitor: Visitor, path: str) -> None:
    """Basket, guest, address, delivery and payment (which it chooses itself), preview, order."""
    visitor.post(path, {"quantity": "1"})
    visitor.get("/checkout/")
    visitor.post("/checkout/", {"username": "an@example.org", "options": "anonymous"})
    visitor.post(
        "/checkout/shipping-address/",
        {
            "first_name": BUYER,
            "last_name": BUYER,
            "line1": STREET,
            "line4": COMMUNE,
            "state": PROVINCE,
            "postcode": "100000",
            "phone_number": PHONE,
            "country": "VN",
        },
    )
    visitor.get("/checkout/preview/")
    thanks = visitor.post("/checkout/preview/", {"action": "place_order"})
    _found(rf"{COMMUNE}", thanks)


SHOPS: dict[str, Callable[[Visitor, str], None]] = {"ours": buy_from_ours, "oscar": buy_from_oscar}


def buy(shop: str, port: int, paths: Sequence[str], visitors: int, seconds: float) -> Purchases:
    """So many visitors at once buy one thing after another, each time as somebody new.

    Purchases that are under way when the time is up are finished, and counted with the time that they took.
    """
    return _purchases(shop, port, paths, visitors, seconds)


def buy_at_once(shop: str, port: int, paths: Sequence[str], visitors: int) -> Purchases:
    """So many visitors come at once, and each buys one thing."""
    return _purchases(shop, port, paths, visitors, None)


def _purchases(shop: str, port: int, paths: Sequence[str], visitors: int, seconds: float | None) -> Purchases:
    share = visitors // PROCESSES
    with ProcessPoolExecutor(PROCESSES, mp_context=get_context("spawn")) as processes:
        # The processes are there before the time begins.
        list(processes.map(abs, range(PROCESSES)))
        started = time.monotonic()
        work = [processes.submit(_buy, shop, port, paths, share, seconds) for _process in range(PROCESSES)]
        taken = list(itertools.chain.from_iterable(each.result() for each in work))
        lasted = time.monotonic() - started
    return Purchases(len(taken) / lasted, sorted(taken))


def add_each_once(port: int, paths: Sequence[str]) -> None:
    """Put one of each into the basket, one after another.

    Of two visitors who are the first of a product at once vanilla oscar answers one with 500 on PostgreSQL:
    both begin its row of statistics.
    """
    visitor = Visitor(port)
    for path in paths:
        visitor.post(path, {"quantity": "1"})
    visitor.close()


def _buy(shop: str, port: int, paths: Sequence[str], visitors: int, seconds: float | None) -> list[float]:
    """The milliseconds of each purchase; without ``seconds`` each visitor buys once."""
    taken: list[float] = []
    trouble: list[Exception] = []
    until = time.monotonic() + (seconds or 0)

    def go_on(number: int) -> None:
        visitor = Visitor(port)
        try:
            last = None if seconds else number + 1
            for path in itertools.islice(itertools.cycle(paths), number, last):
                if trouble or (seconds and time.monotonic() >= until):
                    return
                began = time.monotonic()
                visitor.forget()
                SHOPS[shop](visitor, path)
                taken.append((time.monotonic() - began) * 1000)
        except Exception as error:
            trouble.append(error)
        finally:
            visitor.close()

    threads = [threading.Thread(target=go_on, args=(number,)) for number in range(visitors)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if trouble:
        raise trouble[0]
    return taken


def _found(pattern: str, page: str) -> str:
    match = re.search(pattern, page)
    if match is None:
        title = re.search(r"<title>([^<]*)", page)
        raise Stuck(f"no {pattern} on “{title[1].strip() if title else page[:80]}”")
    return match[match.lastindex or 0]
