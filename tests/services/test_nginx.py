"""The nginx that we ship, before a small server that tells what it was asked."""

import http.client
import json
import tempfile
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.services.nginx import nginx_in_front_of

pytestmark = [pytest.mark.integration, pytest.mark.requires_nginx]

PUBLIC = "public, max-age=0, s-maxage=1"


class Told(BaseHTTPRequestHandler):
    """Answers with the headers it got and the number of the request, under the wanted Cache-Control."""

    protocol_version = "HTTP/1.1"
    count = 0

    def do_GET(self):
        type(self).count += 1
        asked = {name.lower(): value for name, value in self.headers.items()}
        body = json.dumps({"number": self.count, "headers": asked, "at": time.time()}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        if self.path.startswith("/public"):
            self.send_header("Cache-Control", PUBLIC)
        if self.path.startswith("/static"):
            self.send_header("Cache-Control", "max-age=315360000, public, immutable")
        self.send_header("Vary", "Accept-Encoding")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def media():
    """Not one of pytest's folders: those are closed to nginx's workers."""
    with tempfile.TemporaryDirectory(prefix="ocop-media-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        (folder / "stall.svg").write_text("<svg/>")
        yield folder


@pytest.fixture(scope="module")
def site(media):
    server = ThreadingHTTPServer(("127.0.0.1", 0), Told)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        with nginx_in_front_of(server.server_port, media) as url:
            yield url
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def ask(site):
    connection = http.client.HTTPConnection(urlsplit(site).netloc, timeout=5)

    def asked(path, **headers):
        connection.request("GET", path, headers={name.replace("_", "-"): headers[name] for name in headers})
        return json.loads(connection.getresponse().read())

    yield asked
    connection.close()


def wait_for_a_new_second():
    time.sleep(1 - time.time() % 1 + 0.02)


def test_a_public_page_is_kept_and_never_for_more_than_a_second(ask):
    seen, oldest = set(), 0.0
    ends = time.monotonic() + 3.2
    while time.monotonic() < ends:
        answer = ask("/public/oldest")
        oldest = max(oldest, time.time() - answer["at"])
        seen.add(answer["number"])
        time.sleep(0.005)
    assert len(seen) <= 2 * 5
    assert oldest < 1.1


def test_other_pages_are_never_kept(ask):
    assert len({ask("/basket")["number"] for _ in range(5)}) == 5


@pytest.mark.parametrize("header", [{"Cookie": "messages=something"}])
def test_a_visitor_with_something_to_be_told_gets_a_page_of_his_own(ask, header):
    wait_for_a_new_second()
    kept = [ask("/public/told")["number"] for _ in range(4)][-1]
    own = ask("/public/told", **header)["number"]
    assert own != kept
    assert ask("/public/told")["number"] == kept


def test_each_encoding_is_kept_apart(ask):
    wait_for_a_new_second()
    for encoding in ("br", "gzip"):
        last = [ask("/public/encoded", Accept_Encoding=encoding) for _ in range(3)][-1]
        assert last["headers"]["accept-encoding"] == encoding


def test_static_files_are_kept_for_good(ask):
    first = ask("/static/a.123.css")["number"]
    time.sleep(1.1)
    assert ask("/static/a.123.css?x=1")["number"] == first


def test_the_site_learns_who_asks_and_how(ask):
    plain = ask("/who", Host="shop.example.org:8443")["headers"]
    assert (plain["host"], plain["x-forwarded-for"], plain["x-forwarded-proto"]) == (
        "shop.example.org:8443",
        "127.0.0.1",
        "http",
    )
    forwarded = ask("/who", X_Forwarded_For="6.6.6.6, 203.0.113.9, 10.0.0.2", X_Forwarded_Proto="https")
    assert forwarded["headers"]["x-forwarded-for"] == "203.0.113.9"
    assert forwarded["headers"]["x-forwarded-proto"] == "https"


def test_media_are_given_out_and_never_run(site):
    connection = http.client.HTTPConnection(urlsplit(site).netloc, timeout=5)
    connection.request("GET", "/media/stall.svg")
    answer = connection.getresponse()
    assert (answer.status, answer.read(), answer.headers["Content-Type"]) == (200, b"<svg/>", "image/svg+xml")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    for path, status in [("/media/none.svg", 404), ("/media/", 403)]:
        connection.request("GET", path)
        answer = connection.getresponse()
        answer.read()
        assert answer.status == status
    connection.close()
