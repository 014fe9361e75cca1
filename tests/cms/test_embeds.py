"""Videos of other houses: a link until the reader plays them, and never a question to anybody."""

import socket
from urllib.parse import urlsplit

import pytest
from bs4 import BeautifulSoup
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import override
from wagtail.embeds.embeds import get_embed
from wagtail.embeds.exceptions import EmbedException

from cms.embeds import FRAME_HOSTS, check_web_address, embed, recognise
from tests.factories.media import make_picture

pytestmark = pytest.mark.unit

YOUTUBE = "https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ?autoplay=1"
KNOWN = {
    "https://www.youtube.com/watch?v=dQw4w9WgXcQ&t=10s": YOUTUBE,
    "https://m.youtube.com/watch?feature=share&v=dQw4w9WgXcQ": YOUTUBE,
    "https://youtu.be/dQw4w9WgXcQ?si=abc": YOUTUBE,
    "https://www.youtube.com/live/dQw4w9WgXcQ": YOUTUBE,
    "https://www.youtube.com/shorts/dQw4w9WgXcQ": YOUTUBE,
    "https://vimeo.com/76979871": "https://player.vimeo.com/video/76979871?autoplay=1&dnt=1",
    "https://vimeo.com/76979871/8a2b": "https://player.vimeo.com/video/76979871?autoplay=1&dnt=1&h=8a2b",
    "https://www.facebook.com/ocop/videos/123456789": (
        "https://www.facebook.com/plugins/video.php?"
        "href=https%3A%2F%2Fwww.facebook.com%2Focop%2Fvideos%2F123456789&autoplay=1"
    ),
    "https://www.tiktok.com/@ocop.hanoi/video/7106594312292453675": (
        "https://www.tiktok.com/player/v1/7106594312292453675?autoplay=1"
    ),
}
ONLY_LINKED = [
    "https://hanoimoi.vn/video/ocop-123.html",
    "https://www.youtube.com/@ocophanoi",
    "https://www.youtube.com/watch?v=<script>",
    "https://www.facebook.com/ocop/posts/1",
    "https://youtube.com.evil.example/watch?v=dQw4w9WgXcQ",
    "https://vimeo.com/about",
    "https://www.tiktok.com/@ocop/live",
]
NOT_ON_THE_WEB = [
    "javascript:alert(1)",
    "data:text/html,x",
    "//youtube.com/watch?v=dQw4w9WgXcQ",
    "http://[",
    "",
]


@pytest.fixture(autouse=True)
def _no_network(monkeypatch):
    def refuse(*args, **kwargs):
        raise AssertionError("Nobody may be asked.")

    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.setattr(socket.socket, "connect", refuse)


def html_of(url: str, **kwargs) -> BeautifulSoup:
    with override("en"):
        return BeautifulSoup(embed(url, "Mùa chè", **kwargs), "html.parser")


@pytest.mark.parametrize(("url", "frame"), KNOWN.items())
def test_a_known_host_has_a_player_that_comes_on_a_click(url, frame):
    found = html_of(url)
    assert found.div["data-frame"] == frame
    assert found.a["href"].startswith("https://")
    assert "Mùa chè" in found.a.text
    assert recognise(url).host in found.p.text
    assert not found(["iframe", "script", "img", "link"])


@pytest.mark.parametrize("url", ONLY_LINKED)
def test_what_is_not_known_is_a_link(url):
    found = html_of(url)
    assert "data-frame" not in found.div.attrs
    assert found.a["href"] == url
    assert urlsplit(url).hostname.removeprefix("www.") in found.p.text


@pytest.mark.parametrize("url", NOT_ON_THE_WEB)
def test_what_is_no_address_is_not_even_a_link(url):
    found = html_of(url)
    assert not found("a")
    assert "Mùa chè" in found.text
    with pytest.raises(ValidationError):
        check_web_address(url)


def test_an_address_on_the_web_is_taken():
    check_web_address("https://hanoimoi.vn/video")


def test_the_title_is_text():
    assert "<b>" not in embed(next(iter(KNOWN)), "<b>Chè</b>")


def test_an_upright_video_stands_upright():
    assert "upright" in html_of("https://www.youtube.com/shorts/dQw4w9WgXcQ").div["class"]


@pytest.mark.django_db
def test_a_poster_of_our_own_stands_for_it():
    found = html_of(next(iter(KNOWN)), poster=make_picture())
    assert found.a.img["alt"] == ""


def test_the_pages_policy_names_these_players_and_no_others():
    named = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]["frame-src"]
    assert set(named) == set(FRAME_HOSTS)
    players = {"{0.scheme}://{0.netloc}".format(urlsplit(frame)) for frame in KNOWN.values()}
    assert players == set(FRAME_HOSTS)


@pytest.mark.django_db
def test_wagtails_own_embeds_ask_nobody():
    with pytest.raises(EmbedException):
        get_embed("https://www.youtube.com/watch?v=dQw4w9WgXcQ")
