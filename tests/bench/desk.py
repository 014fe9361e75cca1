"""The producer's desk: one stall with 5,000 products and 50,000 orders; how soon every list answers."""

import gzip
import http.client
import json
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import psycopg

from tests.bench.results import Findings, Reading, Verdict
from tests.bench.sites import HOST, Site, SiteFailed, run, serving
from tests.bench.workshop import POSTGRESQL, Workshop

ORDERS_FOR_EACH_PRODUCT = 10
LIMIT = 100.0
#: Kilobytes of a page with its styles and scripts, compressed; pictures apart.
HEAVIEST = 60.0
JUDGED = 5_000

#: Lists of the desk by name; `{order}`, `{product}` and others stand for those of the stall.
PAGES = {
    "orders": "/ban-hang/",
    "orders, all that are done": "/ban-hang/?state=done",
    "orders, page 100 of them": "/ban-hang/?state=done&page=100",
    "orders, the last page": "/ban-hang/?state=done&page=100000",
    "orders, thirty days": "/ban-hang/?state=done&first={month_ago}&last={today}",
    "orders, of a product": "/ban-hang/?state=done&product={product}",
    "orders, found by number": "/ban-hang/?state=done&q={order}",
    "orders, found by name": "/ban-hang/?state=done&q=Nguyễn+Hồng",
    "orders, found by phone": "/ban-hang/?state=done&q=0910012345",
    "orders, money to give back": "/ban-hang/?state=cancelled&paid=owed",
    "one order": "/ban-hang/don/{order}/",
    "packing today": "/ban-hang/don/dong-goi/",
    "handovers": "/ban-hang/don/ban-giao/",
    "one handover": "/ban-hang/don/ban-giao/{handover}/",
    "products": "/ban-hang/san-pham/",
    "products, table": "/ban-hang/san-pham/bang/",
    "products, page 50": "/ban-hang/san-pham/?page=50",
    "products, found by name": "/ban-hang/san-pham/?q=mật+ong",
    "packs of a product": "/ban-hang/san-pham/{packed}/goi/",
    "dates of a product": "/ban-hang/san-pham/{toured}/ngay/",
    "one date": "/ban-hang/san-pham/{toured}/ngay/{date}/",
    "money, thirty days": "/ban-hang/tien/",
    "money, a year": "/ban-hang/tien/?first={year_ago}&last={today}",
    "monthly statements": "/ban-hang/tien/sao-ke/",
    "one month": "/ban-hang/tien/sao-ke/{month}/",
    "one month, the last page": "/ban-hang/tien/sao-ke/{month}/?page=100000",
    "VAT and invoices": "/ban-hang/tien/thue/",
    "bank account": "/ban-hang/tien/tai-khoan/",
    "transfers": "/ban-hang/tien/chuyen-khoan/",
    "transfers, matched": "/ban-hang/tien/chuyen-khoan/?state=matched",
    "transfers, the last page": "/ban-hang/tien/chuyen-khoan/?state=matched&page=100000",
    "refunds owed": "/ban-hang/tien/hoan-lai/",
    "carriers' money": "/ban-hang/tien/thu-ho/",
    "carriers' money, settled": "/ban-hang/tien/thu-ho/?state=settled",
    "carriers' money, the last page": "/ban-hang/tien/thu-ho/?state=settled&page=100000",
    "files of money": "/ban-hang/tien/tep/",
    "bank's keys": "/ban-hang/tien/bao-co/",
    "cards": "/ban-hang/tien/the/",
    "numbers, thirty days": "/ban-hang/so-lieu/",
    "numbers, a year": "/ban-hang/so-lieu/?first={year_ago}&last={today}",
    "reviews": "/ban-hang/danh-gia/",
    "reviews, not answered": "/ban-hang/danh-gia/?state=open",
    "reviews, the last page": "/ban-hang/danh-gia/?page=100000",
    "notices": "/ban-hang/thong-bao/",
    "notices, the last page": "/ban-hang/thong-bao/?page=100000",
    "messages": "/ban-hang/tin-nhan/",
    "messages, the last page": "/ban-hang/tin-nhan/?page=100000",
    "returns": "/ban-hang/tra-hang/",
    "returns, done": "/ban-hang/tra-hang/?state=done",
    "stall page": "/ban-hang/gian-hang/",
    "delivery": "/ban-hang/giao-hang/",
    "promotions": "/ban-hang/khuyen-mai/",
    "team": "/ban-hang/doi-ngu/",
    "events": "/ban-hang/su-kien/",
    "livestreams": "/ban-hang/truc-tiep/",
    "stories": "/ban-hang/cau-chuyen/",
    "applications": "/ban-hang/dang-ky/",
}
#: The other pages of the desk, most of them forms: weighed, and not timed.
FORMS = {
    "an order's messages": "/ban-hang/tin-nhan/{written}/",
    "an order's invoice": "/ban-hang/don/{order}/hoa-don/",
    "a transfer": "/ban-hang/tien/chuyen-khoan/{transfer}/",
    "a transfer seen in the account": "/ban-hang/tien/chuyen-khoan/ghi/{transferred}/",
    "a file of money": "/ban-hang/tien/tep/{money_file}/",
    "a review": "/ban-hang/danh-gia/{review}/",
    "a return": "/ban-hang/tra-hang/{return}/",
    "a new product": "/ban-hang/san-pham/moi/",
    "a product": "/ban-hang/san-pham/{product}/",
    "a product's pictures": "/ban-hang/san-pham/{product}/anh/",
    "a product as a gift pack": "/ban-hang/san-pham/{product}/hop-qua/",
    "a pack of a product": "/ban-hang/san-pham/{packed}/goi/{pack}/",
    "products, workbook": "/ban-hang/san-pham/excel/",
    "a zone of delivery": "/ban-hang/giao-hang/vung/1/",
    "a new zone of delivery": "/ban-hang/giao-hang/vung/moi/",
    "a new promotion": "/ban-hang/khuyen-mai/moi/",
    "a promotion": "/ban-hang/khuyen-mai/{promotion}/",
    "an event": "/ban-hang/su-kien/{event}/",
    "a booth at an event": "/ban-hang/su-kien/{booth}/",
    "a new livestream": "/ban-hang/truc-tiep/moi/",
    "a livestream": "/ban-hang/truc-tiep/{livestream}/",
    "a new story": "/ban-hang/cau-chuyen/moi/",
    "a story": "/ban-hang/cau-chuyen/{story}/",
    "an application": "/ban-hang/dang-ky/{application}/",
    "an application, one step": "/ban-hang/dang-ky/{application}/danh-tinh/",
}
#: Asks for a path under the name of a page; gives milliseconds and the body.
Get = Callable[[str, str], tuple[float, bytes]]
_FILE = re.compile(rb'(?:href|src)="(/[^"]+[.](?:css|js))"')
#: Told, and not judged: they read a whole year at once and are no lists.
NOT_JUDGED = ("numbers, a year",)
#: With which the pages of cards show; nothing asks Stripe.
CARDS = {"OCOP_STRIPE_KEY": "sk_test_bench", "OCOP_STRIPE_WEBHOOK_SECRET": "whsec_bench"}


def measure(workshop: Workshop, database: str, size: int, *, rounds: int = 40) -> Findings:
    """Each list asked for one after the other, `rounds` times, by its owner; after three that warm up."""
    with tempfile.TemporaryDirectory(dir=workshop.home) as folder:
        home = Path(folder)
        with workshop.empty_shop(database, home) as environment:
            file = home / "stall.json"
            run(
                [sys.executable, "-m", "tests.bench.stall", file, size, size * ORDERS_FOR_EACH_PRODUCT],
                environment=environment,
                told=f"a stall with {size:,} products and {size * ORDERS_FOR_EACH_PRODUCT:,} orders",
            )
            if database == POSTGRESQL:
                # As its own housekeeping leaves a database that was not filled a minute ago.
                with psycopg.connect(environment["DATABASE_URL"], autocommit=True) as connection:
                    connection.execute("VACUUM ANALYZE")
            workshop.link_static(home)
            with serving(
                "ours",
                application="marketplace.wsgi:application",
                python=sys.executable,
                environment={**environment, **CARDS},
                log=home / "log",
                path="/healthz",
            ) as site:
                return ask(site, json.loads(file.read_text()), rounds, is_judged=_is_judged(database, size))


def _is_judged(database: str, size: int) -> bool:
    return (database, size) == (POSTGRESQL, JUDGED)


def ask(site: Site, found: dict, rounds: int, *, is_judged: bool) -> Findings:
    """How long each list takes, as the owner waits for it, and what it weighs."""
    findings = Findings()
    with closing(http.client.HTTPConnection(HOST, site.port, timeout=60)) as connection:
        get = _as_owner(site, connection, found["cookies"])
        for name, path in PAGES.items():
            limit = LIMIT if is_judged and name not in NOT_JUDGED else None
            answers = [get(path.format(**found), name) for _round in range(rounds + 3)]
            _time(findings, name, [milliseconds for milliseconds, _body in answers[3:]], limit)
            _weigh(findings, name, get, answers[-1][1])
        for name, path in FORMS.items():
            _weigh(findings, name, get, get(path.format(**found), name)[1])
    return findings


def _weigh(findings: Findings, name: str, get: Get, body: bytes) -> None:
    weight = _weight(body) + sum(_weight(get(file, name)[1]) for file in _files(body))
    findings.verdicts.append(Verdict(f"{name}: HTML, CSS, JS", weight, HEAVIEST, "less", "kB"))


def _time(findings: Findings, name: str, times: list[float], limit: float | None) -> None:
    p50, p95, p99 = (statistics.quantiles(times, n=100)[each] for each in (49, 94, 98))
    findings.verdicts.append(Verdict(f"{name}: p95", p95, limit, "less", "ms"))
    findings.readings.append(Reading("ours", name, 1000 / statistics.mean(times), p50, p99))


def _weight(body: bytes) -> float:
    return len(gzip.compress(body)) / 1000


def _files(page: bytes) -> list[str]:
    """The addresses of the styles and scripts that a page names."""
    return sorted({address.decode() for address in _FILE.findall(page)})


def _as_owner(site: Site, connection: http.client.HTTPConnection, cookies: dict) -> Get:
    cookie = "; ".join(f"{name}={value}" for name, value in cookies.items())

    def get(path: str, name: str) -> tuple[float, bytes]:
        begin = time.perf_counter()
        connection.request("GET", _quoted(path), headers={"Cookie": cookie})
        with connection.getresponse() as answer:
            body = answer.read()
        milliseconds = (time.perf_counter() - begin) * 1000
        if answer.status != 200:
            raise SiteFailed(f"{name}: {path} answers {answer.status}\n{site.complaints()}")
        return milliseconds, body

    return get


def _quoted(path: str) -> str:
    return path.encode().decode("latin-1").translate({each: f"%{each:02X}" for each in range(128, 256)})
