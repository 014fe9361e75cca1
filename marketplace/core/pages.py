"""Public pages: the same for everybody, and kept whole until something that they may show changes.

A view says with `public_page` that its answer holds nothing personal. `PageCacheMiddleware` stands outermost,
keeps such answers under language, address and the version that every public change moves on, and gives them
out without touching anything behind it. An answer that read the session, the account or a token after all
(it varies by cookie) is never kept, so that a mistake costs speed and not secrets.
"""

import datetime
import gzip
import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache as once
from functools import wraps

import brotli
from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.core.cache import caches
from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.http import quote_etag

from marketplace.core import clock
from marketplace.core.models import PublicChange

VERSION_SECONDS = 0.5
"""For how long a process trusts the version it read: a change shows within a second."""

KEPT_SECONDS = 60 * 60
SHARED = "public, max-age=0, s-maxage=1"
"""Browsers ask again each time; a cache in front may answer for one second."""

SMALLEST_COMPRESSED = 1000
ENCODINGS = {
    "br": lambda body: brotli.compress(body, quality=5),
    "gzip": lambda body: gzip.compress(body, compresslevel=6, mtime=0),
}
_UNVARIED = {"accept-language"}
_OWN_FOLDERS = ("marketplace", "catalog", "producers", "storefront", "cms", "search", "locale")
_MADE_WITH = {".py", ".html", ".css", ".js", ".svg", ".mo"}


def public_page(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """The view's answer is the same for everybody who asks this address in this way."""

    @wraps(view)
    def wrapped(*args, **kwargs) -> HttpResponse:
        return mark_public(view(*args, **kwargs))

    return wrapped


def public_for(seconds: int) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """As `public_page`, for what changes with the clock: kept for so many seconds at most."""

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def wrapped(*args, **kwargs) -> HttpResponse:
            return mark_public(view(*args, **kwargs), seconds)

        return wrapped

    return decorate


def mark_public(response: HttpResponse, seconds: int = KEPT_SECONDS) -> HttpResponse:
    """Say of one answer what `public_page` says of a view; of two times the shorter one counts."""
    response.is_public_page = True
    response.kept_seconds = min(seconds, getattr(response, "kept_seconds", seconds))
    return response


@dataclass(frozen=True)
class _Kept:
    """What of an answer is kept: less to pickle than Django's response."""

    body: bytes
    headers: dict[str, str]

    def answer(self, request: HttpRequest) -> HttpResponse:
        response = HttpResponse(self.body, headers=self.headers)
        return get_conditional_response(request, etag=self.headers["ETag"], response=response)


class PageCacheMiddleware:
    """Answers public pages from the cache, and keeps those that it sees for the first time."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response
        self.version = Version()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # An editor's preview has the address of its page, and must not meet what is published there.
        if request.method not in ("GET", "HEAD") or getattr(request, "is_dummy", False):
            return self.get_response(request)
        if CookieStorage.cookie_name in request.COOKIES:
            return _for_one_visitor(self.get_response(request))
        if not settings.PAGE_CACHE:
            return self._finished(request, self.get_response(request))[0]
        key = self._key(request)
        kept = caches["pages"].get(key)
        if kept is not None:
            return kept.answer(request)
        seconds = _seconds_left()
        made = self.get_response(request)
        response, kept = self._finished(request, made)
        if kept is not None and request.method == "GET":
            caches["pages"].set(key, kept, min(made.kept_seconds, seconds))
        return response

    def _key(self, request: HttpRequest) -> str:
        """Everything that a public page may depend on; the language is part of the path."""
        parts = (
            release(),
            str(self.version.read()),
            clock.today().isoformat(),
            request.scheme,
            request.get_host(),
            request.get_full_path(),
            request.headers.get("HX-Request", ""),
            request.headers.get("HX-History-Restore-Request", ""),
            _encoding(request),
        )
        return hashlib.blake2b("\n".join(parts).encode(), digest_size=24).hexdigest()

    def _finished(self, request: HttpRequest, response: HttpResponse) -> tuple[HttpResponse, _Kept | None]:
        """The answer with its headers for caches, and what to keep of it: nothing unless it is public."""
        if not _may_be_kept(response):
            return response, None
        _compress(response, _encoding(request))
        vary = [name for name in _varied_by(response) if name.lower() not in _UNVARIED]
        response.headers["Vary"] = ", ".join([*vary, "Accept-Encoding"])
        response.headers["Cache-Control"] = SHARED
        response.headers["ETag"] = quote_etag(hashlib.blake2b(response.content, digest_size=12).hexdigest())
        response.headers["Content-Length"] = str(len(response.content))
        kept = _Kept(response.content, dict(response.headers.items()))
        return kept.answer(request), kept


class Version:
    """The version of all public pages, read from the database at most twice a second by each process."""

    def __init__(self):
        self._number = -1
        self._read_at = float("-inf")

    def read(self) -> int:
        now = time.monotonic()
        if now - self._read_at >= VERSION_SECONDS:
            self._number = PublicChange.objects.version()
            # The moment before the query: what it did not see may have come right after it.
            self._read_at = now
        return self._number


@once
def release() -> str:
    """A fingerprint of the code and texts that pages are made with: a new release starts a new cache."""
    digest = hashlib.blake2b(digest_size=12)
    for name in _OWN_FOLDERS:
        for file in sorted((settings.BASE_DIR / name).rglob("*")):
            if file.suffix in _MADE_WITH:
                about = file.stat()
                digest.update(f"{file} {about.st_size} {about.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def _for_one_visitor(response: HttpResponse) -> HttpResponse:
    """What Django has to tell one visitor stands on the page: nobody else may get it."""
    if getattr(response, "is_public_page", False):
        patch_cache_control(response, private=True, no_cache=True)
    return response


def _may_be_kept(response: HttpResponse) -> bool:
    control = response.headers.get("Cache-Control", "")
    return (
        getattr(response, "is_public_page", False)
        and response.status_code == 200
        and not response.streaming
        and not response.cookies
        and "Cookie" not in _varied_by(response)
        and not any(word in control for word in ("no-store", "private"))
    )


def _varied_by(response: HttpResponse) -> list[str]:
    return [name for name in response.headers.get("Vary", "").replace(" ", "").split(",") if name]


def _encoding(request: HttpRequest) -> str:
    """The best of our encodings that the browser takes; empty for none."""
    accepted = request.headers.get("Accept-Encoding", "")
    if not accepted:
        return ""
    names = {part.partition(";")[0].strip() for part in accepted.split(",") if not part.endswith("q=0")}
    return next((name for name in ENCODINGS if name in names), "")


def _compress(response: HttpResponse, encoding: str) -> None:
    """Only public pages are compressed: with secrets in it the length of a page would give them away."""
    if encoding and len(response.content) >= SMALLEST_COMPRESSED:
        response.content = ENCODINGS[encoding](response.content)
        response.headers["Content-Encoding"] = encoding


def _seconds_left() -> float:
    """Until the day ends in Hà Nội, and with it perhaps the stars on the page."""
    return max(1.0, (clock.end_of_day() - clock.now()) / datetime.timedelta(seconds=1))
