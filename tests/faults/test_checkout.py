"""The server is killed while buyers order, go to Stripe and Stripe tells of their money.

Whenever it is killed, an order is there whole or not at all, and the browser that sends its form again, the
buyer who presses the button again and Stripe, which tells again what was not answered, bring each order to
its end once: one order for each form, one visit and one order for each idempotency key that Stripe saw.
"""

import json
import random
import re
import threading
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http.client import HTTPException
from http.cookiejar import CookieJar
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode

import pytest
from django.db import connections
from django.db.models import Sum
from oscar.apps.order.models import Order

from marketplace.payments.models import StripeEvent, StripeSession
from marketplace.sales.models import Placement, SellerOrder
from producers.models import StockRecord
from tests.factories.catalog import make_seller
from tests.factories.payments import make_stripe_account
from tests.faults.processes import PATIENCE_SECONDS, chance, rounds, wait_until
from tests.faults.servers import GATEWAY_ERRORS, Site, served
from tests.marketplace.sales.cases import make_product
from tests.services.stripe_proxy import KEY, SECRET, SESSIONS, StripeProxy, running_stripe, signed
from tests.storefront.shopping import ha_dong

pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True), pytest.mark.requires_go]

BUYERS = 2
DEATHS_A_ROUND = 5
LONGEST_WAY = 1.2
HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)"')
CARD_FORM = re.compile(r'action="([^"]*/the/)"')


class Died(Exception):
    """The server went away before it answered; nobody knows what it has done."""


class Gate:
    """Through which all requests go; closed, none begins, and one sees when none is under way."""

    def __init__(self):
        self._open = threading.Event()
        self._open.set()
        self._lock = threading.Lock()
        self.inside = 0

    def close(self) -> None:
        self._open.clear()

    def open(self) -> None:
        self._open.set()

    def __enter__(self):
        assert self._open.wait(PATIENCE_SECONDS)
        with self._lock:
            self.inside += 1

    def __exit__(self, *_error):
        with self._lock:
            self.inside -= 1


@dataclass
class Buyer:
    """A browser with its cookies, which tries again as people do."""

    site: Site
    stripe: StripeProxy
    gate: Gate
    name: str
    cookies: CookieJar = field(default_factory=CookieJar)
    token: str = ""

    def ask(self, address: str, form: dict | None = None) -> tuple[str, str]:
        """Where the browser ends up, and the page; raises ``Died``."""
        url = address if address.startswith("http") else f"{self.site.url}{address}"
        headers = {"Origin": self.site.url, "Referer": url, "Sec-Fetch-Site": "same-origin"}
        request = urllib.request.Request(  # noqa: S310 - our own server
            url, urlencode(form).encode() if form is not None else None, headers
        )
        opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.cookies))
        try:
            with self.gate, opener.open(request, timeout=30) as answer:
                return answer.url, answer.read().decode()
        except HTTPError as error:
            if error.code in GATEWAY_ERRORS:
                raise Died from error
            raise AssertionError(f"{error.code} for {url}\n{error.read().decode()[-2000:]}") from error
        except (URLError, ConnectionError, TimeoutError, HTTPException) as error:
            raise Died from error

    def again(self, step, *arguments):
        """The step, as often as the server dies in it."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                return step(*arguments)
            except Died:
                assert time.monotonic() < deadline, f"{step.__name__} came to no end"
                time.sleep(0.05)

    def reach_review(self, product, seller) -> dict[str, str]:
        """Fill basket and forms; gives the form of the review, agreed to."""
        self.ask(f"/gio-hang/them/{product.pk}/", {"quantity": "1"})
        _url, page = self.ask("/thanh-toan/")
        commune = ha_dong()
        answers = {
            "csrfmiddlewaretoken": dict(HIDDEN.findall(page))["csrfmiddlewaretoken"],
            "name": self.name,
            "phone": "0912 345 678",
            "email": "mau@example.org",
            "province": str(commune.parent_id),
            "commune": commune.name,
            "street": "Số 8, ngõ 99",
            f"payment-{seller.pk}": "stripe",
            f"note-{seller.pk}": "",
        }
        _url, page = self.ask("/thanh-toan/", answers)
        form = {**dict(HIDDEN.findall(page)), "terms": "on"}
        self.token = form["token"]
        return form

    def order_and_pay(self, form: dict[str, str]) -> None:
        """From the form to a paid order, through whatever happens to the server."""
        order_page, page = self.again(self.ask, "/thanh-toan/dat-hang/", form)
        card = CARD_FORM.search(page)[1]
        sent = {"csrfmiddlewaretoken": dict(HIDDEN.findall(page))["csrfmiddlewaretoken"]}
        self.again(self.ask, card, sent)
        number = Placement.objects.get(token=self.token).order.number
        session = next(
            each for each in self.stripe.made(SESSIONS) if each["metadata"]["ocop_order"].startswith(number)
        )
        account = SellerOrder.objects.get(order__number=number).seller.stripe_accounts.get().identifier
        paid = self.stripe.pay(session["id"])
        intent = {"id": paid["payment_intent"], "amount_received": paid["amount_total"], "currency": "vnd"}
        for kind, thing in (
            ("checkout.session.completed", paid),
            ("payment_intent.succeeded", {**intent, "metadata": paid["metadata"]}),
        ):
            body = json.dumps(self.stripe.event(kind, thing, account)).encode()
            self.again(self.tell, body)
            self.again(self.tell, body)
        self.again(self.ask, f"{card}ve/")
        assert self.again(self.ask, order_page)[0].rstrip("/") == order_page.rstrip("/")

    def tell(self, body: bytes) -> None:
        """Stripe tells until it is answered."""
        request = urllib.request.Request(  # noqa: S310 - our own server
            f"{self.site.url}/thanh-toan/stripe/",
            body,
            {"Content-Type": "application/json", "Stripe-Signature": signed(body)},
        )
        try:
            with self.gate:
                urllib.request.urlopen(request, timeout=30).close()  # noqa: S310 - our own server
        except HTTPError as error:
            if error.code in GATEWAY_ERRORS:
                raise Died from error
            raise
        except (URLError, ConnectionError, TimeoutError, HTTPException) as error:
            raise Died from error


def test_whenever_the_server_is_killed_orders_are_whole_and_paid_once(transactional_db, tmp_path):
    lot = chance()
    deaths = rounds() * DEATHS_A_ROUND
    seller = make_seller()
    make_stripe_account(seller)
    product = make_product(seller, in_stock=1000)
    with running_stripe() as stripe:
        env = {"OCOP_STRIPE_KEY": KEY, "OCOP_STRIPE_WEBHOOK_SECRET": SECRET, "OCOP_STRIPE_URL": stripe.url}
        with served(tmp_path / "server.log", workers=1, env=env) as site:
            for death in range(deaths):
                names = [f"Nguyễn Thị {death} {place}" for place in range(BUYERS)]
                gate = Gate()
                buyers = [Buyer(site, stripe, gate, name) for name in names]
                forms = [buyer.again(buyer.reach_review, product, seller) for buyer in buyers]
                one_death(site, list(zip(buyers, forms, strict=True)), lot)
    assert Order.objects.count() == StripeSession.objects.filter(state="paid").count() == deaths * BUYERS
    assert StripeEvent.objects.count() == 2 * deaths * BUYERS
    assert set(StripeEvent.objects.values_list("outcome", flat=True)) <= {"handled", "nothing"}


def one_death(site: Site, buyers: list[tuple[Buyer, dict]], lot: random.Random) -> None:
    """Kill the server at some moment after the forms are sent, then let everybody come to an end."""
    stripe, gate = buyers[0][0].stripe, buyers[0][0].gate
    before = Order.objects.count()
    with ThreadPoolExecutor(len(buyers)) as crowd:
        ways = [crowd.submit(go, buyer, form) for buyer, form in buyers]
        try:
            time.sleep(lot.uniform(0, LONGEST_WAY))
            gate.close()
            site.kill_one(lot)
            wait_until(lambda: not gate.inside, "no request is under way")
            assert_whole(stripe)
            gate.open()
            for way in ways:
                way.result(2 * PATIENCE_SECONDS)
        finally:
            gate.open()
    assert_whole(stripe)
    assert Order.objects.count() == before + len(buyers)
    for buyer, _form in buyers:
        order = Placement.objects.get(token=buyer.token).order
        payment = order.seller_orders.get().payments.get()
        assert (payment.state, payment.received) == ("paid", payment.amount)
        assert payment.stripe_sessions.get().state == "paid"


def go(buyer: Buyer, form: dict[str, str]) -> None:
    try:
        buyer.order_and_pay(form)
    finally:
        connections.close_all()


def assert_whole(stripe: StripeProxy) -> None:
    """Every order that is there is whole, and every key that Stripe saw belongs to one of them."""
    wait_until(lambda: len(stripe.keys(SESSIONS)) == len(stripe.made(SESSIONS)), "Stripe has answered all")
    keys = stripe.keys(SESSIONS)
    orders = list(Order.objects.select_related("placement").prefetch_related("seller_orders__lines", "lines"))
    sold = 0
    for order in orders:
        part = order.seller_orders.get()
        payment = part.payments.get()
        assert order.placement.token
        assert part.total == payment.amount == int(order.total_incl_tax)
        assert [line.quantity for line in part.lines.all()] == [line.quantity for line in order.lines.all()]
        assert payment.card_request.seller_id == part.seller_id
        moved = payment.events.aggregate(Sum("moved"))["moved__sum"]
        assert (moved, payment.events.last().state) == (payment.kept, payment.state)
        assert payment.received in (0, payment.amount)
        sold += sum(line.quantity for line in part.lines.all())
    assert (StockRecord.objects.get().num_allocated or 0) >= sold
    visits = {session.key: session for session in StripeSession.objects.select_related("payment")}
    assert keys <= visits.keys()
    numbers = {visits[key].payment.reference for key in keys}
    assert SellerOrder.objects.filter(number__in=numbers).count() == len(numbers) == len(keys)
