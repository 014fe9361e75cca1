"""Links to other sites: noted, asked for at a pace nobody notices, and named where they lead nowhere."""

import datetime
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from cms import asking
from cms.domain.check_links import addresses_in
from cms.domain.site import set_up
from cms.models import ContentPage, OutsideLink
from cms.tasks import look_at_outside_links, note_outside_links
from marketplace.core import clock
from marketplace.core.roles import Role
from tests.factories.media import make_editor

pytestmark = [pytest.mark.integration, pytest.mark.django_db, pytest.mark.usefixtures("frozen")]

State = OutsideLink.State


@pytest.fixture
def root(db):
    return set_up()


@pytest.fixture
def neighbour(monkeypatch):
    """Another site on this machine: `/404` and the like answer with that status, `/to/…` leads there."""
    asked = []

    class Site(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append((self.command, self.path))
            word = self.path.strip("/")
            if word.startswith("to/"):
                self.send_response(302)
                self.send_header("Location", word.removeprefix("to/"))
            elif word == "only-get":
                self.send_response(200 if self.command == "GET" else 405)
            else:
                self.send_response(int(word or 200))
            self.end_headers()

        do_HEAD = do_GET

        def log_message(self, *args):
            pass

    monkeypatch.setattr(asking, "is_public", lambda host: host == "127.0.0.1")
    with HTTPServer(("127.0.0.1", 0), Site) as server:
        server.asked = asked
        server.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def add_page(root, *addresses: str, slug: str = "trang"):
    links = "".join(f'<a href="{address}">x</a>' for address in addresses)
    page = root.add_child(
        instance=ContentPage(title="Trang", slug=slug, locale=root.locale, body=[("text", f"<p>{links}</p>")])
    )
    page.save_revision().publish()
    return page


def test_addresses_are_found_in_whatever_a_page_keeps(settings):
    settings.BASE_URL = "https://moixa.example"
    text = (
        '<a href="https://hanoimoi.vn/a?b=1&amp;c=2">x</a> https://ocop.gov.vn/. {"url": "http://x.vn/y"}'
        " https://moixa.example/tin-tuc/ https://moixa.example.org/ ftp://z.vn mailto:a@b.vn"
    )
    assert addresses_in(text) == {
        "https://hanoimoi.vn/a?b=1&c=2",
        "https://ocop.gov.vn/",
        "http://x.vn/y",
        "https://moixa.example.org/",
    }


def test_links_of_live_pages_are_noted_and_forgotten_with_them(root):
    one = add_page(root, "https://a.vn/1", "https://b.vn/2")
    two = add_page(root, "https://b.vn/2", slug="hai")
    note_outside_links.call()
    assert {link.url: {page.pk for page in link.pages.all()} for link in OutsideLink.objects.all()} == {
        "https://a.vn/1": {one.pk},
        "https://b.vn/2": {one.pk, two.pk},
    }
    OutsideLink.objects.update(state=State.WORKS)

    one.unpublish()
    note_outside_links.call()

    link = OutsideLink.objects.get()
    assert (link.url, link.state, [page.pk for page in link.pages.all()]) == (
        "https://b.vn/2",
        State.WORKS,
        [two.pk],
    )


@pytest.mark.parametrize(
    ("path", "state"),
    [
        ("/200", State.WORKS),
        ("/only-get", State.WORKS),
        ("/404", State.GONE),
        ("/410", State.GONE),
        ("/403", State.CLOSED),
        ("/429", State.CLOSED),
        ("/500", State.UNREACHABLE),
    ],
)
def test_what_another_site_answers_is_understood(neighbour, path, state):
    assert asking.state_of(neighbour.url + path) is state


def test_redirects_are_followed_but_never_into_a_private_network(neighbour):
    assert asking.state_of(f"{neighbour.url}/to/{neighbour.url}/200") is State.WORKS
    inside = f"http://localhost:{neighbour.server_port}/200"
    assert asking.state_of(f"{neighbour.url}/to/{inside}") is State.UNREACHABLE
    assert ("HEAD", "/200") not in neighbour.asked[-2:]


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "10.0.0.1", "169.254.169.254", "[::1]"])
def test_private_networks_are_never_asked(host):
    assert not asking.is_public(host.strip("[]"))
    assert asking.state_of(f"http://{host}:1/") is State.UNREACHABLE


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/", "file:///etc/passwd", "http://", "http://a..b/"])
def test_whatever_goes_wrong_is_no_error(monkeypatch, url):
    monkeypatch.setattr(asking, "is_public", lambda host: True)
    assert asking.state_of(url) is State.UNREACHABLE


def test_a_site_is_asked_for_one_address_at_a_time(root, monkeypatch):
    asked = []
    monkeypatch.setattr(asking, "state_of", lambda url: asked.append(url) or State.WORKS)
    for number in range(3):
        OutsideLink.objects.create(url=f"https://a.vn/{number}")
    OutsideLink.objects.create(url="https://b.vn/")

    assert look_at_outside_links.call() == 2
    assert asked == ["https://a.vn/0", "https://b.vn/"]
    assert [look_at_outside_links.call() for _ in range(3)] == [1, 1, 0]


def test_a_link_that_works_is_asked_weekly_and_one_that_fails_daily(root, monkeypatch, frozen):
    monkeypatch.setattr(asking, "state_of", lambda url: State.GONE if "het" in url else State.WORKS)
    for name in ("con", "het"):
        OutsideLink.objects.create(url=f"https://{name}.vn/")
    assert look_at_outside_links.call() == 2
    asked = []
    for _day in range(8):
        frozen.shift(datetime.timedelta(days=1, minutes=1))
        asked.append(look_at_outside_links.call())
    assert asked == [1, 1, 1, 1, 1, 1, 2, 1]


def test_a_site_that_does_not_answer_is_named_after_two_days(root, monkeypatch, frozen):
    monkeypatch.setattr(asking, "state_of", lambda url: State.UNREACHABLE)
    OutsideLink.objects.create(url="https://het.vn/")
    look_at_outside_links.call()
    assert not OutsideLink.objects.broken()
    frozen.shift(datetime.timedelta(days=2, minutes=1))
    look_at_outside_links.call()
    link = OutsideLink.objects.broken().get()
    assert link.failing_since == clock.now() - datetime.timedelta(days=2, minutes=1)

    monkeypatch.setattr(asking, "state_of", lambda url: State.WORKS)
    frozen.shift(datetime.timedelta(days=2))
    look_at_outside_links.call()
    assert not OutsideLink.objects.broken()


@pytest.mark.parametrize("count", [1, 30])
def test_the_report_names_the_pages_to_mend(root, client, django_assert_num_queries, count):
    page = add_page(root)
    for number in range(count):
        link = OutsideLink.objects.create(
            url=f"https://het.vn/{number}", state=State.GONE, failing_since=clock.now()
        )
        link.pages.add(page)
    OutsideLink.objects.create(url="https://con.vn/", state=State.WORKS)
    client.force_login(make_editor(), backend="django.contrib.auth.backends.ModelBackend")
    client.get("/quan-tri/bao-cao/lien-ket-hong/")

    with django_assert_num_queries(13):
        text = client.get("/quan-tri/bao-cao/lien-ket-hong/").text

    assert "https://het.vn/0" in text
    assert f"/quan-tri/pages/{page.pk}/edit/" in text
    assert "https://con.vn/" not in text


@pytest.mark.parametrize(
    ("role", "status"), [(Role.EDITOR, 200), (Role.CHIEF_EDITOR, 200), (Role.OFFICE, 302), (None, 302)]
)
def test_only_those_who_write_pages_see_the_report(root, client, role, status):
    if role:
        client.force_login(make_editor(role), backend="django.contrib.auth.backends.ModelBackend")
    assert client.get("/quan-tri/bao-cao/lien-ket-hong/").status_code == status
    assert client.get("/quan-tri/bao-cao/lien-ket-hong/ket-qua/").status_code == status
