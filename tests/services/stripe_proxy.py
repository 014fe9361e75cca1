"""Stripe as our code meets it: stripe-mock behind a proxy that remembers.

stripe-mock checks each request against Stripe's published description and keeps nothing. The proxy writes
each request down with its idempotency key, gives the first answer again to a key that comes again, as Stripe
does (https://docs.stripe.com/api/idempotent_requests), and keeps what was made, under an identifier of its
own, with the amounts that were asked for. What others do at Stripe, tests do here.

As a fixture: `stripe` is an empty one, to which the settings lead.
"""

import copy
import http.client
import itertools
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

import pytest
from stripe import WebhookSignature

from tests.services.stripe_mock import running_stripe_mock

KEY = "sk_test_ours"
SECRET = "whsec_ours"
SESSIONS, REFUNDS, ACCOUNTS = "/v1/checkout/sessions", "/v1/refunds", "/v1/accounts"
KINDS = {SESSIONS: "cs_test_", REFUNDS: "re_", ACCOUNTS: "acct_"}
_KEPT = ("content-type", "authorization", "stripe-version", "stripe-account", "idempotency-key")


@dataclass(frozen=True)
class Asked:
    """One request as it came; ``account`` is the connected account that it was made on."""

    method: str
    path: str
    key: str
    account: str
    form: dict[str, str]


@dataclass
class Answer:
    status: int
    body: dict


Ask = Callable[[dict[str, str], bytes], Answer]
"""Puts a request to stripe-mock: its headers and its body."""


@dataclass
class StripeProxy:
    """The proxy's memory, and the hands of those who use Stripe itself."""

    port: int = 0
    asked: list[Asked] = field(default_factory=list)
    things: dict[str, dict] = field(default_factory=dict)
    is_down: bool = False
    """Answers nothing but that it is out of order, before anything is done."""
    loses_answers: int = 0
    """So many times from now on it does what it is asked, and the answer is lost."""
    refund_status: str = "succeeded"
    _first: dict[tuple[str, str], tuple[Asked, Answer]] = field(default_factory=dict)
    _under_way: set[tuple[str, str]] = field(default_factory=set)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def forget(self) -> None:
        """Begin anew, for the next test."""
        with self._lock:
            self.asked.clear()
            self.things.clear()
            self._first.clear()
            self.is_down, self.loses_answers, self.refund_status = False, 0, "succeeded"

    def keys(self, path: str) -> set[str]:
        """The idempotency keys that came with what was to be made there."""
        return {each.key for each in self.asked if each.path == path and each.key}

    def made(self, path: str) -> list[dict]:
        """What was made there, the oldest first."""
        return [each for identifier, each in self.things.items() if identifier.startswith(KINDS[path])]

    # --- what others do at Stripe
    def pay(self, session: str) -> dict:
        """The buyer pays on the page of this visit; the visit as it is afterwards."""
        with self._lock:
            thing = self.things[session]
            assert thing["status"] == "open", thing["status"]
            intent = f"pi_{next(self._numbers)}"
            thing |= {"status": "complete", "payment_status": "paid", "payment_intent": intent}
            return copy.deepcopy(thing)

    def event(self, kind: str, thing: dict, account: str, *, identifier: str = "", **fields) -> dict:
        """What Stripe tells of a thing on a connected account."""
        return {
            "id": identifier or f"evt_{next(self._numbers)}",
            "object": "event",
            "type": kind,
            "created": int(time.time()),
            "account": account,
            "data": {"object": thing},
            **fields,
        }

    # --- what our code asks
    def answer(self, asked: Asked, headers: dict[str, str], body: bytes, ask: Ask) -> Answer:
        if self.is_down:
            return Answer(500, {"error": {"type": "api_error", "message": "out of order"}})
        name = (asked.account, asked.key)
        with self._lock:
            self.asked.append(asked)
            if asked.key and name in self._first:
                return self._again(asked, *self._first[name])
            if asked.key and name in self._under_way:
                return _refusal(409, "idempotency_error", "Another request with this key is under way.")
            self._under_way.add(name)
        try:
            answer = self._anew(asked, headers, body, ask)
            with self._lock:
                if asked.key and answer.status < 400:
                    self._first[name] = (asked, answer)
            return answer
        finally:
            with self._lock:
                self._under_way.discard(name)

    def _again(self, asked: Asked, first: Asked, answer: Answer) -> Answer:
        if (first.method, first.path, first.form) != (asked.method, asked.path, asked.form):
            words = "Keys for idempotent requests can only be used with the same parameters."
            return _refusal(400, "idempotency_error", words)
        return answer

    def _anew(self, asked: Asked, headers: dict[str, str], body: bytes, ask: Ask) -> Answer:
        answer = ask(headers, body)
        return answer if answer.status >= 400 else self._remembered(asked, answer)

    def _remembered(self, asked: Asked, answer: Answer) -> Answer:
        """The answer about what was asked: stripe-mock's own is always about the same example."""
        with self._lock:
            if asked.method == "POST" and asked.path in KINDS:
                thing = self._made(asked, answer.body)
                return Answer(200, copy.deepcopy(thing))
            if asked.path == REFUNDS:
                wanted = asked.form.get("payment_intent")
                found = [each for each in self.made(REFUNDS) if each["payment_intent"] == wanted]
                return Answer(200, {**answer.body, "data": copy.deepcopy(found), "has_more": False})
            kind = next((path for path in KINDS if asked.path.startswith(f"{path}/")), None)
            if kind is None:
                return answer
            identifier, _, act = asked.path[len(kind) + 1 :].partition("/")
            thing = self.things.get(identifier)
            if thing is None:
                return _missing()
            if act == "expire":
                if thing["status"] != "open":
                    return _refusal(400, "invalid_request_error", "Only open sessions can be expired.")
                thing["status"] = "expired"
            return Answer(200, copy.deepcopy(thing))

    def _made(self, asked: Asked, example: dict) -> dict:
        form = asked.form
        thing = {
            **example,
            "id": f"{KINDS[asked.path]}{next(self._numbers)}",
            "created": int(time.time()),
            "metadata": {k[9:-1]: v for k, v in form.items() if k.startswith("metadata[")},
        }
        if asked.path == SESSIONS:
            thing |= {
                "url": f"{self.url}/pay/{thing['id']}",
                "status": "open",
                "payment_status": "unpaid",
                "payment_intent": None,
                "amount_total": int(form["line_items[0][price_data][unit_amount]"]),
                "currency": form["line_items[0][price_data][currency]"],
                "client_reference_id": form["client_reference_id"],
                "expires_at": int(form["expires_at"]),
            }
        elif asked.path == REFUNDS:
            thing |= {"amount": int(form["amount"]), "currency": "vnd", "status": self.refund_status}
            thing["payment_intent"] = form["payment_intent"]
        else:
            thing |= {"charges_enabled": False, "details_submitted": False}
        self.things[thing["id"]] = thing
        return thing


def signed(body: bytes, *, secret: str = SECRET, at: int | None = None) -> str:
    """The header with which Stripe would send this body, by the library's own scheme."""
    return WebhookSignature.generate_signature_header(body.decode(), secret, at)


@contextmanager
def running_stripe() -> Iterator[StripeProxy]:
    """Start stripe-mock and the proxy before it; end them after."""
    proxy = StripeProxy()
    with running_stripe_mock() as mock_port:
        server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(proxy, mock_port))
        server.daemon_threads = True
        proxy.port = server.server_port
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield proxy
        finally:
            server.shutdown()
            server.server_close()
            thread.join()


@pytest.fixture(scope="session")
def stripe_server():
    """One for the whole run."""
    with running_stripe() as proxy:
        yield proxy


@pytest.fixture
def stripe(stripe_server, settings):
    """Stripe without a past, and an operator who has an account there."""
    stripe_server.forget()
    settings.STRIPE_KEY, settings.STRIPE_WEBHOOK_SECRETS = KEY, [SECRET]
    settings.STRIPE_URL = stripe_server.url
    settings.PAYMENT_METHODS = ["cod", "counter", "vietqr", "stripe"]
    return stripe_server


def _handler(proxy: StripeProxy, mock_port: int) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self):
            self._serve(b"")

        def do_POST(self):
            self._serve(self.rfile.read(int(self.headers.get("Content-Length") or 0)))

        def _serve(self, body: bytes) -> None:
            address = urlsplit(self.path)
            if not address.path.startswith("/v1/"):
                self._page()
                return
            form = dict(parse_qsl(body.decode() if body else address.query, keep_blank_values=True))
            asked = Asked(
                self.command,
                address.path,
                self.headers.get("Idempotency-Key") or "",
                self.headers.get("Stripe-Account") or "",
                form,
            )
            headers = {name: value for name, value in self.headers.items() if name.lower() in _KEPT}
            answer = proxy.answer(asked, headers, body, self._ask_mock)
            if proxy.loses_answers and answer.status < 400:
                proxy.loses_answers -= 1
                self.close_connection = True
                return
            self._send(answer.status, "application/json", json.dumps(answer.body).encode())

        def _ask_mock(self, headers: dict[str, str], body: bytes) -> Answer:
            connection = http.client.HTTPConnection("127.0.0.1", mock_port, timeout=30)
            try:
                connection.request(self.command, self.path, body or None, headers)
                response = connection.getresponse()
                return Answer(response.status, json.loads(response.read()))
            finally:
                connection.close()

        def _page(self) -> None:
            self._send(200, "text/html; charset=utf-8", b"<!doctype html><title>Pay</title><h1>Pay</h1>")

        def _send(self, status: int, kind: str, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *arguments):
            pass

    return Handler


def _refusal(status: int, kind: str, words: str) -> Answer:
    return Answer(status, {"error": {"type": kind, "message": words}})


def _missing() -> Answer:
    return _refusal(404, "invalid_request_error", "No such thing.")
